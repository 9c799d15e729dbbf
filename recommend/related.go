package recommend

import (
	"cmp"
	"fmt"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/pocketbase/dbx"
	validation "github.com/pocketbase/ozzo-validation/v4"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/present"
)

// LimitParams are the query parameters of the lists that aren't paged.
type LimitParams struct {
	Limit int `query:"limit" minimum:"1" maximum:"50" default:"6" description:"rows at most"`
}

// limitOf reads ?limit=: six unless asked for otherwise, at most 50.
func limitOf(q url.Values) (int, error) {
	const most = 50
	if q.Get("limit") == "" {
		return 6, nil
	}
	n, err := strconv.Atoi(q.Get("limit"))
	if err != nil || n < 1 {
		return 0, present.BadQuery(validation.Errors{"limit": validation.NewError("validation_invalid_page", "Must be a whole number of at least 1.")})
	}
	return min(n, most), nil
}

// Related answers GET /api/posts/{id}/related: posts that people like who like this one, with the same tags or words.
func (s *Service) Related(e *core.RequestEvent) error {
	limit, err := limitOf(e.Request.URL.Query())
	if err != nil {
		return err
	}
	posts, err := s.RelatedTo(e, e.Request.PathValue("id"), limit)
	if err != nil {
		return present.Failure(err)
	}
	return present.JSON(e, present.Whole(posts))
}

// RelatedTo is what is related to a post; sql.ErrNoRows when the caller may not see it.
func (s *Service) RelatedTo(e *core.RequestEvent, id string, limit int) ([]present.Post, error) {
	v := collections.ViewerOf(e.Auth)
	var of struct {
		Title string `db:"title"`
	}
	if err := e.App.DB().Select("posts.title").From("posts").Where(dbx.HashExp{"posts.id": id}).AndWhere(v.Visible()).One(&of); err != nil {
		return nil, err
	}
	if !s.On {
		return []present.Post{}, nil
	}
	found, err := s.fused(e, id, of.Title)
	if err != nil {
		return nil, err
	}
	return s.pick(e.App, v, id, found, limit)
}

// A ranking is one way to find what is related, the best first.
type ranking []string

// lookedAt is how many of each ranking count.
const lookedAt = 60

// fused are the posts that the three rankings find – who likes it, tags, words – in one order: each gains 1/(60 + its place)
// in each. Source: G. Cormack, C. Clarke, S. Büttcher, “Reciprocal rank fusion outperforms Condorcet and individual rank
// learning methods”, SIGIR 2009.
func (s *Service) fused(e *core.RequestEvent, id, title string) ([]string, error) {
	neighbours, err := neighboursOf(e.App, []any{id})
	if err != nil {
		return nil, err
	}
	var liked ranking
	for _, n := range neighbours[id] {
		liked = append(liked, n.post)
	}
	tagged, err := sameTags(e.App, id)
	if err != nil {
		return nil, fmt.Errorf("look for the same tags: %w", err)
	}
	worded, err := s.sameWords(e.Request.Context(), e.App, id, title)
	if err != nil {
		return nil, err
	}
	return fuse(liked, tagged, worded), nil
}

func fuse(rankings ...ranking) []string {
	const k = 60
	score := map[string]float64{}
	for _, r := range rankings {
		for place, id := range r[:min(len(r), lookedAt)] {
			score[id] += 1 / float64(k+place+1)
		}
	}
	return bestFirst(score)
}

// bestFirst are the keys by their scores.
func bestFirst(score map[string]float64) []string {
	ids := make([]string, 0, len(score))
	for id := range score {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b string) int { return cmp.Or(cmp.Compare(score[b], score[a]), cmp.Compare(a, b)) })
	return ids
}

// ofTag is how many posts of a tag are looked at: one that more have says little.
const ofTag = 400

// sameTags are the posts that have tags of a post, those with many and rare ones first: a tag of n posts counts 1/log(2+n).
func sameTags(app core.App, id string) (ranking, error) {
	var tags []struct {
		Name  string `db:"name"`
		Posts int    `db:"posts_count"`
	}
	err := app.DB().NewQuery("SELECT t.name, t.posts_count FROM post_tags pt JOIN tags t ON t.name = pt.tag WHERE pt.post = {:id}").Bind(dbx.Params{"id": id}).All(&tags)
	if err != nil || len(tags) == 0 {
		return nil, err
	}
	parts, params, weight := make([]string, len(tags)), dbx.Params{"id": id, "some": ofTag}, map[string]float64{}
	for i, t := range tags {
		name := "tag" + strconv.Itoa(i)
		parts[i] = "SELECT post, tag FROM (SELECT post, tag FROM post_tags WHERE tag = {:" + name + "} AND post != {:id} LIMIT {:some})"
		params[name], weight[t.Name] = t.Name, 1/math.Log(2+float64(t.Posts))
	}
	var rows []struct {
		Post string `db:"post"`
		Tag  string `db:"tag"`
	}
	if err := app.DB().NewQuery(strings.Join(parts, " UNION ALL ")).Bind(params).All(&rows); err != nil {
		return nil, err
	}
	score := map[string]float64{}
	for _, r := range rows {
		score[r.Post] += weight[r.Tag]
	}
	return bestFirst(score), nil
}

// pick is the first of the posts that v may be shown beside the post id, at most two of an author.
func (s *Service) pick(app core.App, v collections.Viewer, id string, found []string, limit int) ([]present.Post, error) {
	const authors = 2
	picked, ofAuthor := make([]present.Post, 0, limit), map[string]int{}
	for portion := range slices.Chunk(found, 60) {
		ids := make([]any, 0, len(portion))
		for _, one := range portion {
			if one != id {
				ids = append(ids, one)
			}
		}
		var rows []struct {
			ID     string `db:"id"`
			Author string `db:"author"`
		}
		if err := app.DB().Select("posts.id", "posts.author").From("posts").Where(dbx.In("posts.id", ids...)).AndWhere(recommendable(v)).All(&rows); err != nil {
			return nil, fmt.Errorf("look what may be shown: %w", err)
		}
		author := make(map[string]string, len(rows))
		for _, r := range rows {
			author[r.ID] = r.Author
		}
		var chosen []any
		for _, one := range portion {
			by, may := author[one]
			if may && ofAuthor[by] < authors && len(picked)+len(chosen) < limit {
				ofAuthor[by]++
				chosen = append(chosen, one)
			}
		}
		loaded, err := s.load(app, v, chosen)
		if err != nil {
			return nil, err
		}
		for _, one := range chosen {
			if post, there := loaded[one.(string)]; there { //nolint:forcetypeassert // made above
				picked = append(picked, post)
			}
		}
		if len(picked) >= limit {
			break
		}
	}
	return picked, nil
}
