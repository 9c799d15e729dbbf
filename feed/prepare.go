package feed

import (
	"encoding/json"
	"time"
	"unicode/utf8"

	validation "github.com/pocketbase/ozzo-validation/v4"

	"madang/collections"
	"madang/present"
	"madang/text"
)

// ExcerptLength is how much plain text of a post a list shows, in characters.
const ExcerptLength = 280

// Prepare makes a post ready to be validated and stored, however it came: its texts are
// cleaned, its tags folded, what wasn't said has its default, and its dates follow its status.
func Prepare(p *collections.Post, now time.Time) error {
	p.Set("title", text.CleanLine(p.Title()))
	p.Set("content", text.Clean(p.Content()))
	p.Set("content_warning", text.CleanLine(p.GetString("content_warning")))
	if p.Visibility() == "" {
		p.Set("visibility", collections.Public)
	}
	tags, err := foldTags(p)
	if err != nil {
		return err
	}
	p.Set("tags", tags)
	if err := prepareStatus(p, now); err != nil {
		return err
	}
	if err := complete(p); err != nil {
		return err
	}
	if was := p.ProxyRecord().Original(); !p.IsNew() && was.GetString("status") == collections.Published {
		for _, field := range []string{"title", "content", "content_warning", "visibility", "tags"} {
			if p.GetString(field) != was.GetString(field) {
				p.Set("edited_at", now)
				break
			}
		}
	}
	return nil
}

// prepareStatus sets the dates that go with the status, and refuses what can't be:
// a schedule without a time to come, and a published post that is to be published later.
func prepareStatus(p *collections.Post, now time.Time) error {
	at := p.GetDateTime("publish_at")
	if p.Status() == "" {
		p.Set("status", collections.Published)
		if at.Time().After(now) {
			p.Set("status", collections.Scheduled)
		}
	}
	was := p.ProxyRecord().Original().GetString("status")
	switch p.Status() {
	case collections.Removed:
		if p.GetDateTime("removed_at").IsZero() { // note: which no client can set
			return present.Invalid("status", "validation_invalid_value", "Must be draft, scheduled or published.")
		}
	case collections.Scheduled:
		if was == collections.Published {
			return present.Invalid("status", "validation_already_published", "It is published already.")
		}
		if at.IsZero() {
			return present.Invalid("publish_at", "validation_required", "Cannot be blank.")
		}
		if !at.Time().After(now) {
			return present.Invalid("publish_at", "validation_date_in_past", "Must be in the future.")
		}
	case collections.Published:
		if p.GetDateTime("published_at").IsZero() {
			p.Set("published_at", now)
			if !p.IsNew() { // note: lists are by created_at, and what was a draft is no older than its readers' chance to see it
				p.ProxyRecord().SetRaw("created_at", p.GetDateTime("published_at"))
			}
		}
		p.Set("publish_at", "")
	}
	return nil
}

// minTitle is how many characters a title has at least.
const minTitle = 2

// complete refuses a post without a title or a text, unless it is a draft: that is saved as it is being written.
func complete(p *collections.Post) error {
	if p.Status() == collections.Draft {
		return nil
	}
	blank := validation.NewError("validation_required", "Cannot be blank.")
	problems := validation.Errors{}
	switch n := utf8.RuneCountInString(p.Title()); {
	case n == 0:
		problems["title"] = blank
	case n < minTitle:
		problems["title"] = validation.NewError("validation_min_text_constraint", "Must be at least {{.min}} character(s).").SetParams(map[string]any{"min": minTitle})
	}
	if p.Content() == "" {
		problems["content"] = blank
	}
	if len(problems) == 0 {
		return nil
	}
	return present.BadQuery(problems)
}

// foldTags reads the tags, which must be a list of strings, and brings each into its stored form, each once.
func foldTags(p *collections.Post) ([]string, error) {
	tags := []string{}
	raw, err := json.Marshal(p.Get("tags"))
	if err != nil {
		return nil, present.Invalid("tags", "validation_invalid_value", "Must be a list of names.")
	}
	var sent []string
	if err := json.Unmarshal(raw, &sent); err != nil {
		return nil, present.Invalid("tags", "validation_invalid_value", "Must be a list of names.")
	}
	seen := map[string]bool{}
	for _, s := range sent {
		name := text.Tag(s)
		if n := utf8.RuneCountInString(name); n < 1 || n > collections.MaxTagLength {
			return nil, present.Invalid("tags", "validation_tag_length", "Each tag has 1 to 50 characters.")
		}
		if !seen[name] {
			seen[name] = true
			tags = append(tags, name)
		}
	}
	if len(tags) > collections.MaxTags {
		return nil, present.Invalid("tags", "validation_too_many_values", "At most 10 tags.")
	}
	return tags, nil
}
