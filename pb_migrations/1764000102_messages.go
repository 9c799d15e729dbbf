package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// Two people who follow each other write to each other. A conversation is theirs together; what one
// of them made of it – how far they read, whether it is muted or cleared – is a row of their own.
func init() {
	m.Register(func(app core.App) error {
		c, err := find(app, "users", "media")
		if err != nil {
			return err
		}
		conversations := conversationsOf(c["users"])
		if err := app.Save(conversations); err != nil {
			return err
		}
		participants := participantsOf(c["users"], conversations)
		if err := app.Save(participants); err != nil {
			return err
		}
		messages := messagesOf(c["users"], conversations)
		if err := app.Save(messages); err != nil {
			return err
		}
		media := c["media"]
		media.Fields.Add(mayBelong("message", messages))
		media.AddIndex("idx_media_message", false, "message, position", "message != ''")
		seen := *media.ViewRule + ` || (message != "" && message.is_deleted = false && ` + heard("message.") + `)`
		media.ListRule, media.ViewRule = rule(seen), rule(seen)
		return app.Save(media)
	}, nil)
}

const signedIn = `@request.auth.id != ""`

func conversationsOf(users *core.Collection) *core.Collection {
	c := core.NewBaseCollection("conversations")
	c.Fields.Add(
		belongs("first", users), // of the two ids the smaller, so that a pair has one conversation
		belongs("second", users),
		&core.NumberField{Name: "clock", OnlyInt: true, Help: "Moves with every message and every change of one."},
		created(), updated(),
	)
	c.AddIndex("idx_conversations_unique", true, "first, second", "")
	c.AddIndex("idx_conversations_second", false, "second", "")
	ours := signedIn + ` && (first = @request.auth.id || second = @request.auth.id) && ` + unblocked("first", "second")
	c.ListRule, c.ViewRule = rule(ours), rule(ours)
	return c
}

func participantsOf(users, conversations *core.Collection) *core.Collection {
	c := core.NewBaseCollection("participants")
	c.Fields.Add(
		belongs("conversation", conversations),
		belongs("user", users),
		&core.NumberField{Name: "read_to", OnlyInt: true, Help: "The number of the last message that they read. The other sees it."},
		&core.NumberField{Name: "cleared_to", OnlyInt: true, Hidden: true, Help: "Messages up to this number are gone for them."},
		&core.BoolField{Name: "is_muted", Hidden: true, Help: "They are told of no message."},
		&core.NumberField{Name: "unread_count", OnlyInt: true, Hidden: true, Help: "Counted by the server."},
		created(), updated(),
	)
	c.AddIndex("idx_participants_unique", true, "conversation, user", "")
	c.AddIndex("idx_participants_user", false, "user, unread_count", "")
	ours := signedIn + ` && (conversation.first = @request.auth.id || conversation.second = @request.auth.id) && ` + unblocked("conversation.first", "conversation.second")
	c.ListRule, c.ViewRule = rule(ours), rule(ours)
	c.UpdateRule = rule(ours + ` && user = @request.auth.id`)
	return c
}

func messagesOf(users, conversations *core.Collection) *core.Collection {
	c := core.NewBaseCollection("messages")
	c.Fields.Add(
		belongs("conversation", conversations),
		belongs("author", users),
		belongs("recipient", users),
		&core.TextField{Name: "content", Max: 2000, Help: "Plain text."},
		&core.NumberField{Name: "number", OnlyInt: true, Help: "Its place in the conversation."},
		&core.NumberField{Name: "version", OnlyInt: true, Help: "The conversation's clock when it was last changed."},
		&core.BoolField{Name: "is_deleted", Help: "Taken back; its place stays."},
		&core.BoolField{Name: "is_hidden", Help: "Hidden by moderation; its author still sees it."},
		&core.TextField{Name: "key", Max: 40, Hidden: true, Help: "Of the sender's choosing: a message sent again with it is the same."},
		&core.NumberField{Name: "open_reports_count", OnlyInt: true, Hidden: true, Help: "Counted by the server."},
		&core.DateField{Name: "removed_at", Hidden: true, Help: "In the trash since; deleted seven days later."},
		&core.TextField{Name: "removed_content", Hidden: true, Max: 2000, Help: "Its text while it is in the trash, or until a report of it is decided."},
		created(), updated(),
	)
	c.AddIndex("idx_messages_number", true, "conversation, number", "")
	c.AddIndex("idx_messages_version", false, "conversation, version", "")
	c.AddIndex("idx_messages_author", false, "author, created_at, id", "")
	c.AddIndex("idx_messages_recipient", false, "recipient, created_at, id", "")
	c.AddIndex("idx_messages_key", true, "author, key", "key != ''")
	c.AddIndex("idx_messages_removed_at", false, "removed_at", "removed_at != ''")
	c.ListRule, c.ViewRule = rule(heard("")), rule(heard(""))
	c.CreateRule = rule(signedIn + ` && (@request.body.author:isset = false || @request.body.author = "" || @request.body.author = @request.auth.id)`)
	c.DeleteRule = rule(heard("") + ` && author = @request.auth.id && is_deleted = false`)
	return c
}

// heard is the rule that says who reads a message: the two, unless one blocked the other, and what they haven't cleared.
func heard(prefix string) string {
	mine := prefix + `conversation.participants_via_conversation.`
	return signedIn + ` && ` + mine + `user ?= @request.auth.id && ` + mine + `cleared_to ?< ` + prefix + `number` +
		` && (` + prefix + `is_hidden = false || ` + prefix + `author = @request.auth.id) && ` + unblocked(prefix+"author", prefix+"recipient")
}

// unblocked holds where neither of two people blocked the other.
func unblocked(one, other string) string {
	return one + `.blocks_via_user.target != ` + other + ` && ` + other + `.blocks_via_user.target != ` + one
}
