package ui

import (
	"net/http"
	"slices"
	"time"

	"github.com/pocketbase/pocketbase/core"
)

// themeCookie remembers whether a browser is to show light or dark; without it, it shows what the device does.
const themeCookie = "madang_theme"

var themes = []string{"light", "dark"}

// themeOf is light, dark, or "" for what the device does.
func themeOf(e *core.RequestEvent) string {
	if cookie, err := e.Request.Cookie(themeCookie); err == nil && slices.Contains(themes, cookie.Value) {
		return cookie.Value
	}
	return ""
}

// saveTheme answers POST /settings with the section "theme".
func (s *Site) saveTheme(e *core.RequestEvent) error {
	theme := e.Request.PostFormValue("theme")
	if theme != "" && !slices.Contains(themes, theme) {
		return e.BadRequestError("", nil)
	}
	cookie := &http.Cookie{
		Name: themeCookie, Value: theme, Path: "/", MaxAge: int(365 * 24 * time.Hour / time.Second),
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: e.IsTLS(),
	}
	if theme == "" {
		cookie.MaxAge = -1
	}
	e.SetCookie(cookie)
	return e.Redirect(http.StatusSeeOther, backOf(e))
}
