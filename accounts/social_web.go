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

// LeaveFor sends a browser to a provider, to come back to back and to go on to next.
func (s *Service) LeaveFor(e *core.RequestEvent, name, back, next string) error {
	p, err := provider(e.App, name)
	if err != nil {
		return present.Failure(err)
	}
	state, verifier := security.RandomString(30), security.RandomString(43)
	s.setLeft(e, url.Values{"state": {state}, "verifier": {verifier}, "provider": {name}, "next": {next}}.Encode(), 600)
	return e.Redirect(http.StatusSeeOther, authURL(p, state, verifier)+"&redirect_uri="+url.QueryEscape(back))
}

// ComeBack signs a browser in that comes back from a provider. Where to go on to is next; an
// error is to be shown. It returns a [SecondFactorNeeded] as [Service.StartWeb] does.
func (s *Service) ComeBack(e *core.RequestEvent, name, back string) (next string, err error) {
	left := url.Values{}
	if cookie, err := e.Request.Cookie(leftCookie); err == nil {
		left, err = url.ParseQuery(cookie.Value)
		if err != nil {
			left = url.Values{}
		}
	}
	s.setLeft(e, "", -1)
	q := e.Request.URL.Query()
	next = left.Get("next")
	switch {
	// note: whoever didn't leave from here is brought by somebody else, to be signed in as them
	case left.Get("state") == "" || left.Get("provider") != name || !security.Equal(left.Get("state"), q.Get("state")):
		return next, e.BadRequestError("This sign-in wasn't begun in this browser, or too long ago. Try again.", nil)
	case q.Get("error") != "" || q.Get("code") == "":
		return next, e.BadRequestError("The sign-in was given up at the other site.", nil)
	}
	p, err := provider(e.App, name)
	if err != nil {
		return next, present.Failure(err)
	}
	user, _, err := s.BySocial(e, p, name, SocialForm{Code: q.Get("code"), CodeVerifier: left.Get("verifier"), RedirectURL: back})
	if err != nil {
		return next, present.Failure(err)
	}
	return next, s.StartWeb(e, user)
}

func (s *Service) setLeft(e *core.RequestEvent, value string, maxAge int) {
	e.SetCookie(&http.Cookie{
		Name: leftCookie, Value: value, Path: "/login", MaxAge: maxAge, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: isSecure(e),
	})
}

func isSecure(e *core.RequestEvent) bool {
	return e.IsTLS() || strings.EqualFold(e.Request.Header.Get("X-Forwarded-Proto"), "https")
}
