package present

import (
	"database/sql"
	"fmt"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/i18n"
)

// Notification is what one or several people did that concerns its recipient: several likes of one post, and the followers
// of one day, are folded into one.
type Notification struct {
	ID           string    `json:"id" db:"id"` // of the newest that it folds
	Type         string    `json:"type" db:"type" enum:"like,comment,reply,follow,mention,moderation,message"`
	Actor        UserBrief `json:"actor" db:"-"`                   // who did it last; empty when it was the place itself
	OthersCount  int       `json:"others_count" db:"others_count"` // how many more did it
	Post         string    `json:"post" db:"post"`                 // id or ""
	Comment      string    `json:"comment" db:"comment"`           // id or ""
	Conversation string    `json:"conversation" db:"conversation"` // id or ""
	PostTitle    string    `json:"post_title" db:"post_title"`
	Excerpt      string    `json:"excerpt" db:"excerpt"`         // of the comment, as typed
	Text         string    `json:"text" db:"-"`                  // a sentence, in the language of the request
	Notice       string    `json:"notice,omitempty" db:"notice"` // of moderation: what was done
	Note         string    `json:"note,omitempty" db:"note"`     // of moderation: what the moderator wrote
	Entry        string    `json:"entry,omitempty" db:"entry"`   // of moderation: the entry of the log, by which it can be appealed against
	IsRead       bool      `json:"is_read" db:"is_read"`         // all that it folds
	CreatedAt    string    `json:"created_at" db:"created_at"`
}

type notificationRow struct {
	Notification
	ActorID       string `db:"actor_id"`
	ActorUsername string `db:"actor_username"`
	ActorName     string `db:"actor_name"`
	ActorImage    string `db:"actor_image"`
	ActorVerified bool   `db:"actor_verified"`
}

// Fold is which notifications make one.
const Fold = `CASE n.type WHEN 'like' THEN 'like ' || n.post WHEN 'follow' THEN 'follow ' || SUBSTR(n.created_at, 1, 10) ELSE n.id END`

// excerptOfComment is how many characters of a comment stand in a notification.
const excerptOfComment = 140

// Which says of somebody's notifications which are meant.
type Which struct {
	Unread   bool   // in part
	Unlisted bool   // those too that aren't for the bell
	Fold     string // that one alone, see [FoldOf]
	Since    string // after that time, as it is stored
	Until    string // and not after this one
}

// concerning selects from the notifications of v as the table n: nothing about people with whom they have nothing to do, nor
// about posts that they may no longer see.
func concerning(app core.App, v collections.Viewer, columns ...string) *dbx.SelectQuery {
	return app.DB().Select(columns...).From("notifications n").LeftJoin("posts", dbx.NewExp("posts.id = n.post")).
		Where(dbx.HashExp{"n.recipient": v.ID}).AndWhere(v.Wanted("n.actor")).
		AndWhere(dbx.NewExp("NOT EXISTS (SELECT 1 FROM blocks b WHERE b.user = n.actor AND b.target = {:viewer})", dbx.Params{"viewer": v.ID})).
		AndWhere(dbx.Or(dbx.HashExp{"n.post": ""}, dbx.HashExp{"n.type": "moderation"}, v.Visible()))
}

// UnreadCount is how many notifications of v, folded, are unread in part. Every page asks for it, so it folds no more than those.
func UnreadCount(app core.App, v collections.Viewer) (n int, err error) {
	err = concerning(app, v, "COUNT(DISTINCT "+Fold+")").AndWhere(dbx.HashExp{"n.is_read": false, "n.unlisted": false}).Row(&n)
	return n, err
}

// notificationQuery selects the folded notifications of v as the table n.
func notificationQuery(app core.App, v collections.Viewer, which Which) *dbx.SelectQuery {
	// note: SQLite takes the plain columns of a group from the row that has the MAX, as long as there is no second MIN or MAX
	folded := concerning(app, v, "n.id", "n.type", "n.actor", "n.post", "n.comment", "n.conversation", "n.notice", "n.text AS note", "n.entry", "MAX(n.created_at) AS created_at",
		"COUNT(DISTINCT n.actor) - 1 AS others", "SUM(n.is_read) = COUNT(*) AS is_read").GroupBy(Fold)
	if !which.Unlisted {
		folded.AndWhere(dbx.HashExp{"n.unlisted": false})
	}
	if which.Fold != "" {
		folded.AndWhere(dbx.NewExp(Fold+" = {:fold}", dbx.Params{"fold": which.Fold}))
	}
	if which.Since != "" {
		folded.AndWhere(dbx.NewExp("n.created_at > {:since}", dbx.Params{"since": which.Since}))
	}
	if which.Until != "" {
		folded.AndWhere(dbx.NewExp("n.created_at <= {:until}", dbx.Params{"until": which.Until}))
	}
	if which.Unread {
		folded.Having(dbx.NewExp("SUM(n.is_read) < COUNT(*)"))
	}
	q := folded.Build()
	return app.DB().Select().From("(" + q.SQL() + ") n").Bind(q.Params())
}

// Notifications answers the page of v's notifications, the newest first, with texts in lang.
func Notifications(app core.App, v collections.Viewer, page Page, unread bool, lang i18n.Lang) (List[Notification], error) {
	load := func(q *dbx.SelectQuery) ([]Notification, error) { return notifications(q, lang) }
	q := shown(notificationQuery(app, v, Which{Unread: unread}))
	return Paginate(page, q, []Key{{Column: "n.created_at", Desc: true}, {Column: "n.id", Desc: true}}, load, func(n Notification) []any {
		return []any{Stored(n.CreatedAt), n.ID}
	})
}

