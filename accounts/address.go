package accounts

import (
	"strings"

	validation "github.com/pocketbase/ozzo-validation/v4"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/i18n"
	"madang/present"
)

// VerifyForm asks for a link that confirms an address.
type VerifyForm struct {
	Email string `json:"email" form:"email" format:"email" maxLength:"255" description:"one's own when it is left out"`
}

// TokenForm carries the token of a mailed link.
type TokenForm struct {
	Token string `json:"token" form:"token" required:"true" description:"of the link in the mail"`
}

// EmailForm asks for another address.
type EmailForm struct {
	New      string `json:"new_email" form:"new_email" required:"true" format:"email" maxLength:"255"`
	Password string `json:"password" form:"password" description:"not of who has no address, and so no password: a sign-in of the last ten minutes stands for it"`
	proven   bool   // by that sign-in
}

// AskVerification answers POST /api/auth/email/verify. The answer never tells whether somebody
// has the address, or confirmed it before.
func (s *Service) AskVerification(e *core.RequestEvent) error {
	form := VerifyForm{}
	if err := present.Bind(e, &form); err != nil {
		return err
	}
	if form.Email == "" && isMember(e) {
		form.Email = e.Auth.Email()
	}
	return done(e, s.RequestVerification(e.App, form.Email, asked(e)))
}

// ConfirmVerification answers POST /api/auth/email/verify/confirm.
func (s *Service) ConfirmVerification(e *core.RequestEvent) error {
	form := TokenForm{}
	if err := present.Bind(e, &form); err != nil {
		return err
	}
	return done(e, s.Verify(e.App, form.Token))
}

// AskEmailChange answers POST /api/auth/email/change.
func (s *Service) AskEmailChange(e *core.RequestEvent) error {
	form := EmailForm{}
	if err := present.Bind(e, &form); err != nil {
		return err
	}
	if !hasPassword(e.Auth) {
		if err := s.mayChangeWaysIn(e); err != nil {
			return present.Failure(err)
		}
		form.proven = true
	}
	return done(e, s.RequestEmailChange(e.App, e.Auth, form, asked(e)))
}

// ConfirmEmailChange answers POST /api/auth/email/change/confirm.
func (s *Service) ConfirmEmailChange(e *core.RequestEvent) error {
	form := TokenForm{}
	if err := present.Bind(e, &form); err != nil {
		return err
	}
	_, err := s.ChangeEmail(e.App, form.Token)
	return done(e, err)
}

func isMember(e *core.RequestEvent) bool {
	return e.Auth != nil && e.Auth.Collection().Name == collections.Users
}

// RequestVerification mails a link that confirms the address to whoever has it and didn't yet,
// in their language or else in lang. It succeeds, and takes as long, when nobody has it.
func (s *Service) RequestVerification(app core.App, address string, lang i18n.Lang) error {
	return s.writeTo(app, letter{kind: collections.MailVerify, to: address, lang: lang})
}

// Verify confirms the address that the token was mailed to.
func (s *Service) Verify(app core.App, token string) error {
	l, user, err := s.follow(app, token, collections.MailVerify)
	if err != nil {
		return err
	}
	return s.redeem(app, l, func(tx core.App) error {
		// note: read again, since the address may have changed meanwhile
		user, err := tx.FindRecordById(collections.Users, user.Id)
		if err != nil || user.Email() != l.Email {
			return badLink()
		}
		user.SetVerified(true)
		return tx.Save(user)
	})
}

// RequestEmailChange mails a link to the address that user wants to have, and a notice to the one
// they have. Nothing changes before the link is used. Whether somebody else has the new address
// isn't told: then no link goes out.
func (s *Service) RequestEmailChange(app core.App, user *core.Record, form EmailForm, lang i18n.Lang) error {
	address, err := s.newAddress(app, user, form)
	if err != nil {
		return err
	}
	return app.RunInTransaction(func(tx core.App) error {
		if err := s.queue(tx, letter{kind: collections.MailEmail, to: address, lang: lang, user: user.Id}); err != nil {
			return err
		}
		if user.Email() == "" {
			return nil
		}
		return s.queue(tx, letter{kind: collections.MailNotice, to: user.Email(), lang: lang, user: user.Id})
	})
}

// newAddress checks the form for user.
func (s *Service) newAddress(app core.App, user *core.Record, form EmailForm) (string, error) {
	address, err := cleanAddress("new_email", form.New)
	switch {
	case err != nil:
		return "", err
	case address == user.Email():
		return "", present.Invalid("new_email", "validation_same_email", "Is your address already.")
	case form.proven:
	case form.Password == "":
		return "", present.Invalid("password", "validation_required", "Cannot be blank.")
	case !user.ValidatePassword(form.Password):
		return "", present.Invalid("password", "validation_wrong_password", "Is not your password.")
	}
	wish := user.Fresh()
	wish.SetEmail(address)
	fields, _ := fieldErrors(app.Validate(wish)) // an operator may have narrowed the domains
	if problem := fields["email"]; problem != nil {
		return "", present.BadQuery(validation.Errors{"new_email": problem})
	}
	return address, nil
}

// ChangeEmail gives the person whom the token is for the address that it was mailed to, which
// is confirmed by that, and ends all their sessions and links. It returns the person.
func (s *Service) ChangeEmail(app core.App, token string) (*core.Record, error) {
	l, user, err := s.follow(app, token, collections.MailEmail)
	if err != nil {
		return nil, err
	}
	user.SetEmail(l.Email)
	user.SetVerified(true)
	return user, s.redeem(app, l, func(tx core.App) error { return tx.Save(user) })
}

// welcome marks a new record of a person who signs up, in contrast to one whom the program or
// the dashboard makes; its value is the language of the sign-up.
const welcome = "@welcome"

// MarkWelcome says that the person of a record that is about to be made signs up by the request.
func MarkWelcome(e *core.RequestEvent, user *core.Record) { user.SetRaw(welcome, string(asked(e))) }

// Welcome mails a link that confirms the address to somebody who just signed up. It belongs to
// the transaction that stores the person.
func (s *Service) Welcome(tx core.App, user *core.Record) error {
	lang, signsUp := user.GetRaw(welcome).(string)
	address := strings.ToLower(user.Email())
	if !signsUp || address == "" || user.Verified() {
		return nil
	}
	return s.queue(tx, letter{kind: collections.MailVerify, to: address, lang: i18n.Lang(lang), user: user.Id})
}
