package collections

import (
	"strings"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
)

// Viewer is somebody who looks: nobody in particular (the zero value), a person, or a superuser.
type Viewer struct {
	ID        string // of the person; "" when not signed in
	Role      string
	Superuser bool
	account   *core.Record // nil when not signed in
}

// ViewerOf says who looks, from the record that a request is signed in with (may be nil).
func ViewerOf(auth *core.Record) Viewer {
	switch {
	case auth == nil:
		return Viewer{}
	case auth.IsSuperuser():
		return Viewer{Superuser: true, account: auth}
	}
	return Viewer{ID: auth.Id, Role: auth.GetString("role"), account: auth}
}

// Account is the record that the viewer is signed in with; nil when there is none.
func (v Viewer) Account() *core.Record { return v.account }

// IsStaff reports whether the viewer moderates.
func (v Viewer) IsStaff() bool { return v.Superuser || IsStaffRole(v.Role) }

// Standing is what of a post decides who may see it.
type Standing struct {
	Author, Status, Visibility string
	Hidden                     bool
}

// InPublic reports whether everybody may see the post.
func (s Standing) InPublic() bool {
	return s.Status == Published && s.Visibility == Public && !s.Hidden
}

// Sees reports whether v may see the post.
func (v Viewer) Sees(app core.App, p *Post) (bool, error) { return v.SeesWhat(app, p.Standing()) }

// SeesWhat reports whether v may see a post that stands so. It is the rule of schema.txt in Go:
//
//   - what was removed nobody sees;
//   - the author sees their own in every other state;
//   - moderators and admins see what is published, hidden or not;
//   - everybody else sees what is published, not hidden, not by somebody who blocked them,
//     and public, or for followers of whom they are one.
func (v Viewer) SeesWhat(app core.App, s Standing) (bool, error) {
	return v.sees(s, func() (t ties, err error) {
		err = app.DB().NewQuery("SELECT "+tiesToAuthor).Bind(dbx.Params{"viewer": v.ID, "author": s.Author}).Row(&t.blocked, &t.follows)
		return t, err
	})
}

// ties are what is between a viewer and an author: who is blocked by the other, and follows them.
type ties struct{ blocked, follows bool }

// tiesToAuthor selects them of {:viewer} and {:author}.
const tiesToAuthor = `EXISTS (SELECT 1 FROM blocks b WHERE b.user = {:author} AND b.target = {:viewer}),
	EXISTS (SELECT 1 FROM follows f WHERE f.follower = {:viewer} AND f.following = {:author})`

// sees asks for the ties where it depends on them.
func (v Viewer) sees(s Standing, ask func() (ties, error)) (bool, error) {
	switch {
	case v.Superuser:
		return true, nil
	case s.Status == Removed:
		return false, nil
	case v.ID != "" && s.Author == v.ID:
		return true, nil
	}
	if s.Status != Published {
		return false, nil
	}
	if v.IsStaff() {
		return true, nil
	}
	if s.Hidden || s.Visibility == Private || v.ID == "" && s.Visibility != Public {
		return false, nil
	}
	if v.ID == "" {
		return true, nil
	}
	t, err := ask()
	return err == nil && !t.blocked && (s.Visibility == Public || t.follows), err
}

// Sees reports whether the person with that id may see the post with that id, and how the post stands: [Viewer.SeesWhat] in one
// query, for what is done to posts. The error is sql.ErrNoRows when there is no such post or nobody of that id.
func Sees(app core.App, person, post string) (s Standing, sees bool, err error) {
	v, t := Viewer{ID: person}, ties{}
	err = app.DB().NewQuery("SELECT p.author, p.status, p.visibility, p.is_hidden, u.role, "+strings.ReplaceAll(tiesToAuthor, "{:author}", "p.author")+
		" FROM posts p, users u WHERE p.id = {:post} AND u.id = {:viewer}").Bind(dbx.Params{"post": post, "viewer": person}).
		Row(&s.Author, &s.Status, &s.Visibility, &s.Hidden, &v.Role, &t.blocked, &t.follows)
	if err != nil {
		return s, false, err
	}
	sees, err = v.sees(s, func() (ties, error) { return t, nil })
	return s, sees, err
}

// Exists reports whether the pair (a, b) is there.
func Exists(app core.App, p Pair, a, b string) (bool, error) {
	var there bool
	err := app.DB().NewQuery("SELECT EXISTS (SELECT 1 FROM " + p.Collection + " WHERE " + p.Who + " = {:a} AND " + p.What + " = {:b})").
		Bind(dbx.Params{"a": a, "b": b}).Row(&there)
	return there, err
}

