package collections

import (
	"fmt"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
)

// Total is how many records a collection has, as far as that is kept: of one whose number isn't, 0.
func Total(app core.App, collection string) (n int, err error) {
	column := map[string]string{Users: "users", Posts: "posts", Likes: "likes", Comments: "readable_comments", Media: "media", Follows: "follows"}[collection]
	if column == "" {
		return 0, nil
	}
	if err = app.DB().Select(column).From("totals").Row(&n); err != nil {
		return 0, fmt.Errorf("read a total: %w", err)
	}
	return n, nil
}

// CountListed is how many records of a collection v may list, where that is known without going through them: known is false
// where it isn't. It starts from the total that is kept and takes away what hangs on the posts that v may not see, of which the
// index of posts that aren't public knows the counters.
func (v Viewer) CountListed(app core.App, collection string) (n int, known bool, err error) {
	var sql string
	switch {
	case collection == Follows || collection == Users:
		n, err = Total(app, collection)
		return n, true, err
	case v.Superuser:
		return 0, false, nil
	case collection == Posts:
		sql = "public_posts - " + v.overUnseen("COUNT(*)") + " + (SELECT COUNT(*) FROM posts WHERE " + notPublic + " AND " + v.visible() + " AND " + v.ofFollowed() + ")"
	case collection == Likes:
		sql = "likes - " + v.overUnseen("COALESCE(SUM(likes_count), 0)")
		sql += " - (SELECT COALESCE(SUM(likes_count), 0) FROM posts WHERE " + notPublic + " AND NOT " + enclosed(v.visible()) + ")"
	case collection == Comments && !v.IsStaff():
		sql = "readable_comments - " + v.overUnseen("COALESCE(SUM(comments_count), 0)")
		sql += " - (SELECT COALESCE(SUM(comments_count), 0) FROM posts WHERE " + notPublic + " AND NOT " + enclosed(v.visible()) + ")"
		// note: comments_count leaves out the places of deleted comments, which are in the list; and one's own hidden ones are
		sql += " - (SELECT COUNT(*) FROM comments WHERE is_deleted = TRUE AND is_hidden = FALSE AND NOT (" + v.onSeen("comments.post") + "))"
		sql += " + (SELECT COUNT(*) FROM comments WHERE author = {:viewer} AND is_hidden = TRUE AND " + v.onSeen("comments.post") + ")"
	case collection == Media && v.ID == "":
		sql = "media - (SELECT COUNT(*) FROM media m WHERE m.post = '')"
		sql += " - (SELECT COUNT(*) FROM media m WHERE m.post IN (SELECT posts.id FROM posts WHERE " + notPublic + " AND " + Has(AnyMedia) + "))"
	default:
		return 0, false, nil
	}
	if err = app.DB().NewQuery("SELECT " + sql + " FROM totals").Bind(dbx.Params{"viewer": v.ID}).Row(&n); err != nil {
		return 0, false, fmt.Errorf("count what may be listed: %w", err)
	}
	return n, true, nil
}

// overUnseen is a number over those public posts that v doesn't see, since their authors blocked v.
func (v Viewer) overUnseen(number string) string {
	return "(SELECT " + number + " FROM posts WHERE " + Viewer{}.visible() + " AND posts.author IN (SELECT user FROM blocks WHERE target = {:viewer} AND {:viewer} != '')" +
		" AND NOT " + enclosed(v.visible()) + ")"
}

func enclosed(condition string) string { return "(" + condition + ")" }

// CountComments is how many comments on a post v is shown that are no replies: those that v may read, and the places of others that have replies.
// It counts by an index, and looks at those alone that were deleted or hidden, by the condition of idx_comments_out_of_sight, word for word, and at
// those by people whom v muted or blocked.
func (v Viewer) CountComments(app core.App, post string) (n int, err error) {
	const count, top = "(SELECT COUNT(*) FROM comments ", "post = {:post} AND parent = ''"
	shown := "(is_deleted = FALSE AND " + v.Readable() + " OR replies_count > 0)"
	sql := count + "WHERE " + top + ") - " + count + "WHERE " + top + " AND (is_deleted = TRUE OR is_hidden = TRUE) AND NOT " + shown + ")"
	if v.ID != "" { // note: those people wrote less than there is on a post that is much talked about, which SQLite can't know
		sql += " - " + count + "INDEXED BY idx_comments_author WHERE author IN (" + unwanted + ") AND " + top + " AND " + shown + ")"
	}
	if err = app.DB().NewQuery("SELECT " + sql).Bind(dbx.Params{"post": post, "viewer": v.ID}).Row(&n); err != nil {
		return 0, fmt.Errorf("count the comments on a post: %w", err)
	}
	return n, nil
}
