package ui

import (
	"net/http"

	"github.com/pocketbase/pocketbase/core"
)

// The page of what one signs in with: the password here, accounts of other sites (social.go), and
// what has a page of its own – two-factor sign-in (two_factor.go) and passkeys (passkeys.go).

const securityPath = "/settings/security"

type securityMain struct {
	settingsPage
	Connections connectionsMain
	Passkeys    int
}

// security answers GET /settings/security.
func (s *Site) security(e *core.RequestEvent) error {
	return s.showSecurity(e, http.StatusOK, form{}, form{})
}

// showSecurity shows it with the forms of the password and of the connections as they were sent.
func (s *Site) showSecurity(e *core.RequestEvent, status int, password, connections form) error {
	page, err := s.settingsOf(e, "security")
	if err != nil {
		return err
	}
	main := securityMain{settingsPage: page, Connections: connectionsMain{Form: connections}}
	main.sent = password
	if main.Connections.Connections, err = s.do.Connections(e); err != nil {
		return err
	}
	keys, err := s.keysOf(e)
	if err != nil {
		return err
	}
	main.Passkeys = len(keys)
	return s.showSettings(e, status, "security", "security.title", main)
}

// savePassword answers POST /settings/security.
func (s *Site) savePassword(e *core.RequestEvent) error {
	value := e.Request.PostFormValue
	err := s.do.ChangePassword(e, PasswordForm{Old: value("old_password"), New: value("new_password"), Confirm: value("new_password_confirm")})
	if err == nil {
		return done(e, securityPath, "password")
	}
	f := form{}
	if err := f.refuse(e, err, "old_password", "new_password", "new_password_confirm"); err != nil {
		return err
	}
	return s.showSecurity(e, http.StatusBadRequest, f, form{})
}

// proof is the part of a form by which somebody proves again that it is them.
type proof struct {
	Form     form
	Password bool // they have one
	Code     bool // they have a second factor
	Stale    bool // without a password they would have to sign in again first
	Back     string
}

// proofFor is the proof in the form called scope, on the page at path.
func (s *Site) proofFor(e *core.RequestEvent, page settingsPage, path string) (func(scope string) proof, error) {
	shown := proof{Password: page.User.Email != "", Code: page.User.TOTPEnabled, Back: path}
	if !shown.Password {
		fresh, err := s.do.IsFresh(e)
		if err != nil {
			return nil, err
		}
		shown.Stale = !fresh
	}
	return func(scope string) proof {
		of := shown
		of.Form = page.Of(scope)
		return of
	}, nil
}

// proved are the fields of a proof as an action takes them.
func proved(e *core.RequestEvent) map[string]string {
	return map[string]string{"password": e.Request.PostFormValue("password"), "code": e.Request.PostFormValue("code")}
}
