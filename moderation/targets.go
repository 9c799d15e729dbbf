package moderation

import (
	"database/sql"

	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
)

// Target is something that can be reported and acted upon.
type Target struct {
	Type, ID string
	Record   *core.Record
	Post     *collections.Post // the post itself, or what a comment or a medium is in; nil for a person or a message
}

// FindTarget finds the post, comment, person or medium; sql.ErrNoRows when there is none.
func FindTarget(app core.App, kind, id string) (*Target, error) {
	table := collections.ReportedIn[kind]
	if table == "" || id == "" {
		return nil, sql.ErrNoRows
	}
	r, err := app.FindRecordById(table, id)
	if err != nil {
		return nil, err
	}
	t := &Target{Type: kind, ID: id, Record: r}
	post := r.GetString("post")
	switch {
	case kind == collections.TargetPost:
		t.Post = collections.PostOf(r)
	case kind != collections.TargetUser && kind != collections.TargetMessage && post != "":
		t.Post, err = collections.FindPost(app, post)
	}
	return t, err
}

// Subject is the id of the person whose it is, or who it is.
func (t *Target) Subject() string {
	switch t.Type {
	case collections.TargetUser:
		return t.ID
	case collections.TargetMedia:
		return t.Record.GetString("owner")
	}
	return t.Record.GetString("author")
}

// SeenBy reports whether v may see it, and so report it.
func (t *Target) SeenBy(app core.App, v collections.Viewer) (bool, error) {
	switch {
	case t.Type == collections.TargetUser:
		return true, nil
	case t.Type == collections.TargetMessage:
		m := collections.MessageOf(t.Record)
		return v.Superuser || v.ID != "" && (v.ID == m.Author() || v.ID == m.Recipient()) && !m.IsDeleted(), nil // note: also when one blocked the other meanwhile
	case t.Post == nil: // a medium that no post has: its owner's alone; of one in a message the message is reported
		return v.Superuser || v.ID == t.Subject(), nil
	case t.Type == collections.TargetComment && collections.CommentOf(t.Record).IsDeleted():
		return false, nil
	case t.Type == collections.TargetComment && !v.SeesComment(collections.CommentOf(t.Record)):
		return false, nil
	}
	return v.Sees(app, t.Post)
}
