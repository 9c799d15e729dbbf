package collections

import (
	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
)

// notPublic is true of the posts that not everybody sees; it is the condition of the index idx_posts_not_public, word for word.
const notPublic = "(status != 'published' OR visibility != 'public' OR is_hidden != FALSE)"

// CountPosts is how many published posts v sees who wants to see all there are, or all of those whose visibility is public.
// It doesn't go through them: it starts from the total that is kept, takes away what is by people whom v muted or blocked or
// who blocked v, and adds what isn't public and what v sees all the same.
func (v Viewer) CountPosts(app core.App, onlyPublic bool) (n int, err error) {
	q := app.DB().Select("public_posts").From("totals")
	if v.ID != "" || v.Superuser {
		q = app.DB().Select("public_posts - (" + v.publicByUnwanted() + ") + (" + v.seenNotPublic(onlyPublic) + ")").From("totals")
	}
	err = q.Bind(dbx.Params{"viewer": v.ID}).Row(&n)
	return n, err
}

func (v Viewer) publicByUnwanted() string {
	people := "SELECT target FROM mutes WHERE user = {:viewer} UNION SELECT target FROM blocks WHERE user = {:viewer}"
	if !v.IsStaff() {
		people += " UNION SELECT user FROM blocks WHERE target = {:viewer}"
	}
	return "SELECT COUNT(*) FROM posts WHERE " + Viewer{}.visible() + " AND posts.author IN (" + people + ")"
}

func (v Viewer) seenNotPublic(onlyPublic bool) string {
	sql := "SELECT COUNT(*) FROM posts WHERE " + notPublic + " AND posts.status = 'published' AND " + v.visible() + " AND " + v.wanted("posts.author")
	if !v.IsStaff() {
		sql += " AND (posts.author = {:viewer} OR posts.author IN (SELECT following FROM follows WHERE follower = {:viewer}))"
	}
	if onlyPublic {
		sql += " AND posts.visibility = 'public'"
	}
	return sql
}
