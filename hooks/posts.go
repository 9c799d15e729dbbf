package hooks

import (
	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/feed"
	"madang/moderation"
	"madang/notify"
	"madang/present"
)

// posts is what happens when somebody writes a post, changes or deletes it.
//
//	rule    signed in, in your own name; yours (or, when published, a moderator's) to change (schema.txt)
//	before  the text is cleaned, tags are folded, dates and excerpt are set; no banned words, or the
//	        post is held: it waits, hidden, in the queue of the moderators; only what everybody may see is featured
//	with    tags, posts_count of the author and of the tags (counters.go), the change log (changes.go)
//	        and the news for whom it mentions, in the same transaction
//	after   the index is woken (changes.go)
func posts(app core.App, d *Deps) {
	app.OnRecordCreate(collections.Posts).Bind(named("posts.prepare", d.preparePost))
	app.OnRecordUpdate(collections.Posts).Bind(named("posts.prepare", d.preparePost))
	app.OnRecordCreateExecute(collections.Posts).Bind(with("posts.created", d.postSaved))
	app.OnRecordUpdateExecute(collections.Posts).Bind(with("posts.updated", d.postSaved))
	queued := func(e *core.RecordEvent) error {
		if e.Record.GetRaw(held) != nil {
			e.Record.SetRaw(held, nil)
		}
		return nil
	}
	app.OnRecordAfterCreateSuccess(collections.Posts).Bind(after("posts.queued.create", queued))
	app.OnRecordAfterUpdateSuccess(collections.Posts).Bind(after("posts.queued.update", queued))
	app.OnRecordDeleteExecute(collections.Posts).Bind(with("posts.deleted", func(e *core.RecordEvent) error {
		return inTx(e, func(tx core.App) error { return forgetPost(tx, e.Record.Id) })
	}))
}

func (d *Deps) preparePost(e *core.RecordEvent) error {
	p := collections.PostOf(e.Record)
	if err := feed.Prepare(p, d.Now()); err != nil {
		return err
	}
	p.Set("excerpt", d.Markdown.Excerpt(p.Content(), feed.ExcerptLength))
	if err := checkFeatured(p); err != nil {
		return err
	}
	if err := d.checkPost(e.App, p); err != nil {
		return err
	}
	return e.Next()
}

// checkFeatured refuses to show first what not everybody may see. A featured post that its author takes back is featured no
// longer, since it may come out as another; one that moderators hide or remove is so again when they undo that.
func checkFeatured(p *collections.Post) error {
	const field = "featured_at"
	is, was := p.GetString(field), p.ProxyRecord().Original().GetString(field)
	switch {
	case is == "":
		return nil
	case is != was && !p.Standing().InPublic():
		return present.Invalid(field, "validation_not_public", "Only a published post that everybody may see can be featured.")
	case p.Status() == collections.Draft, p.Status() == collections.Scheduled, p.GetString("visibility") != collections.Public:
		p.Set(field, "")
	}
	return nil
}

// checkPost looks for banned words in the texts of a post that changed, and in all of them
// when it comes out: what was written before a word was banned stays.
func (d *Deps) checkPost(app core.App, p *collections.Post) error {
	was := collections.PostOf(p.ProxyRecord().Original())
	comesOut := p.Status() == collections.Published && was.Status() != collections.Published && !was.IsRemoved()
	texts, err := textsOf(app, p, comesOut)
	if err != nil {
		return err
	}
	for _, checked := range texts {
		changed := p.IsNew() || p.GetString(checked.field) != was.GetString(checked.field)
		if !changed && !comesOut {
			continue
		}
		verdict, err := d.Words.Check(app, checked.scope, checked.texts...)
		bySchedule := !changed && was.Status() == collections.Scheduled // nobody is there to be told
		switch {
		case err != nil:
			return err
		case verdict == moderation.Reject && !bySchedule:
			return bannedWord(checked.field)
		case verdict != "" && p.Status() == collections.Published && !p.IsHidden():
			hold(p)
		}
	}
	return nil
}

// checked are the texts of a field that are looked through for banned words of a scope.
type checked struct {
	field, scope string
	texts        []string
}

// textsOf are the texts of a post. What its media say is among them when it comes out; media that it gets later are looked
// at then (media_words.go).
func textsOf(app core.App, p *collections.Post, comesOut bool) ([]checked, error) {
	all := []checked{
		{"title", "post", []string{p.Title()}},
		{"content", "post", []string{p.Content()}},
		{"content_warning", "post", []string{p.GetString("content_warning")}},
		{"tags", "tag", p.Tags()},
	}
	if !comesOut || p.IsNew() {
		return all, nil
	}
	said, err := saidByMediaOf(app, p.Id)
	return append(all, checked{"media", "post", said}), err
}

// hold hides a post that is about to be saved until a moderator looked.
func hold(p *collections.Post) {
	p.Set("is_hidden", true)
	p.Set("hidden_by", collections.HiddenHeld)
	p.ProxyRecord().SetRaw(held, true)
}

// held is where the record of a post says that a banned word just held it.
const held = "@held"

// postSaved keeps what hangs on a post with it: the table of its tags, and the news.
func (d *Deps) postSaved(e *core.RecordEvent) error {
	return aroundTx(e, func(tx core.App) (func(core.App) error, error) {
		p := collections.PostOf(e.Record)
		if err := saveTags(tx, p); err != nil {
			return nil, err
		}
		isHeld := e.Record.GetRaw(held) == true
		return func(tx core.App) error {
			if p.Status() != collections.Published {
				return nil
			}
			if isHeld {
				if err := d.Moderation.Queue(tx, p); err != nil {
					return err
				}
			}
			news := notify.News{Type: notify.Mention, Actor: p.Author(), Post: p.Id}
			return tellMentioned(tx, news, p.Content(), map[string]bool{p.Author(): true})
		}, nil
	})
}

// saveTags makes the tags that don't exist yet and writes down which this post has.
func saveTags(tx core.App, p *collections.Post) error {
	if !p.IsNew() {
		if _, err := tx.DB().Delete("post_tags", dbx.HashExp{"post": p.Id}).Execute(); err != nil {
			return err
		}
	}
	for _, name := range p.Tags() {
		_, err := tx.DB().NewQuery(`INSERT INTO tags (id, name, posts_count, created_at) VALUES ({:id}, {:name}, 0, {:now})
			ON CONFLICT (name) DO NOTHING`).
			Bind(dbx.Params{"id": collections.NewID(), "name": name, "now": p.GetDateTime("updated_at").String()}).Execute()
		if err != nil {
			return err
		}
		made := p.GetDateTime("created_at").String()
		if _, err := tx.DB().Insert("post_tags", dbx.Params{"post": p.Id, "tag": name, "created_at": made}).Execute(); err != nil {
			return err
		}
	}
	return nil
}

// forgetPost removes from the plain tables what PocketBase's cascade doesn't know.
func forgetPost(tx core.App, id string) error {
	if err := collections.ForgetTallies(tx, id); err != nil {
		return err
	}
	for _, table := range []string{"post_tags", "view_log", "post_views", "post_viewers", "post_days", "post_referrers"} {
		if _, err := tx.DB().Delete(table, dbx.HashExp{"post": id}).Execute(); err != nil {
			return err
		}
	}
	return nil
}
