package accounts

import (
	"fmt"
	"net/http"
	"strings"

	validation "github.com/pocketbase/ozzo-validation/v4"
	"github.com/pocketbase/ozzo-validation/v4/is"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/i18n"
	"madang/present"
)

// AddressForm names an address.
type AddressForm struct {
	Email string `json:"email" form:"email" required:"true" format:"email" maxLength:"255"`
}

// ResetForm sets a new password by the token of a mailed link.
type ResetForm struct {
	Token   string `json:"token" form:"token" required:"true" description:"of the link in the mail"`
	New     string `json:"new_password" form:"new_password" required:"true" minLength:"8"`
	Confirm string `json:"new_password_confirm" form:"new_password_confirm" required:"true"`
}

// AskReset answers POST /api/auth/password/reset. The answer never tells whether somebody has
// the address.
func (s *Service) AskReset(e *core.RequestEvent) error {
	form := AddressForm{}
	if err := present.Bind(e, &form); err != nil {
		return err
	}
	return done(e, s.RequestReset(e.App, form.Email, asked(e)))
}

// ConfirmReset answers POST /api/auth/password/reset/confirm.
func (s *Service) ConfirmReset(e *core.RequestEvent) error {
	form := ResetForm{}
	if err := present.Bind(e, &form); err != nil {
		return err
	}
	return done(e, s.Reset(e, form))
}

// RequestReset mails a link that sets a new password to whoever has the address, in their
// language or else in lang. It succeeds, and takes as long, when nobody has it.
func (s *Service) RequestReset(app core.App, address string, lang i18n.Lang) error {
	return s.writeTo(app, letter{kind: collections.MailReset, to: address, lang: lang})
}

// writeTo queues a mail by itself.
func (s *Service) writeTo(app core.App, l letter) (err error) {
	if l.to, err = cleanAddress("email", l.to); err != nil {
		return err
	}
	return app.RunInTransaction(func(tx core.App) error { return s.queue(tx, l) })
}

// cleanAddress is an address as it is stored, or what is wrong with it.
func cleanAddress(field, address string) (string, error) {
	address = strings.ToLower(strings.TrimSpace(address))
	err := validation.Validate(address, validation.Required, validation.Length(1, 255), is.EmailFormat)
	if err != nil {
		return "", present.BadQuery(validation.Errors{field: err})
	}
	return address, nil
}

// Reset sets a new password for whom the token of a mailed link is, and ends all their sessions
// and links. The link came to their address, so that is confirmed too.
func (s *Service) Reset(e *core.RequestEvent, form ResetForm) error {
	app := e.App
	if err := form.check(); err != nil {
		return err
	}
	l, user, err := s.follow(app, form.Token, collections.MailReset)
	if err != nil {
		return err
	}
	if user.Email() != l.Email {
		return badLink()
	}
	if err := checkPassword(form.New, user.GetString("username"), user.Email(), user.GetString("name")); err != nil {
		return present.BadQuery(validation.Errors{"new_password": err})
	}
	user.SetPassword(form.New) // note: hashed here, before the one writer is taken
	MarkLanguage(e, user)
	known := user.Verified()
	user.SetVerified(true)
	return s.redeem(app, l, func(tx core.App) error {
		if !known {
			if err := disown(tx, user); err != nil {
				return err
			}
		}
		return tx.Save(user) // sessions and links end with the old password (hooks/sessions.go, hooks/mails.go)
	})
}

func (f ResetForm) check() error {
	problems := validation.Errors{}
	for field, value := range map[string]string{"token": f.Token, "new_password": f.New, "new_password_confirm": f.Confirm} {
		if value == "" {
			problems[field] = validation.NewError("validation_required", "Cannot be blank.")
		}
	}
	if f.Confirm != "" && f.New != f.Confirm {
		problems["new_password_confirm"] = validation.NewError("validation_values_mismatch", "Values don't match.")
	}
	if len(problems) > 0 {
		return present.BadQuery(problems)
	}
	return nil
}

// disown removes the other ways into an account whose address nobody had confirmed: somebody
// else may have made it, and linked it with what is theirs, before the owner of the address came.
func disown(tx core.App, user *core.Record) error {
	linked, err := tx.FindAllExternalAuthsByRecord(user)
	if err != nil {
		return fmt.Errorf("find linked sign-ins: %w", err)
	}
	for _, one := range linked {
		if err := tx.Delete(one); err != nil {
			return fmt.Errorf("remove a linked sign-in: %w", err)
		}
	}
	return deleteOf(tx, user.Id, collections.SecondFactors, collections.RecoveryCodes, collections.Passkeys)
}

// asked is the language of a request.
func asked(e *core.RequestEvent) i18n.Lang {
	return i18n.Match(e.Request.Header.Get("Accept-Language"))
}

// done answers 204, or what went wrong.
func done(e *core.RequestEvent, err error) error {
	if err != nil {
		return present.Failure(err)
	}
	return e.NoContent(http.StatusNoContent)
}
