package collections

import (
	"context"
	"strings"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
)

// notPublic is true of the posts that not everybody sees; it is the condition of the index idx_posts_not_public, word for word.
const notPublic = "(status != 'published' OR visibility != 'public' OR is_hidden != FALSE)"

// OutOfSight is true of the posts that count in no number of the place, nor beside their author's name: those that aren't
// published, and those that moderators hid. It is the condition of the index idx_posts_out_of_sight, word for word.
const OutOfSight = "(status != 'published' OR is_hidden != FALSE)"

// Counted are the posts that [Viewer.CountPosts] counts: all published ones, those of somebody, those with a tag, those that have media or none, or
// those of a span of time; those of somebody, a tag or a span that have none; or the public ones of these.
type Counted struct {
	Author        string // username; their posts are counted also for who muted or blocked them
	Tag           string
	Media         string    // as [Has] takes it
	After, Before time.Time // inclusive, exclusive; zero for no end
	OnlyPublic    bool
}

// CountPosts is how many of the posts v sees who wants to see all there are. It doesn't go through them: it starts from the total, the counter
// or the tally that is kept, takes away what is by people whom v muted or blocked or who blocked v, and adds what isn't public and
// what v sees all the same. What has no media is what is left without those that have some, which it goes through where there is no total.
func (v Viewer) CountPosts(ctx context.Context, app core.App, of Counted) (n int, err error) {
	sql, with, params := "(SELECT public_posts FROM totals)", "", dbx.Params{"viewer": v.ID, "tag": of.Tag, "author": of.Author}
	if of.Author != "" {
		with = " AND posts.author = (SELECT id FROM users WHERE username = {:author})"
		sql = "COALESCE((SELECT posts_count FROM users WHERE username = {:author}), 0)" +
			" - (SELECT COUNT(*) FROM posts WHERE " + notPublic + " AND NOT " + OutOfSight + with + ")"
	}
	if of.Tag != "" {
		sql = "COALESCE((SELECT posts_count FROM tags WHERE name = {:tag}), 0)"
		with = " AND EXISTS (SELECT 1 FROM post_tags WHERE post_tags.tag = {:tag} AND post_tags.post = posts.id)"
	}
	if !of.After.IsZero() {
		sql = publicSince("after", of.After, params)
		with += " AND +posts.created_at >= {:after}" // the sign: not by the index of times, few posts are left
	}
	if !of.Before.IsZero() {
		sql += " - " + publicSince("before", of.Before, params)
		with += " AND +posts.created_at < {:before}"
	}
	switch {
	case of.Media != "" && with == "":
		sql = publicHaving(of.Media)
	case of.Media != "":
		sql += " - (SELECT COUNT(*) FROM posts WHERE " + Viewer{}.visible() + " AND " + Has(AnyMedia) + with + ")"
	}
	if of.Media != "" {
		with += " AND " + Has(of.Media)
	}
	if v.ID != "" || v.Superuser {
		sql += " - (" + v.publicByUnwanted(of.Author == "") + with + ") + (" + v.seenNotPublic(of) + with + ")"
	}
	err = app.DB().NewQuery("SELECT " + sql).WithContext(ctx).Bind(params).Row(&n)
	return n, err
}

// publicSince is SQL for how many public posts there are from a time on: by their tally from the nearer end of its day on, and what is between.
func publicSince(name string, at time.Time, params dbx.Params) string {
	const half = 12 * time.Hour
	params[name], params[name+"_day"] = Stamp(at), day(at.Add(half))
	sql := `(COALESCE((SELECT SUM(n) FROM tallies WHERE metric = '` + PublicPosts + `' AND subject = '' AND quarter >= {day}), 0)
		+ (SELECT COUNT(*) FROM posts WHERE created_at >= {at} AND created_at < {day} AND {public})
		- (SELECT COUNT(*) FROM posts WHERE created_at >= {day} AND created_at < {at} AND {public}))`
	return strings.NewReplacer("{at}", "{:"+name+"}", "{day}", "{:"+name+"_day}", "{public}", Viewer{}.visible()).Replace(sql)
}

// publicByUnwanted counts what v doesn't see of what is public: by who blocked v and, of all posts, by whom v muted or blocked.
func (v Viewer) publicByUnwanted(ofAll bool) string {
	var people []string
	if ofAll {
		people = append(people, unwanted)
	}
	if !v.IsStaff() {
		people = append(people, "SELECT user FROM blocks WHERE target = {:viewer}")
	}
	return "SELECT COUNT(*) FROM posts WHERE " + Viewer{}.visible() + " AND posts.author IN (" + strings.Join(people, " UNION ALL ") + ")"
}

func (v Viewer) seenNotPublic(of Counted) string {
	sql := "SELECT COUNT(*) FROM posts WHERE " + notPublic + " AND posts.status = 'published' AND " + v.visible()
	if of.Author == "" {
		sql += " AND " + v.wanted("posts.author") + " AND " + v.ofFollowed()
	}
	if of.OnlyPublic {
		sql += " AND posts.visibility = 'public'"
	}
	return sql
}

// OfFollowed is true of the posts that aren't public and that v may see, and of few others: it has SQLite look at these alone.
func (v Viewer) OfFollowed() dbx.Expression {
	return dbx.NewExp(v.ofFollowed(), dbx.Params{"viewer": v.ID})
}

// ofFollowed changes nothing for who sees posts that aren't public: they are one's own or by people whom one follows, unless one is
// staff. It has SQLite look at those people's alone.
func (v Viewer) ofFollowed() string {
	if v.IsStaff() {
		return "TRUE"
	}
	return "(posts.author = {:viewer} OR posts.author IN (SELECT following FROM follows WHERE follower = {:viewer}))"
}
