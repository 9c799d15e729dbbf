package accounts

import (
	"errors"
	"strings"

	validation "github.com/pocketbase/ozzo-validation/v4"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/router"

	"madang/collections"
	"madang/i18n"
	"madang/present"
)

// NativeLinks is the middleware that answers PocketBase's own routes of resets, confirmations and
// changes of address for people as ours do: same mails, same tokens, same silence about who has
// an account. It runs last, in place of PocketBase's handlers, whose answer would tell.
func (s *Service) NativeLinks(e *core.RequestEvent) error {
	action, native := strings.CutPrefix(e.Request.Pattern, "POST /api/collections/{collection}/")
	if !native {
		return e.Next()
	}
	answer := s.nativeLink(action)
	if answer == nil {
		return e.Next()
	}
	// note: PocketBase takes the collection's name in any case, and its id
	c, err := e.App.FindCachedCollectionByNameOrId(e.Request.PathValue("collection"))
	if err != nil || c.Name != collections.Users {
		return e.Next()
	}
	form := nativeLinkForm{}
	if err := present.Bind(e, &form); err != nil {
		return err
	}
	return done(e, nativeNames(answer(e, form)))
}

// nativeLinkForm is every field that one of the routes takes.
type nativeLinkForm struct {
	Email           string `json:"email" form:"email"`
	NewEmail        string `json:"newEmail" form:"newEmail"`
	Token           string `json:"token" form:"token"`
	Password        string `json:"password" form:"password"`
	PasswordConfirm string `json:"passwordConfirm" form:"passwordConfirm"`
}

func (s *Service) nativeLink(action string) func(*core.RequestEvent, nativeLinkForm) error {
	switch action {
	case "request-password-reset":
		return func(e *core.RequestEvent, f nativeLinkForm) error { return s.RequestReset(e.App, f.Email, asked(e)) }
	case "confirm-password-reset":
		return func(e *core.RequestEvent, f nativeLinkForm) error {
			return s.Reset(e, ResetForm{Token: f.Token, New: f.Password, Confirm: f.PasswordConfirm})
		}
	case "request-verification":
		return func(e *core.RequestEvent, f nativeLinkForm) error {
			return s.RequestVerification(e.App, f.Email, asked(e))
		}
	case "confirm-verification":
		return func(e *core.RequestEvent, f nativeLinkForm) error { return s.Verify(e.App, f.Token) }
	case "request-email-change":
		return func(e *core.RequestEvent, f nativeLinkForm) error { return s.nativeEmailChange(e, f, asked(e)) }
	case "confirm-email-change":
		return func(e *core.RequestEvent, f nativeLinkForm) error {
			_, err := s.ChangeEmail(e.App, f.Token)
			return err
		}
	}
	return nil
}

// nativeEmailChange asks for the password where PocketBase asks for it at the end: a session
// that somebody found open must not even send mails.
func (s *Service) nativeEmailChange(e *core.RequestEvent, f nativeLinkForm, lang i18n.Lang) error {
	if !isMember(e) {
		return e.UnauthorizedError("Sign in first.", nil)
	}
	return s.RequestEmailChange(e.App, e.Auth, EmailForm{New: f.NewEmail, Password: f.Password}, lang)
}

// nativeNames gives bad fields the names that they have on PocketBase's routes.
func nativeNames(err error) error {
	fields, ok := fieldErrors(err)
	var api *router.ApiError
	if !ok || !errors.As(err, &api) {
		return err
	}
	native := map[string]string{"new_email": "newEmail", "new_password": "password", "new_password_confirm": "passwordConfirm"}
	renamed := validation.Errors{}
	for field, problem := range fields {
		if name := native[field]; name != "" {
			field = name
		}
		renamed[field] = problem
	}
	return router.NewApiError(api.Status, api.Message, renamed)
}
