package accounts

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/security"

	"madang/present"
)

// leftCookie remembers of a browser that left for a provider what it has to bring back.
const leftCookie = "madang_left"

// InviteCookie keeps the code of an invitation while a browser is at a provider's.
const InviteCookie = "madang_invite"

// LeaveFor sends a browser to a provider, to come back to back and to go on to next.
func (s *Service) LeaveFor(e *core.RequestEvent, name, back, next string) error {
	return s.leaveFor(e, name, back, url.Values{"next": {next}})
}

// LeaveToLink is LeaveFor of somebody who is signed in and wants to link the provider.
func (s *Service) LeaveToLink(e *core.RequestEvent, name, back, next string) error {
	if err := s.mayChangeWaysIn(e); err != nil {
		return err
	}
	return s.leaveFor(e, name, back, url.Values{"next": {next}, "session": {SessionOf(e)}})
}

// note: what the cookie keeps isn't signed. Whoever can put one of theirs into somebody's browser
// has a signed one as well; a session's id is known to its owner alone.
func (s *Service) leaveFor(e *core.RequestEvent, name, back string, keep url.Values) error {
	p, err := provider(e.App, name)
	if err != nil {
		return present.Failure(err)
	}
	state, verifier := security.RandomString(30), security.RandomString(43)
	keep.Set("state", state)
	keep.Set("verifier", verifier)
	keep.Set("provider", name)
	s.setLeft(e, keep.Encode(), 600)
	return e.Redirect(http.StatusSeeOther, authURL(p, state, verifier)+"&redirect_uri="+url.QueryEscape(back))
}

// ComeBack signs a browser in that comes back from a provider, or links the provider where it left
// for that; linking says so. Where to go on to is next; an
// error is to be shown. It returns a [SecondFactorNeeded] as [Service.StartWeb] does.
func (s *Service) ComeBack(e *core.RequestEvent, name, back string) (next string, linking bool, err error) {
	left := url.Values{}
	if cookie, err := e.Request.Cookie(leftCookie); err == nil {
		left, err = url.ParseQuery(cookie.Value)
		if err != nil {
			left = url.Values{}
		}
	}
	s.setLeft(e, "", -1)
	q := e.Request.URL.Query()
	next, linking = left.Get("next"), left.Get("session") != ""
	switch {
	// note: whoever didn't leave from here is brought by somebody else, to be signed in as them
	case linking && left.Get("session") != SessionOf(e), left.Get("state") == "" || left.Get("provider") != name || !security.Equal(left.Get("state"), q.Get("state")):
		return next, false, e.BadRequestError("This sign-in wasn't begun in this browser, or too long ago. Try again.", nil)
	case q.Get("error") != "" || q.Get("code") == "":
		return next, linking, e.BadRequestError("The sign-in was given up at the other site.", nil)
	}
	p, err := provider(e.App, name)
	if err != nil {
		return next, linking, present.Failure(err)
	}
	form := SocialForm{Code: q.Get("code"), CodeVerifier: left.Get("verifier"), RedirectURL: back}
	if cookie, err := e.Request.Cookie(InviteCookie); err == nil {
		form.Invite = cookie.Value
	}
	if linking {
		_, err = s.LinkBySocial(e, p, name, form)
		return next, true, err
	}
	user, _, err := s.BySocial(e, p, name, form)
	if _, waits := waitsFor(err); waits {
		return next, false, err
	}
	if err != nil {
		return next, false, present.Failure(err)
	}
	return next, false, s.StartWeb(e, user)
}

func (s *Service) setLeft(e *core.RequestEvent, value string, maxAge int) {
	e.SetCookie(&http.Cookie{
		Name: leftCookie, Value: value, Path: "/login", MaxAge: maxAge, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: isSecure(e),
	})
}

func isSecure(e *core.RequestEvent) bool {
	return e.IsTLS() || strings.EqualFold(e.Request.Header.Get("X-Forwarded-Proto"), "https")
}
