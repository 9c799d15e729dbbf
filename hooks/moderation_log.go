package hooks

import (
	"fmt"
	"slices"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/messages"
	"madang/moderation"
	"madang/notify"
	"madang/social"
)

// moderationLog is what happens when a moderator, or the program in their place, acts.
//
//	rule    staff reads it; nobody writes, changes or deletes it through any API, superusers neither (schema.txt)
//	with    whom it concerns is told, in the same transaction
//	night   what was removed seven days ago is deleted
//	leaving what concerns somebody goes with them; what they did stays, without their name
func moderationLog(app core.App) {
	refuse := func(e *core.RecordRequestEvent) error {
		return e.ForbiddenError("The moderation log is only ever added to, by what is done.", nil)
	}
	app.OnRecordCreateRequest(collections.ModerationLog).Bind(named("moderation_log.create", refuse))
	app.OnRecordUpdateRequest(collections.ModerationLog).Bind(named("moderation_log.update", refuse))
	app.OnRecordDeleteRequest(collections.ModerationLog).Bind(named("moderation_log.delete", refuse))
	app.OnRecordCreateExecute(collections.ModerationLog).Bind(with("moderation_log.tell", func(e *core.RecordEvent) error {
		return inTx(e, func(tx core.App) error { return tellOfAct(tx, collections.LogEntryOf(e.Record)) })
	}))
}

// tellOfAct tells whose it is what was done: always of what is against them, and of what changed something.
// Who did it they aren't told.
func tellOfAct(tx core.App, l *collections.LogEntry) error {
	after, err := l.After()
	if err != nil {
		return err
	}
	told := []string{collections.Hide, collections.AutoHide, collections.Remove, collections.Warn, collections.Suspend}
	if l.Action() == collections.Hold || len(after) == 0 && !slices.Contains(told, l.Action()) {
		return nil
	}
	news := notify.News{Type: notify.Moderation, Recipient: l.Subject(), Notice: l.Action(), Text: l.GetString("note"), Entry: l.Id}
	switch l.TargetType() {
	case collections.TargetPost:
		news.Post = l.TargetID()
	case collections.TargetComment:
		c, err := collections.FindComment(tx, l.TargetID())
		if err != nil {
			return err
		}
		news.Post, news.Comment = c.Post(), c.Id
	}
	return notify.Tell(tx, news)
}

// emptyTrash deletes what was removed so long ago that nobody can undo it.
func (d *Deps) emptyTrash(app core.App) error {
	old := dbx.NewExp("removed_at != '' AND removed_at <= {:before}", dbx.Params{"before": collections.Stamp(d.Now().Add(-moderation.UndoFor))})
	posts, err := app.FindAllRecords(collections.Posts, old)
	if err != nil {
		return fmt.Errorf("find removed posts: %w", err)
	}
	for _, post := range posts {
		if err := app.Delete(post); err != nil {
			return fmt.Errorf("delete a removed post: %w", err)
		}
	}
	comments, err := app.FindAllRecords(collections.Comments, old)
	if err != nil {
		return fmt.Errorf("find removed comments: %w", err)
	}
	for _, r := range comments {
		r.Set("removed_content", "") // note: first, else its text came back
		r.Set("removed_at", "")
		if err := app.Save(r); err != nil {
			return fmt.Errorf("forget a removed comment: %w", err)
		}
		if err := social.RemoveComment(app, collections.CommentOf(r)); err != nil {
			return fmt.Errorf("delete a removed comment: %w", err)
		}
	}
	said, err := app.FindAllRecords(collections.Messages, old)
	if err != nil {
		return fmt.Errorf("find removed messages: %w", err)
	}
	for _, r := range said {
		if err := messages.Forget(app, r); err != nil {
			return fmt.Errorf("forget a removed message: %w", err)
		}
	}
	return nil
}
