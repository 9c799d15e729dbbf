package feed

import (
	"context"
	"encoding/json"
	"slices"
	"sort"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/present"
)

// List answers GET /api/posts: published posts that the caller may see, filtered and ordered.
func (s *Service) List(e *core.RequestEvent) error {
	f, err := s.parseFilter(e.Request.URL.Query())
	if err != nil {
		return err
	}
	page, err := present.ParsePage(e.Request)
	if err != nil {
		return err
	}
	list, err := s.Posts(e, f, page)
	if err != nil {
		return present.Failure(err)
	}
	return present.JSON(e, list)
}

// Posts is the list that f asks for, as the caller sees it.
func (s *Service) Posts(e *core.RequestEvent, f Filter, page present.Page) (list present.List[present.Post], err error) {
	v := collections.ViewerOf(e.Auth)
	q := s.published(e.App, v)
	if f.Author == "" {
		q.AndWhere(v.Wanted("posts.author"))
	}
	f.narrow(q)
	if f.leavesOutPublic() {
		q.AndWhere(v.OfFollowed())
	}
	if count := counting(e.App, v, f, q); count != nil {
		page = page.Counting(count)
	}
	read := func() (err error) {
		list, err = s.listed(e, f, v, page, q)
		return err
	}
	parameter := f.costliest(page)
	if parameter == "" {
		err = read()
		return list, err
	}
	err = s.Bound(e.App, v, parameter, func(until context.Context) error {
		q.WithContext(until)
		return read()
	})
	return list, err
}

// counting counts the posts of f, which q lists, without going through them; nil when it can't. Of two ways to narrow them down at once no
// number is kept; but few have media, and those are taken away from the others within the deadline that q has by then.
func counting(app core.App, v collections.Viewer, f Filter, q *dbx.SelectQuery) func() (int, error) {
	ways, known := f.ways()
	if !known || ways > 2 || ways == 2 && (!f.hasNoMedia() || f.MediaType != "") {
		return nil
	}
	of := collections.Counted{Author: f.Author, Tag: f.Tag, After: f.CreatedAfter, Before: f.CreatedBefore, OnlyPublic: f.onlyPublic()}
	if media := f.media(); len(media) > 0 {
		of.Media = media[0]
	}
	return func() (int, error) { return v.CountPosts(q.Context(), app, of) }
}

// listed is the page of q, which f made.
func (s *Service) listed(e *core.RequestEvent, f Filter, v collections.Viewer, page present.Page, q *dbx.SelectQuery) (present.List[present.Post], error) {
	if f.Search == "" {
		return s.page(e.App, v, page, q, f.order())
	}
	matches, err := s.Match(e.Request.Context(), e.App, v, f.Search)
	if err != nil {
		return present.List[present.Post]{}, err
	}
	if f.searchesAll() {
		return s.ranked(e.App, v, page, q, matches)
	}
	ids, err := idsOf(matches)
	if err != nil {
		return present.List[present.Post]{}, err
	}
	q.AndWhere(dbx.NewExp("posts.id IN (SELECT value FROM json_each({:matches}))", dbx.Params{"matches": ids}))
	if len(f.Order) > 0 {
		return s.page(e.App, v, page, q, f.Order)
	}
	var kept []string
	only := *q
	if err := only.Select("posts.id").OrderBy("posts.created_at DESC", "posts.id DESC").Column(&kept); err != nil {
		return present.List[present.Post]{}, err
	}
	return s.ranked(e.App, v, page, q, inOrder(matches, kept))
}

// Featured are the n posts that operators featured last, of those that the caller may see and wants.
func (s *Service) Featured(e *core.RequestEvent, n int64) ([]present.Post, error) {
	v := collections.ViewerOf(e.Auth)
	q := s.published(e.App, v).AndWhere(v.Wanted("posts.author")).AndWhere(dbx.NewExp("posts.featured_at != ''")).
		OrderBy("posts.featured_at DESC", "posts.id DESC").Limit(n)
	return s.Show.Posts(e.App, v, q)
}

// published selects what is published and visible to v.
func (s *Service) published(app core.App, v collections.Viewer) *dbx.SelectQuery {
	return s.Show.PostQuery(app, v).
		Where(dbx.HashExp{"posts.status": collections.Published}).AndWhere(v.Visible())
}

func (s *Service) page(app core.App, v collections.Viewer, page present.Page, q *dbx.SelectQuery, order []present.Key) (present.List[present.Post], error) {
	if len(order) == 0 {
		order = newestFirst
	}
	unique := present.Key{Column: "posts.id", Desc: order[len(order)-1].Desc}
	if order[0] == newestTagged {
		unique.Column = "post_tags.post"
	}
	order = append(order[:len(order):len(order)], unique)
	load := func(q *dbx.SelectQuery) ([]present.Post, error) { return s.Show.Posts(app, v, q) }
	return present.Paginate(page, q, order, load, func(p present.Post) []any {
		values := make([]any, len(order))
		for i, k := range order {
			values[i] = valueOf(p, k.Column)
		}
		return values
	})
}

// ranked is a page of matches in the order of their score. Of those that it shows q lets through what may be seen: the index, which knows
// that too, follows a moment behind.
func (s *Service) ranked(app core.App, v collections.Viewer, page present.Page, q *dbx.SelectQuery, matches []Scored) (present.List[present.Post], error) {
	cut, list, err := present.Slice[Scored, present.Post](page, matches, func(m Scored) (float64, string) { return m.Score, m.ID })
	if err != nil || len(cut) == 0 {
		return list, err
	}
	ids, rank := make([]any, len(cut)), make(map[string]int, len(cut))
	for i, m := range cut {
		ids[i], rank[m.ID] = m.ID, i
	}
	list.Results, err = s.Show.Posts(app, v, q.AndWhere(dbx.In("posts.id", ids...)))
	sort.Slice(list.Results, func(i, j int) bool { return rank[list.Results[i].ID] < rank[list.Results[j].ID] })
	return list, err
}

// idsOf is the ids of matches as a JSON array: one value, where a list of ten thousand would have to be parsed.
func idsOf(matches []Scored) (string, error) {
	ids := make([]string, len(matches))
	for i, m := range matches {
		ids[i] = m.ID
	}
	text, err := json.Marshal(ids)
	return string(text), err
}

// inOrder is the matches that are among ids. Of neighbours that match equally well, which the
// index gives in an order that changes, the one that comes first in ids is first.
func inOrder(matches []Scored, ids []string) []Scored {
	at := make(map[string]int, len(ids))
	for i, id := range ids {
		at[id] = i
	}
	var kept []Scored
	for from, i := 0, 0; i < len(matches); i++ {
		if _, there := at[matches[i].ID]; there {
			kept = append(kept, matches[i])
		}
		if i+1 == len(matches) || matches[i+1].Score != matches[i].Score { // the last of its equals
			slices.SortFunc(kept[from:], func(a, b Scored) int { return at[a.ID] - at[b.ID] })
			from = len(kept)
		}
	}
	return kept
}

// OfPerson answers GET /api/users/{id}/posts: one person's published posts, the newest first.
func (s *Service) OfPerson(e *core.RequestEvent) error {
	person, err := collections.FindUser(e.App, e.Request.PathValue("id"))
	if err != nil {
		return present.Failure(err)
	}
	page, err := present.ParsePage(e.Request)
	if err != nil {
		return err
	}
	list, err := s.Posts(e, Filter{Author: person.Username()}, page)
	if err != nil {
		return present.Failure(err)
	}
	return present.JSON(e, list)
}