// FoldOf is what a notification is folded into.
func FoldOf(app core.App, id string) (fold string, err error) {
	if err := app.DB().Select(Fold + " AS fold").From("notifications n").Where(dbx.HashExp{"n.id": id}).Row(&fold); err != nil {
		return "", fmt.Errorf("ask what a notification is folded into: %w", err)
	}
	return fold, nil
}

// UnreadFold is what v hasn't read of a fold, wherever it is shown; sql.ErrNoRows when there is nothing.
func UnreadFold(app core.App, v collections.Viewer, fold string, lang i18n.Lang) (Notification, error) {
	found, err := notifications(shown(notificationQuery(app, v, Which{Unread: true, Unlisted: true, Fold: fold})), lang)
	if err == nil && len(found) == 0 {
		err = sql.ErrNoRows
	}
	if err != nil {
		return Notification{}, err
	}
	return found[0], nil
}

// IsNewer reports whether something of a fold happened after a time, as that is stored; false when that is "".
func IsNewer(app core.App, recipient, fold, than string) (newer bool, err error) {
	if than == "" {
		return false, nil
	}
	err = app.DB().NewQuery("SELECT EXISTS (SELECT 1 FROM notifications n WHERE n.recipient = {:recipient} AND " + Fold + " = {:fold} AND NOT n.is_read AND n.created_at > {:than})").
		Bind(dbx.Params{"recipient": recipient, "fold": fold, "than": than}).Row(&newer)
	if err != nil {
		return false, fmt.Errorf("look for newer news: %w", err)
	}
	return newer, nil
}

// NewsCount is how many notifications of a kind, folded, there are.
type NewsCount struct {
	Kind string `db:"type"`
	N    int    `db:"n"`
}

// CountNews counts what v hasn't read of the time that their last digest gathers, of the kinds that they want in it.
func CountNews(app core.App, v collections.Viewer, s *collections.NewsSettings) (counts []NewsCount, err error) {
	var all []NewsCount
	which := Which{Unread: true, Unlisted: true, Since: s.GetString("digest_from"), Until: s.GetString("digest_until")}
	if err := notificationQuery(app, v, which).Select("n.type", "COUNT(*) AS n").GroupBy("n.type").All(&all); err != nil {
		return nil, fmt.Errorf("count what wasn't read: %w", err)
	}
	for _, kind := range collections.NewsKinds() {
		for _, c := range all {
			if c.Kind == kind && s.Wants(collections.ByMail, kind) {
				counts = append(counts, c)
			}
		}
	}
	return counts, nil
}

// Path is where on the pages a notification leads.
func (n *Notification) Path() string {
	switch {
	case n.Conversation != "":
		return "/messages/" + n.Actor.Username + "#end"
	case n.Entry != "":
		return "/notices#n-" + n.Entry
	case n.Comment != "":
		return "/posts/" + n.Post + "#c-" + n.Comment
	case n.Post != "":
		return "/posts/" + n.Post
	case n.Actor.ID != "":
		return "/@" + n.Actor.Username
	}
	return "/notifications"
}

// shown adds to q the columns of a [Notification].
func shown(q *dbx.SelectQuery) *dbx.SelectQuery {
	return q.Select("n.id", "n.type", "MAX(0, n.others) AS others_count", "n.post", "n.comment", "n.conversation", "n.notice", "n.note", "n.entry", "n.is_read", "n.created_at",
		"COALESCE(p.title, '') AS post_title", "COALESCE(SUBSTR(c.content, 1, {:excerpt}), '') AS excerpt",
		"COALESCE(a.id, '') AS actor_id", "COALESCE(a.username, '') AS actor_username", "COALESCE(a.name, '') AS actor_name",
		"COALESCE(a.profile_image, '') AS actor_image", "COALESCE(a.is_verified, FALSE) AS actor_verified").
		LeftJoin("posts p", dbx.NewExp("p.id = n.post")).LeftJoin("comments c", dbx.NewExp("c.id = n.comment")).
		LeftJoin("users a", dbx.NewExp("a.id = n.actor")).AndBind(dbx.Params{"excerpt": excerptOfComment})
}

// notifications reads what shown selects.
func notifications(q *dbx.SelectQuery, lang i18n.Lang) ([]Notification, error) {
	var rows []notificationRow
	if err := q.All(&rows); err != nil {
		return nil, err
	}
	all := make([]Notification, len(rows))
	for i := range rows {
		all[i] = rows[i].show(lang)
	}
	return all, nil
}

func (r *notificationRow) show(lang i18n.Lang) Notification {
	n := r.Notification
	n.Actor = UserBrief{
		ID: r.ActorID, Username: r.ActorUsername, Name: r.ActorName,
		ProfileImage: fileURL(collections.Users, r.ActorID, r.ActorImage), IsVerified: r.ActorVerified,
	}
	n.CreatedAt = Time(n.CreatedAt)
	if n.Type == "moderation" {
		n.Text = i18n.T(lang, "news.moderation."+n.Notice)
		return n
	}
	n.Text = i18n.T(lang, "news."+n.Type, n.who(lang), n.PostTitle)
	return n
}

// who is the actor's name, with how many more did the same.
func (n *Notification) who(lang i18n.Lang) string {
	name := n.Actor.Name
	if name == "" {
		name = n.Actor.Username
	}
	if n.OthersCount == 0 {
		return i18n.T(lang, "news.alone", name)
	}
	return i18n.N(lang, "news.others", n.OthersCount, name)
}
