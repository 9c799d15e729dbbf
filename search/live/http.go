package live

import (
	"fmt"
	"html"
	"net/http"
	"strings"

	"github.com/pocketbase/dbx"
	validation "github.com/pocketbase/ozzo-validation/v4"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/present"
	"madang/search"
)

// Params are the query parameters of GET /api/search.
type Params struct {
	Query    string `query:"q" description:"words, \"exact phrases\", -without, OR, tag:…, author:…, before:/after:YYYY-MM-DD"`
	Type     string `query:"type" enum:"posts,users,tags" default:"posts"`
	Page     int    `query:"page" minimum:"1" default:"1"`
	PageSize int    `query:"page_size" minimum:"1" maximum:"100" default:"20"`
}

// FoundPost is a post that was found.
type FoundPost struct {
	present.Post
	Score      float64           `json:"score"`
	Highlights map[string]string `json:"highlights"`
}

// FoundUser is a person who was found.
type FoundUser struct {
	present.User
	Score      float64           `json:"score"`
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
	Highlights map[string]string `json:"highlights"`
}

// Answer is a page of what was found, with the commonest values among all of it.
type Answer[T any] struct {
	present.List[T]
	Facets Facets `json:"facets"`
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

// Search answers GET /api/search.
func (g *Engine) Search(e *core.RequestEvent) error {
	page, err := present.ParsePage(e.Request)
	if err != nil {
		return err
	}
	query := e.Request.URL.Query().Get("q")
	var answer any
	switch e.Request.URL.Query().Get("type") {
	case "", "posts":
		answer, err = g.Posts(e, query, page)
	case "users":
		answer, err = g.people(e, query, page)
	case "tags":
		answer, err = g.tags(e, query, page)
	default:
		return present.BadQuery(validation.Errors{"type": validation.NewError("validation_in_invalid", "Must be one of posts, users, tags.")})
	}
	if err != nil {
		return present.Failure(err)
	}
	e.Response.Header().Set("Cache-Control", "private, no-cache")
	return e.JSON(http.StatusOK, answer)
}

// Posts finds posts, the best first. What the index found is loaded again from the
// database, so that nothing is shown that the caller may not see any more.
func (g *Engine) Posts(e *core.RequestEvent, query string, page present.Page) (*Answer[FoundPost], error) {
	from, began, err := page.Rank(g.Show.Now())
	if err != nil {
		return nil, err
	}
	o := g.open.Load()
	if o == nil {
		return nil, ErrNotOpen
	}
	v := collections.ViewerOf(e.Auth)
	who, err := audience(e.App, v)
	if err != nil {
		return nil, err
	}
	found, err := o.index.Search(e.Request.Context(), search.Request{
		Query: query, Viewer: who, Filter: search.Filter{Until: began}, From: min(from, 10_000), Size: page.Size, Highlight: true, Facets: true,
	})
	if err != nil {
		return nil, fmt.Errorf("search posts: %w", err)
	}
	answer := &Answer[FoundPost]{present.Ranked[FoundPost](page, from, began, found.Total), facets(found.Facets)}
	if from > 10_000 || len(found.Hits) == 0 {
		return answer, nil
	}
	answer.Results, err = g.load(e.App, v, found.Hits)
	return answer, err
}

func (g *Engine) load(app core.App, v collections.Viewer, hits []search.Hit) ([]FoundPost, error) {
	ids := make([]any, len(hits))
	for i, h := range hits {
		ids[i] = h.ID
	}
	posts, err := g.Show.Posts(app, v, g.Show.PostQuery(app, v).Where(dbx.In("posts.id", ids...)).
		AndWhere(dbx.HashExp{"posts.status": collections.Published}).AndWhere(v.Visible()))
	if err != nil {
		return nil, err
	}
	byID := make(map[string]present.Post, len(posts))
	for _, p := range posts {
		byID[p.ID] = p
	}
	results := []FoundPost{}
	for _, h := range hits {
		if p, there := byID[h.ID]; there {
			results = append(results, FoundPost{p, h.Score, h.Highlights})
		}
	}
	return results, nil
}

func (g *Engine) people(e *core.RequestEvent, query string, page present.Page) (any, error) {
	v := collections.ViewerOf(e.Auth)
	q := present.UserQuery(e.App, v).Where(present.NameLike(query)).AndWhere(v.Wanted("users.id"))
	order := []present.Key{{Column: "users.followers_count", Desc: true}, {Column: "users.id", Desc: true}}
	list, err := present.Paginate(page, q, order, present.Users, func(u present.User) []any { return []any{u.FollowersCount, u.ID} })
	if err != nil {
		return nil, err
	}
	answer := Answer[FoundUser]{List: present.List[FoundUser]{Count: list.Count, Next: list.Next, Previous: list.Previous, Results: []FoundUser{}}, Facets: facets(search.Facets{})}
	for _, u := range list.Results {
		name := u.Name
		if name == "" {
			name = u.Username
		}
		answer.Results = append(answer.Results, FoundUser{u, 1, map[string]string{"title": mark(name, query)}})
	}
	return answer, nil
}

func (g *Engine) tags(e *core.RequestEvent, query string, page present.Page) (any, error) {
	q := e.App.DB().Select("id", "name", "posts_count").From(collections.Tags).
		Where(dbx.NewExp("posts_count > 0")).AndWhere(present.TagLike(query))
	order := []present.Key{{Column: "posts_count", Desc: true}, {Column: "name"}}
	load := func(q *dbx.SelectQuery) (tags []Tag, err error) { return tags, q.All(&tags) }
	list, err := present.Paginate(page, q, order, load, func(t Tag) []any { return []any{t.PostsCount, t.Name} })
	if err != nil {
		return nil, err
	}
	answer := Answer[FoundTag]{List: present.List[FoundTag]{Count: list.Count, Next: list.Next, Previous: list.Previous, Results: []FoundTag{}}, Facets: facets(search.Facets{})}
	for _, t := range list.Results {
		answer.Results = append(answer.Results, FoundTag{t, 1, map[string]string{"title": mark(t.Name, query)}})
	}
	return answer, nil
}

// mark escapes s and marks where the query stands in it, whatever the case.
func mark(s, query string) string {
	query = strings.TrimLeft(strings.ToLower(strings.TrimSpace(query)), "@#")
	at := strings.Index(strings.ToLower(s), query)
	if query == "" || at < 0 || len(strings.ToLower(s)) != len(s) {
		return html.EscapeString(s)
	}
	end := at + len(query)
	return html.EscapeString(s[:at]) + "<mark>" + html.EscapeString(s[at:end]) + "</mark>" + html.EscapeString(s[end:])
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
