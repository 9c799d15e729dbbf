// Package notify tells people what happened to them: Tell writes it down, List shows it.
// It doesn't decide when (hooks) nor how it reads (present, ui).
// Start reading at Tell.
package notify

import (
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
	return tell(app, n, func() error { return nil }, same)
}

// same is SQL for whether somebody was told of the same thing.
const same = `EXISTS (SELECT 1 FROM notifications WHERE actor = {:actor} AND type = {:type} AND post = {:post}
	AND recipient = {:recipient} AND comment = {:comment} AND entry = {:entry})`

// tell writes the news down unless they are unwanted, or told already, which SQL says; before is done first.
// What the recipient wants is asked in one query, with what the hooks of a notification want to know.
func tell(app core.App, n News, before func() error, told string) error {
	if n.Recipient == "" || n.Recipient == n.Actor {
		return nil
	}
	r, err := n.record(app)
	if err != nil {
		return err
	}
	there, params, err := collections.BelongsToWhatIs(app, r)
	if err != nil {
		return err
	}
	params["type"], params["entry"] = n.Type, n.Entry
	for name, id := range map[string]string{"recipient": n.Recipient, "actor": n.Actor, "post": n.Post, "comment": n.Comment} {
		params[name] = id
	}
	var not, byBell, byPush, byMail bool
	var known Known
	err = app.DB().NewQuery("SELECT EXISTS (SELECT 1 FROM mutes WHERE user = {:recipient} AND target = {:actor})"+
		" OR EXISTS (SELECT 1 FROM blocks WHERE user = {:recipient} AND target = {:actor}) OR "+told+", "+
		wants("bell_off")+", "+wants("push_off")+", "+wants("mail_off")+", EXISTS (SELECT 1 FROM push_subscriptions WHERE user = {:recipient}), "+there).
		Bind(params).Row(&not, &byBell, &byPush, &byMail, &known.Devices, &known.Belongs)
	if err != nil {
		return fmt.Errorf("ask who wants to hear of a %s: %w", n.Type, err)
	}
	if not {
		return nil
	}
	if err := before(); err != nil || !byBell && !byPush && !byMail {
		return err
	}
	r.Set("unlisted", !byBell)
	if app.IsTransactional() {
		r.SetRaw(knownOf, known)
	}
	if err := app.SaveNoValidate(r); err != nil { // note: its fields are the program's own, and hooks look whether what it hangs on is there
		return fmt.Errorf("tell of a %s: %w", n.Type, err)
	}
	return nil
}

// Known is what was found out of a notification in the transaction that writes it.
type Known struct {
	Belongs bool // what it hangs on is there
	Devices bool // its recipient is told on some
}

// KnownOf is what is known of a record; nothing of one that [Tell] didn't make.
func KnownOf(r *core.Record) (k Known, is bool) {
	k, is = r.GetRaw(knownOf).(Known)
	return k, is
}

// knownOf is where a notification keeps what is known of it.
const knownOf = "@known"

// wants is SQL for whether {:recipient} wants to hear of a {:type} by a way, whose column names what they don't.
func wants(off string) string {
	return "NOT EXISTS (SELECT 1 FROM notification_settings s, json_each(s." + off + ") k WHERE s.user = {:recipient} AND k.value = {:type})"
}

func (n News) record(app core.App) (*core.Record, error) {
	r, err := collections.New(app, collections.Notifications)
	if err != nil {
		return nil, err
	}
	r.Load(map[string]any{
		"recipient": n.Recipient, "type": n.Type, "actor": n.Actor, "post": n.Post, "comment": n.Comment,
		"notice": n.Notice, "text": n.Text, "entry": n.Entry, "conversation": n.Conversation,
	})
	return r, nil
}

// Forget takes back the news of that kind, when what it told of was taken back; without a recipient, whomever it told.
func Forget(app core.App, n News) error {
	_, err := app.DB().NewQuery(`DELETE FROM notifications WHERE actor = {:actor} AND type = {:type} AND post = {:post}
		AND conversation = {:conversation} AND ({:recipient} = '' OR recipient = {:recipient})`).
		Bind(dbx.Params{"recipient": n.Recipient, "type": n.Type, "actor": n.Actor, "post": n.Post, "conversation": n.Conversation}).Execute()
	if err != nil {
		return fmt.Errorf("take back the news of a %s: %w", n.Type, err)
	}
	return nil
}
