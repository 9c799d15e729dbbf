package ui

import (
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

var providerNames = map[string]string{"kakao": "카카오", "naver": "네이버", "google": "구글", "apple": "애플"}

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
	next, challenge, err := s.do.ComeBack(e, name, s.comeBackURL(e, name))
	main := doorMain{Form: typed(e), Next: next, Challenge: challenge}
	switch {
	case challenge != "":
		return s.door(e, "login", main, http.StatusOK)
	case err == nil:
		return e.Redirect(http.StatusSeeOther, local(next))
	}
	if err := main.Form.refuse(e, err); err != nil {
		return err
	}
	return s.door(e, "login", main, http.StatusBadRequest)
}

// comeBackURL is to be registered at the provider.
func (s *Site) comeBackURL(e *core.RequestEvent, name string) string {
	return s.absolute(e, "/login/"+url.PathEscape(name)+"/back")
}
