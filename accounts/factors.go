package accounts

import (
	"encoding/base32"
	"errors"
	"fmt"
	"net/http"

	validation "github.com/pocketbase/ozzo-validation/v4"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/router"

	"madang/collections"
	"madang/present"
)

// The second factor: codes of an authenticator app. This file answers the routes that set it
// up and end it; codes.go uses codes up, totp.go knows what a code is, challenge.go asks for
// one before a session opens.

// TOTPSetup is shown once: what the app needs, as text, as a link and as a picture.
type TOTPSetup struct {
	Secret     string `json:"secret"`
	OTPAuthURL string `json:"otpauth_url"`
	QRSVG      string `json:"qr_svg"`
}

// EnableTOTPForm proves that the app works. While another app is in force, that one and the
// password have to be proved as well.
type EnableTOTPForm struct {
	Code        string `json:"code" form:"code" required:"true"`
	Password    string `json:"password" form:"password" format:"password" description:"only to replace an app that is in force"`
	CurrentCode string `json:"current_code" form:"current_code" description:"of the app that is in force, or a recovery code"`
}

// ConfirmForm proves both factors again.
type ConfirmForm struct {
	Password string `json:"password" form:"password" format:"password" description:"not of who has no address, and so no password: a sign-in of the last ten minutes stands for it"`
	Code     string `json:"code" form:"code" required:"true" description:"of the authenticator app, or a recovery code"`
}

// NewCodes are recovery codes, shown once. Each is good once.
type NewCodes struct {
	RecoveryCodes []string `json:"recovery_codes"`
}

// SetupTOTP answers POST /api/auth/2fa/totp/setup. Nothing is in force until [Service.EnableTOTP]:
// a secret that is stays what it was.
func (s *Service) SetupTOTP(e *core.RequestEvent) error {
	shown, err := drawTOTP(e.App, e.Auth, nil)
	if err != nil {
		return present.Failure(err)
	}
	if err := s.keepPending(e.App, e.Auth.Id, shown.Secret); err != nil {
		return present.Failure(err)
	}
	return once(e, shown)
}

// DrawTOTP shows a secret of [Service.SetupTOTP] again to whoever still has it. Nothing is read or
// kept: it is no proof that the secret is theirs.
func DrawTOTP(app core.App, user *core.Record, secret string) (TOTPSetup, error) {
	raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	if err != nil || len(raw) != secretBytes {
		return TOTPSetup{}, router.NewBadRequestError("The request is not valid.", err)
	}
	return drawTOTP(app, user, raw)
}

func drawTOTP(app core.App, user *core.Record, secret []byte) (TOTPSetup, error) {
	key, err := newKey(app.Settings().Meta.AppName, user.GetString("username"), secret)
	if err != nil {
		return TOTPSetup{}, fmt.Errorf("make a key: %w", err)
	}
	picture, err := qrSVG(key.URL())
	return TOTPSetup{key.Secret(), key.URL(), picture}, err
}

// EnableTOTP answers POST /api/auth/2fa/totp/enable. Every other session ends.
func (s *Service) EnableTOTP(e *core.RequestEvent) error {
	form := EnableTOTPForm{}
	if err := present.Bind(e, &form); err != nil {
		return err
	}
	if form.Code == "" {
		return present.Invalid("code", "validation_required", "Cannot be blank.")
	}
	on, err := collections.HasTOTP(e.App, e.Auth.Id)
	if err != nil {
		return present.Failure(err)
	}
	proof := confirmation{fields: [2]string{"password", "current_code"}, code: form.CurrentCode}
	if on {
		if proof.password, err = s.provesPassword(e, form.Password); err != nil {
			return present.Failure(err)
		}
	}
	var codes []string
	return s.changeFactor(e, func(tx core.App) (refused, err error) {
		codes, refused, err = s.enable(tx, e.Auth.Id, form.Code, proof)
		if refused != nil || err != nil {
			return refused, err
		}
		return nil, s.notify(tx, e.Auth, letter{kind: collections.MailTwoFactorOn, lang: asked(e)})
	}, func() error { return once(e, NewCodes{codes}) })
}

// DisableTOTP answers POST /api/auth/2fa/totp/disable. Every other session ends.
func (s *Service) DisableTOTP(e *core.RequestEvent) error {
	return s.confirmed(e, func(tx core.App) error {
		if err := deleteOf(tx, e.Auth.Id, collections.SecondFactors, collections.RecoveryCodes); err != nil {
			return err
		}
		return s.notify(tx, e.Auth, letter{kind: collections.MailTwoFactorOff, lang: asked(e)})
	}, func() error { return e.NoContent(http.StatusNoContent) })
}

// RenewRecoveryCodes answers POST /api/auth/2fa/recovery-codes: ten new ones in place of those
// before. Every other session ends.
func (s *Service) RenewRecoveryCodes(e *core.RequestEvent) error {
	var codes []string
	return s.confirmed(e, func(tx core.App) (err error) {
		codes, err = s.newRecoveryCodes(tx, e.Auth.Id)
		return err
	}, func() error { return once(e, NewCodes{codes}) })
}

// confirmed changes the second factor of somebody who proves both factors again.
func (s *Service) confirmed(e *core.RequestEvent, change func(tx core.App) error, answer func() error) error {
	form := ConfirmForm{}
	if err := present.Bind(e, &form); err != nil {
		return err
	}
	blank := validation.Errors{}
	for field, value := range map[string]string{"password": form.Password, "code": form.Code} {
		if value == "" && (field != "password" || hasPassword(e.Auth)) {
			blank[field] = validation.NewError("validation_required", "Cannot be blank.")
		}
	}
	if len(blank) > 0 {
		return present.BadQuery(blank)
	}
	// note: hashing a password takes long, so not inside the transaction
	isThem, err := s.provesPassword(e, form.Password)
	if err != nil {
		return present.Failure(err)
	}
	proof := confirmation{isThem, form.Code, [2]string{"password", "code"}}
	return s.changeFactor(e, func(tx core.App) (refused, err error) {
		on, err := collections.HasTOTP(tx, e.Auth.Id)
		if err != nil || !on {
			return errNotOn, err
		}
		if refused, err = s.confirm(tx, e.Auth.Id, proof); refused != nil || err != nil {
			return refused, err
		}
		return nil, change(tx)
	}, answer)
}

// changeFactor runs change in a transaction that also ends every other session of the caller
// and every sign-in of theirs that waits for a code. A refusal undoes nothing: it may have
// counted a wrong code. It has to come before anything is changed.
func (s *Service) changeFactor(e *core.RequestEvent, change func(tx core.App) (refused, err error), answer func() error) error {
	var refused error
	var ended []string
	err := e.App.RunInTransaction(func(tx core.App) (err error) {
		if refused, err = change(tx); refused != nil || err != nil {
			return err
		}
		ended, err = s.revokeOthers(tx, e.Auth.Id, SessionOf(e))
		return err
	})
	if err != nil {
		return present.Failure(err)
	}
	if refused != nil {
		return refuse(e, refused, http.StatusBadRequest)
	}
	disconnect(e.App, ended) // note: again, now that nobody can come back with what ended
	return answer()
}

// Refusals that aren't a wrong code, see codes.go.
var (
	errNotOn       = errors.New("second factor is not on")
	errNoSetup     = errors.New("no second factor is being set up")
	errStaleSignIn = errors.New("the sign-in that waited for a code is over")
)

// once answers with what is shown this one time.
func once(e *core.RequestEvent, body any) error {
	e.Response.Header().Set("Cache-Control", "no-store")
	return e.JSON(http.StatusOK, body)
}
