package hooks

import (
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/media"
	"madang/moderation"
	"madang/notify"
	"madang/present"
	"madang/social"
	"madang/text"
)

// comments is what happens when somebody comments on a post or replies.
//
//	rule    signed in, in your own name; yours to edit; yours, the post author's or a moderator's to delete (schema.txt)
//	before  of a post that you may see; no reply to a reply; no banned words
//	with    comments_count and replies_count move (counters.go); the author, whom you answer
//	        and whom you mention are told, in the same transaction
//	delete  a comment with replies stays as a place in the thread, without its text
func comments(app core.App, d *Deps) {
	app.OnRecordCreate(collections.Comments).Bind(named("comments.seen", seesPost("author")))
	app.OnRecordCreate(collections.Comments).Bind(named("comments.check", d.checkComment))
	app.OnRecordUpdate(collections.Comments).Bind(named("comments.check", d.checkComment))
	app.OnRecordCreateExecute(collections.Comments).Bind(with("comments.tell", func(e *core.RecordEvent) error {
		return inTx(e, func(tx core.App) error { return tellOfComment(tx, collections.CommentOf(e.Record)) })
	}))
	app.OnRecordUpdateRequest(collections.Comments).Bind(named("comments.reach", ofSeenPost))
	app.OnRecordDeleteRequest(collections.Comments).Bind(named("comments.reach", ofSeenPost))
	app.OnRecordDeleteRequest(collections.Comments).Bind(named("comments.tombstone", func(e *core.RecordRequestEvent) error {
		if err := social.RemoveComment(e.App, collections.CommentOf(e.Record)); err != nil {
			return err
		}
		return e.NoContent(204)
	}))
}

// ofSeenPost refuses, as our routes do, to change a comment on a post that the caller sees no more.
func ofSeenPost(e *core.RecordRequestEvent) error {
	post, err := collections.FindPost(e.App, e.Record.GetString("post"))
	if err != nil {
		return present.Failure(err)
	}
	sees, err := collections.ViewerOf(e.Auth).Sees(e.App, post)
	if err != nil {
		return err
	}
	if !sees {
		return present.NotFound()
	}
	return e.Next()
}

func (d *Deps) checkComment(e *core.RecordEvent) error {
	c := collections.CommentOf(e.Record)
	c.Set("content", text.Clean(c.Content()))
	c.KeepRemoved()
	if c.Content() == "" && !c.IsDeleted() {
		return present.Invalid("content", "validation_required", "Cannot be blank.")
	}
	if c.IsNew() && c.Parent() != "" {
		if err := checkReply(e.App, c); err != nil {
			return err
		}
	}
	if !c.IsNew() && c.Content() == c.ProxyRecord().Original().GetString("content") || c.IsDeleted() {
		return e.Next() // what was written before a word was banned stays
	}
	verdict, err := d.Words.Check(e.App, "comment", c.Content())
	if err != nil {
		return err
	}
	if verdict == moderation.Reject || verdict == moderation.Hold { // a comment has no place to wait in
		return bannedWord("content")
	}
	return e.Next()
}

// checkReply checks what a new reply answers to.
func checkReply(app core.App, c *collections.Comment) error {
	parent, err := collections.FindComment(app, c.Parent())
	if err != nil || parent.Post() != c.Post() || parent.IsDeleted() || !mayRead(app, c.Author(), parent) {
		return present.Invalid("parent", "validation_missing_rel_records", "The comment to reply to doesn't exist.")
	}
	if parent.Parent() != "" {
		return present.Invalid("parent", "validation_reply_depth", "A reply can't be replied to.")
	}
	return notBlocked(app, c.Author(), parent.Author())
}

// mayRead reports whether that person may read a comment on a post that they see.
func mayRead(app core.App, id string, c *collections.Comment) bool {
	person, err := collections.FindUser(app, id)
	return err == nil && collections.ViewerOf(person.ProxyRecord()).SeesComment(c)
}

func bannedWord(field string) error {
	return present.Invalid(field, media.CodeBannedWord, media.BannedWord)
}

func tellOfComment(tx core.App, c *collections.Comment) error {
	author := postAuthor(c.ProxyRecord())
	news := notify.News{Type: notify.Comment, Recipient: author, Actor: c.Author(), Post: c.Post(), Comment: c.Id}
	told := map[string]bool{author: true}
	if c.Parent() != "" {
		parent, err := collections.FindComment(tx, c.Parent())
		if err != nil {
			return err
		}
		if parent.Author() != author {
			reply := news
			reply.Type, reply.Recipient = notify.Reply, parent.Author()
			told[parent.Author()] = true
			if err := notify.Tell(tx, reply); err != nil {
				return err
			}
		} else {
			news.Type = notify.Reply
		}
	}
	if err := notify.Tell(tx, news); err != nil {
		return err
	}
	news.Type = notify.Mention
	return tellMentioned(tx, news, c.Content(), told)
}

// tellMentioned tells those whom content addresses with @name, who may see the post and weren't told yet.
func tellMentioned(tx core.App, news notify.News, content string, told map[string]bool) error {
	for _, name := range text.Mentions(content) {
		person, err := collections.FindUser(tx, "@"+name)
		if err != nil || told[person.Id] {
			continue // nobody of that name: it is just text
		}
		_, sees, err := collections.Sees(tx, person.Id, news.Post)
		if err != nil {
			return err
		}
		if !sees {
			continue
		}
		told[person.Id] = true
		news.Recipient = person.Id
		if err := notify.Tell(tx, news); err != nil {
			return err
		}
	}
	return nil
}
