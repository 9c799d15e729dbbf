package recommend

import (
	"fmt"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/i18n"
	"madang/present"
)

// Post is a post that is recommended, and why.
type Post struct {
	present.Post
	Reason Reason `json:"reason"`
}

// ForYou answers GET /api/posts/for-you: what the caller may like to read, the best first, by cursor unless a page is
// asked for. A walk reads one list to its end, however much is posted meanwhile; each page leaves out what may no longer
// be shown.
func (s *Service) ForYou(e *core.RequestEvent) error {
	page, err := present.ParsePage(e.Request)
	if err != nil {
		return err
	}
	if !e.Request.URL.Query().Has("page") {
		page.ByCursor = true
	}
	list, err := s.For(e, page)
	if err != nil {
		return present.Failure(err)
	}
	e.Response.Header().Set("Cache-Control", "private, no-store") // what is shown is noted
	return present.JSON(e, list)
}

// For is a page of what is recommended to the caller, who is signed in.
func (s *Service) For(e *core.RequestEvent, page present.Page) (present.List[Post], error) {
	now := s.Now()
	before, began, err := page.Rank(now)
	if err != nil {
		return present.List[Post]{}, err
	}
	if !s.wanted(e) {
		return present.Ranked[Post](page, 0, now, 0), nil
	}
	v := collections.ViewerOf(e.Auth)
	steps, err := s.walk(e.App, v, page, before, began)
	if err != nil {
		return present.List[Post]{}, err
	}
	if began.IsZero() {
		began = now
	}
	shown, taken, err := s.take(e.App, v, steps[min(before, len(steps)):], page.Size, now)
	if err != nil {
		return present.List[Post]{}, err
	}
	list := present.RankedUpTo[Post](page, before+taken, began, len(steps))
	if list.Results, err = s.explain(e, v, shown); err != nil {
		return list, err
	}
	return list, e.App.RunInTransaction(func(tx core.App) error {
		if !page.Further() {
			if err := saveWalk(tx, v.ID, began, steps); err != nil {
				return err
			}
		}
		ids := make([]string, len(list.Results))
		for i, p := range list.Results {
			ids[i] = p.ID
		}
		return remember(tx, v.ID, ids, now)
	})
}

// walk is the list that the page is of: a new one at its beginning, else what is kept of it.
func (s *Service) walk(app core.App, v collections.Viewer, page present.Page, before int, began time.Time) ([]step, error) {
	if before > 0 || page.Further() {
		steps, err := loadWalk(app, v.ID, began)
		if err != nil || steps != nil || !began.IsZero() {
			return steps, err
		}
	}
	chosen, err := s.gather(app, v)
	steps := make([]step, len(chosen))
	for i, c := range chosen {
		steps[i] = step{Post: c.ID, Author: c.Author, Why: c.reason.Type, Of: c.reason.source + c.reason.Tag}
	}
	return steps, err
}

// take is the first n of the steps that may be shown, and how many it went through for them.
func (s *Service) take(app core.App, v collections.Viewer, steps []step, n int, now time.Time) (shown []step, taken int, err error) {
	for len(shown) < n && taken < len(steps) {
		portion := steps[taken:min(len(steps), taken+n)]
		ids := make([]any, len(portion))
		for i, one := range portion {
			ids[i] = one.Post
		}
		var allowed []string
		err := app.DB().Select("posts.id").From("posts").Where(dbx.In("posts.id", ids...)).AndWhere(eligible(v, now)).Column(&allowed)
		if err != nil {
			return nil, 0, fmt.Errorf("look what may be shown: %w", err)
		}
		may := make(map[string]bool, len(allowed))
		for _, id := range allowed {
			may[id] = true
		}
		for _, one := range portion {
			if len(shown) == n {
				break
			}
			taken++
			if may[one.Post] {
				shown = append(shown, one)
			}
		}
	}
	return shown, taken, nil
}

// explain loads the posts and says why each is there.
func (s *Service) explain(e *core.RequestEvent, v collections.Viewer, steps []step) ([]Post, error) {
	results := make([]Post, 0, len(steps))
	if len(steps) == 0 {
		return results, nil
	}
	ids, sources := make([]any, len(steps)), []any{}
	for i, one := range steps {
		ids[i] = one.Post
		if one.Why == becauseLiked || one.Why == becauseKept {
			sources = append(sources, one.Of)
		}
	}
	loaded, err := s.load(e.App, v, ids)
	if err != nil {
		return nil, err
	}
	titles, err := titlesOf(e.App, v, sources)
	if err != nil {
		return nil, err
	}
	lang := i18n.Match(e.Request.Header.Get("Accept-Language"))
	for _, one := range steps {
		post, there := loaded[one.Post]
		if !there {
			continue // gone just now
		}
		why := Reason{Type: one.Why, Post: titles[one.Of]}
		if one.Why == becauseTag {
			why.Tag = one.Of
		}
		results = append(results, Post{post, why.in(lang)})
	}
	return results, nil
}

// load loads posts by their ids.
func (s *Service) load(app core.App, v collections.Viewer, ids []any) (map[string]present.Post, error) {
	posts, err := s.Show.Posts(app, v, s.Show.PostQuery(app, v).Where(dbx.In("posts.id", ids...)).AndWhere(v.Visible()))
	loaded := make(map[string]present.Post, len(posts))
	for _, p := range posts {
		loaded[p.ID] = p
	}
	return loaded, err
}

// titlesOf are those of the posts that v may still see.
func titlesOf(app core.App, v collections.Viewer, ids []any) (map[string]*ReasonPost, error) {
	var rows []*ReasonPost
	err := app.DB().Select("posts.id", "posts.title").From("posts").Where(dbx.In("posts.id", ids...)).AndWhere(v.Visible()).All(&rows)
	if err != nil {
		return nil, fmt.Errorf("read why: %w", err)
	}
	titles := make(map[string]*ReasonPost, len(rows))
	for _, r := range rows {
		titles[r.ID] = r
	}
	return titles, nil
}
