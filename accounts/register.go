package accounts

import (
	"errors"
	"net/http"

	validation "github.com/pocketbase/ozzo-validation/v4"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/auth"
	"github.com/pocketbase/pocketbase/tools/router"

	"madang/collections"
	"madang/i18n"
	"madang/present"
)

// RegisterForm is what somebody fills in to join.
type RegisterForm struct {
	Username        string `json:"username" form:"username" required:"true" minLength:"3" maxLength:"30" pattern:"^[a-zA-Z0-9_.]+$"`
	Email           string `json:"email" form:"email" required:"true" format:"email"`
	Password        string `json:"password" form:"password" required:"true" minLength:"8" maxLength:"72"`
	PasswordConfirm string `json:"password_confirm" form:"password_confirm" required:"true"`
	Name            string `json:"name" form:"name" maxLength:"60"`
	Locale          string `json:"locale" form:"locale" enum:"ko,en,"`
	Invite          string `json:"invite" form:"invite" description:"the code of an invitation"`
	Proof           string `json:"proof" form:"proof" description:"of work, where GET /api/auth/registration gives a challenge: the challenge, a dot and a number that make the SHA-256 of them begin with so many zero bits"`
	Message         string `json:"message" form:"message" maxLength:"500" description:"to the moderators, where they let people in"`

	byMail bool // a page without scripts asks for a link in place of a proof
}

// OfPage is the form as a page sends it that works without scripts: in place of a proof of work a link may be mailed.
func (f RegisterForm) OfPage() RegisterForm {
	f.byMail = true
	return f
}

// Register answers POST /api/auth/register: a new person, signed in; or 202 to somebody who has to wait.
func (s *Service) Register(e *core.RequestEvent) error {
	form := RegisterForm{}
	if err := present.Bind(e, &form); err != nil {
		return err
	}
	user, err := s.Join(e.App, form, asked(e))
	if waits, has := waitsFor(err); has {
		lang := i18n.Match(e.Request.Header.Get("Accept-Language"))
		e.Response.Header().Add("Vary", "Accept-Language")
		return e.JSON(http.StatusAccepted, Waits{waits, router.ToApiError(i18n.Error(present.Failure(err), lang)).Message})
	}
	if err != nil {
		return present.Failure(err)
	}
	return s.signIn(e, user, http.StatusCreated)
}

// waitsFor is what somebody waits for, when err says that they do.
func waitsFor(err error) (string, bool) {
	var waiting interface{ WaitsFor() string }
	if !errors.As(err, &waiting) {
		return "", false
	}
	return waiting.WaitsFor(), true
}

// Join makes a person, if they may join, and mails them a link that confirms their address, in lang when they
// chose no language. All bad fields are reported together.
func (s *Service) Join(app core.App, form RegisterForm, lang i18n.Lang) (*core.Record, error) {
	problems := validation.Errors{}
	for field, value := range map[string]string{
		"username": form.Username, "email": form.Email, "password": form.Password, "password_confirm": form.PasswordConfirm,
	} {
		if value == "" {
			problems[field] = validation.NewError("validation_required", "Cannot be blank.")
		}
	}
	if form.PasswordConfirm != "" && form.Password != form.PasswordConfirm {
		problems["password_confirm"] = validation.NewError("validation_values_mismatch", "Values don't match.")
	}
	user, err := collections.New(app, collections.Users)
	if err != nil {
		return nil, err
	}
	user.Load(map[string]any{
		"username": form.Username, "email": form.Email, "name": form.Name, "locale": form.Locale, "password": form.Password,
	})
	if err := check(app, user, problems); err != nil {
		return nil, err
	}
	if len(problems) > 0 {
		return nil, present.BadQuery(problems)
	}
	user.SetRaw(welcome, string(lang))
	if err := s.Admit(app, user, Asked{Invite: form.Invite, Proof: form.Proof, Message: form.Message, ByMail: form.byMail}); err != nil {
		return nil, err
	}
	return user, app.Save(user)
}

// Admitted makes the person of an application, in a transaction. confirmed says that the address is theirs.
func (s *Service) Admitted(tx core.App, a *collections.Application, confirmed bool) (*core.Record, error) {
	user, err := collections.New(tx, collections.Users)
	if err != nil {
		return nil, err
	}
	user.Load(map[string]any{"username": a.Username(), "email": a.Email(), "name": a.GetString("name"), "locale": a.Locale()})
	user.SetRandomPassword()
	if hash := a.GetString("password_hash"); hash != "" {
		user.SetRaw(core.FieldNamePassword, &core.PasswordFieldValue{Hash: hash})
	}
	user.SetVerified(confirmed || a.Provider() != "" && a.Email() != "")
	user.SetRaw(welcome, a.Locale())
	if err := tx.Save(user); err != nil || a.Provider() == "" {
		return user, err
	}
	return user, keepLink(tx, user, a.Provider(), &auth.AuthUser{Id: a.GetString("provider_id")})
}

// Check is what [Prepare] and the fields' own rules say against a person who is about to join.
func Check(app core.App, user *core.Record) error {
	problems := validation.Errors{}
	if err := check(app, user, problems); err != nil {
		return err
	}
	if len(problems) > 0 {
		return present.BadQuery(problems)
	}
	return nil
}

// check adds to problems what Prepare and the fields' own rules say against user. An error
// is something else than a bad field.
func check(app core.App, user *core.Record, problems validation.Errors) error {
	for _, err := range []error{Prepare(collections.UserOf(user)), app.Validate(user)} {
		fields, ok := fieldErrors(err)
		if err != nil && !ok {
			return err
		}
		for field, problem := range fields {
			if _, named := problems[field]; !named {
				problems[field] = problem
			}
		}
	}
	return nil
}
