// Package notify tells people what happened to them: Tell writes it down, List shows it.
// It doesn't decide when (hooks) nor how it reads (present, ui).
// Start reading at Tell.
package notify

import (
	"database/sql"
	"errors"
	"fmt"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
)

// Kinds of news.
const (
	Like    = "like"
	Comment = "comment"
	Reply   = "reply"
	Follow  = "follow"
	Mention = "mention"
	Message = "message"

	Moderation = "moderation" // nobody's doing: a moderator is not named
)

// News is what one person did that concerns another. Post and Comment may be "".
type News struct {
	Type, Recipient, Actor, Post, Comment string
	Conversation                          string // of messages alone

	// Of moderation alone: what was done, what the moderator wrote, and the entry of the log,
	// by which it can be appealed against.
	Notice, Text, Entry string
}

// Tell writes the news down for its recipient, in the transaction of app. Nobody is told
// of their own doings, nor of those of somebody they muted or blocked, nor twice of
// the same thing, nor of what they don't want to hear of in any way.
func Tell(app core.App, n News) error {
	if unwanted, err := isUnwanted(app, n); unwanted || err != nil {
		return err
	}
	same := &core.Record{}
	err := app.RecordQuery(collections.Notifications).AndWhere(dbx.HashExp{
		"recipient": n.Recipient, "type": n.Type, "actor": n.Actor, "post": n.Post, "comment": n.Comment, "entry": n.Entry,
	}).Limit(1).One(same)
	if err == nil {
		return nil
	}
	if !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("look for the same news: %w", err)
	}
	return write(app, n)
}

// isUnwanted reports whether nobody is to be told: of their own doings, or those of somebody they muted or blocked.
func isUnwanted(app core.App, n News) (bool, error) {
	if n.Recipient == "" || n.Recipient == n.Actor {
		return true, nil
	}
	for _, unwanted := range []collections.Pair{collections.MutePairs, collections.BlockPairs} {
		if found, err := collections.Exists(app, unwanted, n.Recipient, n.Actor); found || err != nil {
			return found, err
		}
	}
	return false, nil
}

func write(app core.App, n News) error {
	wishes, err := collections.NewsSettingsOf(app, n.Recipient)
	if err != nil {
		return err
	}
	listed := wishes.Wants(collections.ByBell, n.Type)
	if !listed && !wishes.Wants(collections.ByPush, n.Type) && !wishes.Wants(collections.ByMail, n.Type) {
		return nil
	}
	r, err := collections.New(app, collections.Notifications)
	if err != nil {
		return err
	}
	r.Load(map[string]any{
		"recipient": n.Recipient, "type": n.Type, "actor": n.Actor, "post": n.Post, "comment": n.Comment,
		"notice": n.Notice, "text": n.Text, "entry": n.Entry, "unlisted": !listed,
		"conversation": n.Conversation,
	})
	if err := app.Save(r); err != nil {
		return fmt.Errorf("tell of a %s: %w", n.Type, err)
	}
	return nil
}

// Forget takes back the news of that kind, when what it told of was taken back.
func Forget(app core.App, n News) error {
	_, err := app.DB().Delete(collections.Notifications, dbx.HashExp{
		"recipient": n.Recipient, "type": n.Type, "actor": n.Actor, "post": n.Post, "conversation": n.Conversation,
	}).Execute()
	if err != nil {
		return fmt.Errorf("take back the news of a %s: %w", n.Type, err)
	}
	return nil
}
