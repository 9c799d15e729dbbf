package ui

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
)

// contentPolicy lets pages load from here alone and run no script that stands in them.
const contentPolicy = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; " +
	"object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"

// sameSite refuses forms that another site sent, also for people who aren't signed in,
// so that nobody is signed in as somebody else.
func sameSite(e *core.RequestEvent) error {
	if err := http.NewCrossOriginProtection().Check(e.Request); err != nil {
		return e.ForbiddenError("The request came from another site.", err)
	}
	return e.Next()
}

// members sends those who aren't signed in to the login, and back here (or, from a form,
// to the page where the form stood).
func (s *Site) members(e *core.RequestEvent) error {
	if signedIn(e) {
		return e.Next()
	}
	next := e.Request.URL.RequestURI()
	if e.Request.Method != http.MethodGet && e.Request.Method != http.MethodHead {
		next = backOf(e)
	}
	return e.Redirect(http.StatusSeeOther, loginURL(next))
}

// staff refuses people who don't moderate.
func staff(e *core.RequestEvent) error {
	if !collections.ViewerOf(e.Auth).IsStaff() {
		return e.ForbiddenError("This is for moderators.", nil)
	}
	return e.Next()
}

func signedIn(e *core.RequestEvent) bool {
	return e.Auth != nil && e.Auth.Collection().Name == collections.Users
}

func loginURL(next string) string {
	if next == "" || next == "/" {
		return "/login"
	}
	return "/login?next=" + url.QueryEscape(next)
}

// backOf is the page that a form names to return to.
func backOf(e *core.RequestEvent) string { return local(e.Request.PostFormValue("back")) }

// local is target when it is a path of this site, else "/".
func local(target string) string {
	u, err := url.Parse(target)
	if err != nil || u.Scheme != "" || u.Host != "" || !strings.HasPrefix(target, "/") ||
		strings.HasPrefix(target, "//") || strings.ContainsAny(target, "\\\r\n\t") {
		return "/"
	}
	return target
}
