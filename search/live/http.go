package live

import (
	"cmp"
	"fmt"
	"net/http"

	validation "github.com/pocketbase/ozzo-validation/v4"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/present"
	"madang/search"
)

// Params are the query parameters of GET /api/search.
type Params struct {
	Query    string `query:"q" description:"words, \"exact phrases\", -without, OR, tag:…, author:…, before:/after:YYYY-MM-DD, has:image|audio|video, type:…"`
	Type     string `query:"type" enum:"posts,users,tags,comments,media" default:"posts"`
	Page     int    `query:"page" minimum:"1" default:"1"`
	PageSize int    `query:"page_size" minimum:"1" maximum:"100" default:"20"`
}

// FoundPost is a post that was found.
type FoundPost struct {
	present.Post
	Score      float64           `json:"score"`
	IsNear     bool              `json:"is_near,omitzero"`
	Highlights map[string]string `json:"highlights"`
}

// FoundUser is a person who was found.
type FoundUser struct {
	present.User
	Score      float64           `json:"score"`
	IsNear     bool              `json:"is_near,omitzero"`
	Highlights map[string]string `json:"highlights"`
}

// Tag is a tag and how many public posts have it.
type Tag struct {
	ID         string `json:"id" db:"id"`
	Name       string `json:"name" db:"name"`
	PostsCount int    `json:"posts_count" db:"posts_count"`
}

// FoundTag is a tag that was found.
type FoundTag struct {
	Tag
	Score      float64           `json:"score"`
	IsNear     bool              `json:"is_near,omitzero"`
	Highlights map[string]string `json:"highlights"`
}

// FoundComment is a comment that was found.
type FoundComment struct {
	present.Comment
	Score      float64           `json:"score"`
	IsNear     bool              `json:"is_near,omitzero"`
	Highlights map[string]string `json:"highlights"`
}

// Answer is a page of what was found, with the commonest values among all of it. DidYouMean is the query that was
// answered instead, when nothing is found as typed.
//
// Where few match all words, up to 100 follow that hold much of the query (is_near). NearCount says how many of all;
// facets count those that match or, where none does, those near.
type Answer[T any] struct {
	present.List[T]
	NearCount  int    `json:"near_count,omitzero"`
	Facets     Facets `json:"facets"`
	DidYouMean string `json:"did_you_mean,omitempty"`
	// IsRebuilding says that there is no index for now: words are found as they are typed, the newest first.
	IsRebuilding bool `json:"is_rebuilding,omitzero"`
	// IsPartial says that the query would have been too much work: there may be more than count and facets say, and better.
	IsPartial bool `json:"is_partial,omitzero"`
}

// Facets are the commonest values among all that was found.
type Facets struct {
	Tags       []Value `json:"tags"`
	Authors    []Value `json:"authors"`
	MediaTypes []Value `json:"media_types"`
	Months     []Value `json:"months"`
}

// Value is a value and how many of the found have it.
type Value struct {
	Value string `json:"value"`
	Count int    `json:"count"`
}

// Search answers GET /api/search. type: in the query wins over the parameter.
func (g *Engine) Search(e *core.RequestEvent) error {
	page, err := present.ParsePage(e.Request)
	if err != nil {
		return err
	}
	query, kind := e.Request.URL.Query().Get("q"), e.Request.URL.Query().Get("type")
	kind = cmp.Or(TypeOf(query), kind)
	var answer any
	switch kind {
	case "", "posts":
		answer, err = g.Posts(e, query, page)
	case "users":
		answer, err = g.people(e, query, page)
	case "tags":
		answer, err = g.tags(e, query, page)
	case "comments":
		answer, err = find(g, e, query, page, search.KindComment, g.loadComments)
	case "media":
		answer, err = find(g, e, query, page, search.KindMedia, g.loadMedia)
	default:
		return present.BadQuery(validation.Errors{"type": validation.NewError("validation_in_invalid", "Must be one of posts, users, tags, comments, media.")})
	}
	if err == nil && !page.Further() {
		err = g.remember(e.App, collections.ViewerOf(e.Auth), query)
	}
	if err != nil {
		return present.Failure(err)
	}
	e.Response.Header().Set("Cache-Control", "private, no-cache")
	return e.JSON(http.StatusOK, answer)
}

// TypeOf is what type: in a query asks for, as type= names it; "" where it doesn't say.
func TypeOf(query string) string {
	switch kind := search.KindOf(query); kind {
	case "", search.KindMedia:
		return kind
	default:
		return kind + "s"
	}
}

// Posts finds posts, the best first.
func (g *Engine) Posts(e *core.RequestEvent, query string, page present.Page) (*Answer[FoundPost], error) {
	return find(g, e, query, page, search.KindPost, g.loadPosts)
}

// loader reads what the index found from the database, so that nothing is shown that the viewer may not see any more.
// What isn't there, or isn't theirs to see, is left out.
type loader[T any] func(app core.App, v collections.Viewer, hits []search.Hit) ([]T, error)

// farthest is how far one may page.
const farthest = 10_000

// find answers a query by documents of a kind.
func find[T any](g *Engine, e *core.RequestEvent, query string, page present.Page, kind string, load loader[T]) (*Answer[T], error) {
	from, began, err := page.Rank(g.Show.Now())
	if err != nil {
		return nil, err
	}
	v := collections.ViewerOf(e.Auth)
	who, err := audience(e.App, v)
	if err != nil {
		return nil, err
	}
	found, plainly, err := g.ask(e, search.Request{
		Query: query, Viewer: who, Filter: search.Filter{Until: began, Kinds: []string{kind}}, From: min(from, farthest), Size: page.Size,
		Highlight: true, Facets: true, Now: began,
	})
	if err != nil {
		return nil, fmt.Errorf("search %ss: %w", kind, err)
	}
	answer := &Answer[T]{List: present.Ranked[T](page, from, began, found.Total), NearCount: found.Near, Facets: facets(found.Facets), DidYouMean: found.DidYouMean, IsRebuilding: plainly, IsPartial: found.IsPartial}
	if from > farthest || len(found.Hits) == 0 {
		return answer, nil
	}
	answer.Results, err = load(e.App, v, found.Hits)
	return answer, err
}

// ask asks the index, or plainly the database where the index is out of order.
func (g *Engine) ask(e *core.RequestEvent, req search.Request) (found search.Result, plainly bool, err error) {
	err = ErrNotOpen
	if o := g.open.Load(); o != nil {
		found, err = o.index.Search(e.Request.Context(), req)
	}
	if err == nil || isOver(e.Request.Context(), err) {
		return found, false, err
	}
	g.note(e.App, err)
	found, err = g.stopgap(e.App, collections.ViewerOf(e.Auth), req)
	return found, true, err
}

func facets(f search.Facets) Facets {
	values := func(counts []search.FacetCount) []Value {
		list := make([]Value, len(counts))
		for i, c := range counts {
			list[i] = Value(c)
		}
		return list
	}
	return Facets{values(f.Tags), values(f.Authors), values(f.MediaTypes), values(f.Months)}
}
