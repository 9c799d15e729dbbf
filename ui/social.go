package ui

import (
	"errors"
	"html/template"
	"net/http"
	"net/url"

	"github.com/pocketbase/pocketbase/core"

	"madang/i18n"
)

// Provider is another site that people may sign in with.
type Provider struct {
	Name, DisplayName string
	Logo              template.HTML // of the program, not of anybody's typing; "" for none
}

// Label is how a provider is called in a language.
func (p Provider) Label(lang i18n.Lang) string {
	if own, known := providerNames[p.Name]; known && lang == i18n.Korean {
		return own
	}
	return p.DisplayName
}

var providerNames = map[string]string{"kakao": "카카오", "naver": "네이버", "google": "구글"}

// leaveFor answers GET /login/{provider}: it sends the browser there.
func (s *Site) leaveFor(e *core.RequestEvent) error {
	if signedIn(e) {
		return e.Redirect(http.StatusSeeOther, local(e.Request.URL.Query().Get("next")))
	}
	name := e.Request.PathValue("provider")
	return s.do.LeaveFor(e, name, s.comeBackURL(e, name), local(e.Request.URL.Query().Get("next")))
}

// comeBack answers GET /login/{provider}/back: where the provider sends the browser.
func (s *Site) comeBack(e *core.RequestEvent) error {
	name := e.Request.PathValue("provider")
	back, err := s.do.ComeBack(e, name, s.comeBackURL(e, name))
	var waiting *Waiting
	main := doorMain{Form: typed(e), Next: back.Next, Challenge: back.Challenge}
	switch {
	case main.Challenge.ID != "":
		return s.door(e, "login", main, http.StatusOK)
	case err == nil:
		return e.Redirect(http.StatusSeeOther, local(back.Next))
	case errors.As(err, &waiting):
		return e.Redirect(http.StatusSeeOther, "/signup/waiting?for="+waiting.For)
	case back.Linking && signedIn(e):
		return s.showConnections(e, err)
	}
	if err := main.Form.refuse(e, err); err != nil {
		return err
	}
	return s.door(e, "login", main, http.StatusBadRequest)
}

// Back is what becomes of a browser that a provider sends back: where it goes on, or the
// challenge that waits for a code. Linking says that it left to link the provider.
type Back struct {
	Next      string
	Challenge Challenge
	Linking   bool
}

// Connections are the providers that somebody has linked, and the others. Fresh says that they
// signed in not long ago, and may change that.
type Connections struct {
	Linked, Others []Provider
	Fresh          bool
}

type connectionsMain struct {
	Connections
	Form form
}

// connect answers GET /settings/connect/{provider}: a link, since a form may lead to no other site.
func (s *Site) connect(e *core.RequestEvent) error {
	name := e.Request.PathValue("provider")
	return s.do.LeaveToLink(e, name, s.comeBackURL(e, name), securityPath+"?done=connections")
}

// disconnect answers POST /settings/disconnect/{provider}.
func (s *Site) disconnect(e *core.RequestEvent) error {
	if err := tell(e, s.do.Unlink, "", nothing{}); err != nil {
		return s.showConnections(e, err)
	}
	return done(e, securityPath, "connections")
}

// showConnections shows the settings with why something about them was refused.
func (s *Site) showConnections(e *core.RequestEvent, err error) error {
	f := form{}
	if err := f.refuse(e, err); err != nil {
		return err
	}
	return s.showSecurity(e, http.StatusBadRequest, form{}, f)
}

// comeBackURL is to be registered at the provider.
func (s *Site) comeBackURL(e *core.RequestEvent, name string) string {
	return s.absolute(e, "/login/"+url.PathEscape(name)+"/back")
}
