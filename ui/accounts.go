package ui

import (
	"net/http"

	"github.com/pocketbase/pocketbase/core"

	"madang/i18n"
)

type doorMain struct {
	Form      form
	Next      string // where to go then
	Challenge Challenge
	Providers []Provider
	Passkeys  bool // may be asked for
	Join      joinMain
}

// login answers GET /login.
func (s *Site) login(e *core.RequestEvent) error {
	return s.door(e, "login", doorMain{Next: e.Request.URL.Query().Get("next")}, http.StatusOK)
}

// door shows login or signup, unless one is in already.
func (s *Site) door(e *core.RequestEvent, name string, main doorMain, status int) error {
	if signedIn(e) {
		return e.Redirect(http.StatusSeeOther, local(main.Next))
	}
	if main.Next = local(main.Next); main.Next == "/" {
		main.Next = ""
	}
	var err error
	if main.Providers, err = s.do.Providers(e); err != nil {
		return err
	}
	main.Passkeys = s.do.PasskeysWork(e)
	title := "nav." + name
	return s.show(e, status, name, s.page(e, name, i18n.T(langOf(e), title), main))
}

// signIn answers POST /login.
func (s *Site) signIn(e *core.RequestEvent) error {
	f := typed(e, "identity", "next", "challenge", "passkey")
	challenge, err := s.do.SignIn(e, SignInForm{
		Identity: f.Value("identity"), Password: e.Request.PostFormValue("password"),
		Challenge: f.Value("challenge"), Code: e.Request.PostFormValue("code"),
	})
	if challenge.ID != "" {
		return s.door(e, "login", doorMain{Form: f, Next: f.Value("next"), Challenge: challenge}, http.StatusOK)
	}
	if err == nil {
		return e.Redirect(http.StatusSeeOther, local(f.Value("next")))
	}
	if err := f.refuse(e, err, "identity", "password", "code"); err != nil {
		return err
	}
	challenge = Challenge{ID: f.Value("challenge"), Passkey: f.Value("passkey") != ""}
	return s.door(e, "login", doorMain{Form: f, Next: f.Value("next"), Challenge: challenge}, http.StatusBadRequest)
}

// logout answers POST /logout.
func (s *Site) logout(e *core.RequestEvent) error {
	if err := s.do.SignOut(e); err != nil {
		return err
	}
	if next := local(e.Request.PostFormValue("next")); next != "/" { // to sign in again
		return e.Redirect(http.StatusSeeOther, loginURL(next))
	}
	return e.Redirect(http.StatusSeeOther, "/")
}
