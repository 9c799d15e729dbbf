package ui

import (
	"errors"
	"net/http"
	"slices"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/router"

	"madang/i18n"
	"madang/present"
)

// joinMain is the part of the page of signing up that says how one may.
type joinMain struct {
	HowToJoin
	Invite  string // the code of an invitation
	Inviter *present.UserBrief
	Ended   bool // whether somebody came by an invitation by which nobody joins any more
}

// Shut reports whether there is no form to fill in.
func (m joinMain) Shut() bool { return m.Mode == "closed" || m.Mode == "invite" && m.Invite == "" }

// Asks reports whether moderators let people in, and so want to hear from them.
func (m joinMain) Asks() bool { return m.Mode == "approval" && m.Invite == "" }

// signup answers GET /signup.
func (s *Site) signup(e *core.RequestEvent) error {
	return s.showSignup(e, http.StatusOK, form{}, e.Request.URL.Query().Get("next"), "")
}

// invited answers GET /join/{code}: signing up by an invitation.
func (s *Site) invited(e *core.RequestEvent) error {
	return s.showSignup(e, http.StatusOK, form{}, "", e.Request.PathValue("code"))
}

// showSignup shows the page with the form as it was sent. Where an invitation has ended or there was none,
// it says so under 404, and how else one may join; what was typed stays.
func (s *Site) showSignup(e *core.RequestEvent, status int, f form, next, invite string) error {
	how, err := s.do.HowToJoin(e)
	if err != nil {
		return err
	}
	main := doorMain{Form: f, Next: next, Join: joinMain{HowToJoin: how, Invite: invite}}
	if began := f.Value("began"); began != "" && status == http.StatusBadRequest {
		main.Join.Began = began // note: who mends a field has been here for long enough
	}
	if invite != "" {
		by, err := s.do.InvitedBy(e, invite)
		switch {
		case err == nil:
			main.Join.Inviter = &by
		case e.Auth == nil && router.ToApiError(err).Status == http.StatusNotFound:
			main.Join.Invite, main.Join.Ended, status = "", true, http.StatusNotFound
		default:
			return err
		}
	}
	e.Response.Header().Set("Cache-Control", "no-store") // the challenge is for one
	return s.door(e, "signup", main, status)
}

// join answers POST /signup.
func (s *Site) join(e *core.RequestEvent) error {
	f := typed(e, "username", "email", "name", "next", "invite", "message", "website", "began")
	locale := ""
	if cookie, err := e.Request.Cookie(langCookie); err == nil { // chosen, not guessed from the browser
		if lang, ok := known(cookie.Value); ok {
			locale = string(lang)
		}
	}
	err := s.do.Join(e, JoinForm{
		Username: f.Value("username"), Email: f.Value("email"), Name: f.Value("name"), Locale: locale,
		Password: e.Request.PostFormValue("password"), Confirm: e.Request.PostFormValue("password_confirm"),
		Invite: f.Value("invite"), Proof: e.Request.PostFormValue("proof"), Message: f.Value("message"),
		Website: f.Value("website"), Began: f.Value("began"),
	})
	var waiting *Waiting
	switch {
	case err == nil:
		return e.Redirect(http.StatusSeeOther, local(f.Value("next")))
	case errors.As(err, &waiting):
		return e.Redirect(http.StatusSeeOther, "/signup/waiting?for="+waiting.For)
	}
	if err := f.refuse(e, err, "username", "email", "name", "password", "password_confirm", "message", "website"); err != nil {
		return err
	}
	return s.showSignup(e, http.StatusBadRequest, f, f.Value("next"), f.Value("invite"))
}

type waitingMain struct{ For string }

// waiting answers GET /signup/waiting: what happens next to somebody who asked to join.
func (s *Site) waiting(e *core.RequestEvent) error {
	what := e.Request.URL.Query().Get("for")
	if !slices.Contains([]string{"approval", "mail"}, what) {
		return present.NotFound()
	}
	return s.show(e, http.StatusOK, "waiting", s.page(e, "", i18n.T(langOf(e), "waiting.title"), waitingMain{what}))
}
