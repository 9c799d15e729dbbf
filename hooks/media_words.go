package hooks

import (
	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/moderation"
)

// mediaWords is what happens when a file says something: in its description, or in a sound's title and artist.
//
//	before  no banned words in a description; none in whatever is put into a post (media/sound.go looks at the tags of
//	        what is uploaded)
//	with    a word on hold holds the post that the file is in, as one in the post's own text does
func mediaWords(app core.App, d *Deps) {
	app.OnRecordCreate(collections.Media).Bind(named("media.words", d.checkMedium))
	app.OnRecordUpdate(collections.Media).Bind(named("media.words", d.checkMedium))
	app.OnRecordUpdateExecute(collections.Media).Bind(with("media.hold", d.holdPostOf))
}

// saidBy are the texts that a medium shows.
func saidBy(r *core.Record) []string {
	return []string{r.GetString("alt_text"), r.GetString("title"), r.GetString("artist")}
}

func saidByMediaOf(app core.App, post string) (texts []string, err error) {
	all, err := app.FindAllRecords(collections.Media, dbx.HashExp{"post": post})
	for _, r := range all {
		texts = append(texts, saidBy(r)...)
	}
	return texts, err
}

// newlySaid are the texts of a medium that were not to be read until now, and the field that brings them:
// all of them when it is put into a post. What was written before a word was banned stays.
func newlySaid(r *core.Record) (field string, texts []string) {
	was := r.Original()
	switch {
	case r.GetString("post") != "" && r.GetString("post") != was.GetString("post"):
		return "media", saidBy(r)
	case r.IsNew() || r.GetString("alt_text") != was.GetString("alt_text"):
		return "alt_text", []string{r.GetString("alt_text")}
	}
	return "", nil
}

func (d *Deps) checkMedium(e *core.RecordEvent) error {
	field, texts := newlySaid(e.Record)
	verdict, err := d.Words.Check(e.App, "post", texts...)
	if err != nil {
		return err
	}
	if verdict == moderation.Reject {
		return bannedWord(field)
	}
	return e.Next()
}

// holdPostOf holds the post of a medium that says more than it did.
func (d *Deps) holdPostOf(e *core.RecordEvent) error {
	id := e.Record.GetString("post")
	_, texts := newlySaid(e.Record)
	verdict, err := d.Words.Check(e.App, "post", texts...)
	if err != nil {
		return err
	}
	if id == "" || verdict == "" {
		return e.Next()
	}
	return inTx(e, func(tx core.App) error {
		post, err := collections.FindPost(tx, id)
		if err != nil || post.Status() != collections.Published || post.IsHidden() {
			return err
		}
		hold(post)
		return tx.Save(post)
	})
}
