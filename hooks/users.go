package hooks

import (
	"errors"

	"github.com/pocketbase/pocketbase/core"

	"madang/accounts"
	"madang/collections"
	"madang/media"
	"madang/moderation"
	"madang/present"
)

// users is what happens when somebody joins or changes their profile.
//
//	rule    anybody may join, with an address unless another site brings them (providers.go); one's
//	        own to change (schema.txt)
//	before  names, addresses, numbers and passwords keep the rules; the picture is checked and cleaned; no banned words
//	with    the change log (changes.go): the search index knows names
//	shown   e-mail, phone, language and who may write to them and what they want to read to their owner alone
func users(app core.App, d *Deps) {
	app.OnRecordCreate(collections.Users).Bind(named("users.prepare", d.prepareUser))
	app.OnRecordUpdate(collections.Users).Bind(named("users.prepare", d.prepareUser))
	app.OnRecordCreateRequest(collections.Users).Bind(named("users.address", func(e *core.RecordRequestEvent) error {
		info, err := e.RequestInfo()
		if err != nil {
			return err
		}
		if e.Record.Email() == "" && info.Context != core.RequestInfoContextOAuth2 && !e.HasSuperuserAuth() {
			return present.Invalid("email", "validation_required", "Cannot be blank.")
		}
		return e.Next()
	}))
	app.OnRecordEnrich(collections.Users).Bind(named("users.own", func(e *core.RecordEnrichEvent) error {
		if e.RequestInfo.Auth != nil && e.RequestInfo.Auth.Id == e.Record.Id {
			e.Record.Unhide("email", "phone", "locale", "messages_from", "tags_apart", "recommendations_off", "verified")
			e.Record.IgnoreEmailVisibility(true)
		}
		return e.Next()
	}))
}

func (d *Deps) prepareUser(e *core.RecordEvent) error {
	u := collections.UserOf(e.Record)
	if err := accounts.Prepare(u); err != nil {
		return err
	}
	if err := answerProblem(d.Media.PreparePicture(e.Record, "profile_image"), "profile_image"); err != nil {
		return err
	}
	for _, field := range []string{"username", "name", "bio"} {
		if !u.IsNew() && u.GetString(field) == e.Record.Original().GetString(field) {
			continue // what was written before a word was banned stays
		}
		verdict, err := d.Words.Check(e.App, "user", u.GetString(field))
		if err != nil {
			return err
		}
		if verdict == moderation.Reject || verdict == moderation.Hold {
			return bannedWord(field)
		}
	}
	return e.Next()
}

// answerProblem turns a file that can't be taken into its HTTP answer.
func answerProblem(err error, field string) error {
	var problem *media.Problem
	if errors.As(err, &problem) {
		return problem.Answer(field)
	}
	return err
}
