package live

import (
	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/present"
	"madang/search"
)

func idsOf(hits []search.Hit) []any {
	ids := make([]any, len(hits))
	for i, h := range hits {
		ids[i] = h.ID
	}
	return ids
}

// inOrder makes results of what was read, in the order of the hits.
func inOrder[R, T any](hits []search.Hit, rows []R, id func(R) string, result func(R, search.Hit) T) []T {
	byID := make(map[string]R, len(rows))
	for _, r := range rows {
		byID[id(r)] = r
	}
	results := []T{}
	for _, h := range hits {
		if r, there := byID[h.ID]; there {
			results = append(results, result(r, h))
		}
	}
	return results
}

func (g *Engine) loadPosts(app core.App, v collections.Viewer, hits []search.Hit) ([]FoundPost, error) {
	posts, err := g.Show.Posts(app, v, g.Show.PostQuery(app, v).Where(dbx.In("posts.id", idsOf(hits)...)).
		AndWhere(dbx.HashExp{"posts.status": collections.Published}).AndWhere(v.Visible()).AndWhere(v.Wanted("posts.author")))
	return inOrder(hits, posts, func(p present.Post) string { return p.ID },
		func(p present.Post, h search.Hit) FoundPost { return FoundPost{p, h.Score, h.Near, h.Highlights} }), err
}

func (g *Engine) loadPeople(app core.App, v collections.Viewer, hits []search.Hit) ([]FoundUser, error) {
	people, err := present.Users(present.UserQuery(app, v).Where(dbx.In("users.id", idsOf(hits)...)).AndWhere(v.Wanted("users.id")))
	return inOrder(hits, people, func(u present.User) string { return u.ID },
		func(u present.User, h search.Hit) FoundUser { return FoundUser{u, h.Score, h.Near, h.Highlights} }), err
}

func (g *Engine) loadTags(app core.App, _ collections.Viewer, hits []search.Hit) ([]FoundTag, error) {
	var tags []Tag
	err := app.DB().Select("id", "name", "posts_count").From(collections.Tags).
		Where(dbx.In("name", idsOf(hits)...)).AndWhere(dbx.NewExp("posts_count > 0")).All(&tags)
	return inOrder(hits, tags, func(t Tag) string { return t.Name },
		func(t Tag, h search.Hit) FoundTag { return FoundTag{t, h.Score, h.Near, h.Highlights} }), err
}

// loadComments leaves out comments on posts that the viewer sees no more, and those that moderation hid from them.
func (g *Engine) loadComments(app core.App, v collections.Viewer, hits []search.Hit) ([]FoundComment, error) {
	comments, err := present.Comments(app, v, present.CommentQuery(app, v).
		InnerJoin("posts", dbx.NewExp("posts.id = comments.post")).AndWhere(v.Visible()).AndWhere(v.Wanted("posts.author")).
		AndWhere(dbx.In("comments.id", idsOf(hits)...)).AndWhere(present.Readable(v)))
	return inOrder(hits, comments, func(c present.Comment) string { return c.ID },
		func(c present.Comment, h search.Hit) FoundComment {
			return FoundComment{c, h.Score, h.Near, h.Highlights}
		}), err
}
