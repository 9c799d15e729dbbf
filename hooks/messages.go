package hooks

import (
	"database/sql"
	"errors"
	"fmt"

	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/messages"
	"madang/moderation"
	"madang/notify"
	"madang/present"
	"madang/text"
)

// messagesOf is what happens when somebody writes to another.
//
//	rule    signed in, in your own name; the two read it, unless one blocked the other (schema.txt)
//	before  people who follow each other and accept messages; some text or media; no banned words;
//	        what is sent again with its key is the message that is there
//	with    all in one transaction: the two have a conversation, whose clock moves and numbers the message; its media
//	        are its own; who gets it has one more unread and is told, once for each conversation; a change
//	        of it moves the clock as well, so that who slept catches up (messages.List, since)
//	delete  its place stays, without its text and media
//	night   what both have cleared is deleted; so is the text of what was deleted once no report waits
func messagesOf(app core.App, d *Deps) {
	app.OnRecordCreateRequest(collections.Messages).Bind(named("messages.again", sentAgain))
	app.OnRecordCreate(collections.Messages).Bind(named("messages.send", d.sendMessage))
	app.OnRecordUpdate(collections.Messages).Bind(named("messages.keep", func(e *core.RecordEvent) error {
		collections.MessageOf(e.Record).KeepRemoved()
		return e.Next()
	}))
	app.OnRecordUpdateExecute(collections.Messages).Bind(with("messages.change", changeMessage))
	app.OnRecordDeleteExecute(collections.Messages).Bind(with("messages.gone", func(e *core.RecordEvent) error {
		return inTx(e, func(tx core.App) error { return recount(tx, collections.MessageOf(e.Record)) })
	}))
	app.OnRecordDeleteRequest(collections.Messages).Bind(named("messages.tombstone", func(e *core.RecordRequestEvent) error {
		if e.HasSuperuserAuth() {
			return e.Next()
		}
		if err := messages.TakeBack(e.App, e.Record.Id); err != nil {
			return present.Failure(err)
		}
		return e.NoContent(204)
	}))
}

// sentAgain reads the media of a message on PocketBase's own route, and answers with the message
// that is there when it is sent again, as our route does.
func sentAgain(e *core.RecordRequestEvent) error {
	body := messages.SendForm{}
	if err := present.Bind(e.RequestEvent, &body); err != nil {
		return err
	}
	messages.Enclose(e.Record, body.Media)
	e.Record.Set("key", body.Key)
	m, err := messages.Sent(e.App, e.Record.GetString("author"), e.Record.GetString("recipient"), body.Key)
	if errors.Is(err, sql.ErrNoRows) {
		return e.Next()
	}
	if err != nil {
		return err
	}
	if err := apis.EnrichRecord(e.RequestEvent, m.ProxyRecord()); err != nil {
		return err
	}
	return e.JSON(200, m.ProxyRecord())
}

// sendMessage does all of it in one transaction, the validation included: nobody blocks, leaves or
// stops following in between.
func (d *Deps) sendMessage(e *core.RecordEvent) error {
	m := collections.MessageOf(e.Record)
	m.Set("content", text.Clean(m.Content()))
	media := messages.Enclosed(e.Record)
	switch {
	case m.Content() == "" && len(media) == 0:
		return present.Invalid("content", "validation_required", "Cannot be blank.")
	case len(media) > collections.MaxMedia:
		return present.Invalid("media", "validation_too_many_values", "At most 10 media.")
	}
	verdict, err := d.Words.Check(e.App, "comment", m.Content()) // note: what one may say in a comment
	if err != nil {
		return err
	}
	if verdict == moderation.Reject || verdict == moderation.Hold { // a message has no place to wait in
		return bannedWord("content")
	}
	return aroundTx(e, func(tx core.App) (func(core.App) error, error) {
		if err := messages.MayWrite(tx, m.Author(), m.Recipient()); err != nil {
			return nil, err
		}
		of, _, err := messages.Between(tx, m.Author(), m.Recipient())
		if err != nil {
			return nil, err
		}
		now, err := collections.Tick(tx, of.Id)
		if err != nil {
			return nil, err
		}
		m.Set("conversation", of.Id)
		m.Set("number", now)
		m.Set("version", now)
		return func(tx core.App) error { return deliver(tx, m) }, nil
	})
}

// deliver is what follows from a new message.
func deliver(tx core.App, m *collections.Message) error {
	if err := messages.Attach(tx, m); err != nil {
		return err
	}
	if err := messages.HasRead(tx, m.Conversation(), m.Author(), m.Number()); err != nil { // who answers has read
		return err
	}
	if _, err := collections.CountUnread(tx, m.Conversation(), m.Recipient()); err != nil {
		return err
	}
	theirs, err := collections.FindParticipant(tx, m.Conversation(), m.Recipient())
	if err != nil || theirs.IsMuted() {
		return err
	}
	return notify.Renew(tx, messageNews(m))
}

func messageNews(m *collections.Message) notify.News {
	return notify.News{Type: notify.Message, Recipient: m.Recipient(), Actor: m.Author(), Conversation: m.Conversation()}
}

// changeMessage moves the clock of its conversation, and what is unread with it.
func changeMessage(e *core.RecordEvent) error {
	return aroundTx(e, func(tx core.App) (func(core.App) error, error) {
		m := collections.MessageOf(e.Record)
		now, err := collections.Tick(tx, m.Conversation())
		if err != nil {
			return nil, err
		}
		m.Set("version", now)
		return func(tx core.App) error { return recount(tx, m) }, nil
	})
}

// recount counts what its recipient hasn't read, and takes the news back when there is nothing any more.
func recount(tx core.App, m *collections.Message) error {
	left, err := collections.CountUnread(tx, m.Conversation(), m.Recipient())
	if err != nil || left > 0 {
		return err
	}
	return notify.Forget(tx, messageNews(m))
}

// sweepMessages deletes for good what both have cleared, and forgets the text and the media of
// messages that were deleted while a report of them waited, once it is decided.
func (d *Deps) sweepMessages(app core.App) error {
	cleared, err := messages.ClearedByBoth(app)
	if err != nil {
		return err
	}
	for _, r := range cleared {
		if err := app.Delete(r); err != nil {
			return fmt.Errorf("delete a message that both cleared: %w", err)
		}
	}
	kept, err := messages.KeptForReports(app)
	if err != nil {
		return err
	}
	for _, r := range kept {
		if err := messages.Forget(app, r); err != nil {
			return fmt.Errorf("forget a deleted message: %w", err)
		}
	}
	return nil
}