// Visible is the same rule as [Viewer.SeesWhat] as a condition on the table posts.
func (v Viewer) Visible() dbx.Expression {
	return dbx.NewExp(v.visible(), dbx.Params{"viewer": v.ID})
}

// visible is the text of [Viewer.Visible]; the viewer is {:viewer}.
func (v Viewer) visible() string {
	switch {
	case v.Superuser:
		return "1 = 1"
	case v.ID == "":
		return "posts.status = 'published' AND posts.visibility = 'public' AND posts.is_hidden = FALSE"
	case v.IsStaff():
		return "((posts.author = {:viewer} AND posts.status != 'removed') OR posts.status = 'published')"
	}
	return `((posts.author = {:viewer} AND posts.status != 'removed') OR (posts.status = 'published' AND posts.is_hidden = FALSE
		AND (posts.visibility = 'public' OR (posts.visibility = 'followers'
			AND EXISTS (SELECT 1 FROM follows f WHERE f.follower = {:viewer} AND f.following = posts.author)))
		AND posts.author NOT IN (SELECT b.user FROM blocks b WHERE b.target = {:viewer})))`
}

// onSeen is true of the rows whose post v may see, by the column that names it. It isn't EXISTS, which SQLite takes for a join: that
// would begin by going through all posts.
func (v Viewer) onSeen(column string) string {
	return "(SELECT 1 FROM posts WHERE posts.id = " + column + " AND " + v.visible() + ") IS NOT NULL"
}

// Lists is the list rule of a collection of posts, messages and what hangs on them as a condition on its table, for v who isn't a superuser;
// nil of other collections. It says what schema.txt says, but so that SQLite needn't look at every follower of every author.
func (v Viewer) Lists(collection string) dbx.Expression {
	var sql string
	switch collection {
	case Posts:
		sql = v.visible()
	case Likes:
		sql = v.onSeen("likes.post")
	case Comments:
		sql = v.Readable() + " AND " + v.onSeen("comments.post")
	case Media:
		sql = `((media.owner = {:viewer} AND {:viewer} != '' AND NOT EXISTS (SELECT 1 FROM posts r WHERE r.id = media.post AND r.status = 'removed'))
			OR (media.post != '' AND ` + v.onSeen("media.post") + `)
			OR (media.message != '' AND media.message IN (SELECT messages.id FROM messages WHERE messages.is_deleted = FALSE AND ` + heard + `)))`
	case Messages:
		sql = heard
	case Conversations:
		sql = ours
	case Participants:
		sql = "participants.conversation IN (SELECT conversations.id FROM conversations WHERE " + ours + ")"
	default:
		return nil
	}
	return dbx.NewExp("("+sql+")", dbx.Params{"viewer": v.ID})
}

// SeesComment reports whether v may read a comment on a post that they may see: a hidden one
// is its author's and staff's.
func (v Viewer) SeesComment(c *Comment) bool {
	return !c.IsHidden() || v.IsStaff() || v.ID != "" && v.ID == c.Author()
}

// Readable is the same rule as [Viewer.SeesComment] as a condition on the table comments; the viewer is {:viewer}.
func (v Viewer) Readable() string {
	switch {
	case v.IsStaff():
		return "1 = 1"
	case v.ID == "":
		return "comments.is_hidden = FALSE"
	}
	return "(comments.is_hidden = FALSE OR comments.author = {:viewer})"
}

// unwanted are whom the viewer, {:viewer}, muted or blocked.
const unwanted = "SELECT target FROM mutes WHERE user = {:viewer} UNION ALL SELECT target FROM blocks WHERE user = {:viewer}"

// Wanted leaves out of a list whom the viewer muted or blocked; column holds the author's id.
// It is nil, which dbx ignores, when nobody in particular looks.
func (v Viewer) Wanted(column string) dbx.Expression {
	if v.ID == "" {
		return nil
	}
	return dbx.NewExp(v.wanted(column), dbx.Params{"viewer": v.ID})
}

// wanted is the text of [Viewer.Wanted].
func (v Viewer) wanted(column string) string {
	return column + ` NOT IN (SELECT m.target FROM mutes m WHERE m.user = {:viewer})
		AND ` + column + ` NOT IN (SELECT w.target FROM blocks w WHERE w.user = {:viewer})`
}
