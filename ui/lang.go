package ui

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"madang/i18n"
)

// langCookie remembers the language of somebody who isn't signed in.
const langCookie = "madang_lang"

// langOf is the language to speak to the caller: the one that the address asks for, else the one of their profile, else
// the one chosen at the foot of a page, else the browser's.
func langOf(e *core.RequestEvent) i18n.Lang {
	if lang, ok := langAsked(e); ok {
		return lang
	}
	if signedIn(e) {
		if lang, ok := known(e.Auth.GetString("locale")); ok {
			return lang
		}
	}
	if cookie, err := e.Request.Cookie(langCookie); err == nil {
		if lang, ok := known(cookie.Value); ok {
			return lang
		}
	}
	return i18n.Match(e.Request.Header.Get("Accept-Language"))
}

// langAsked is the language that the address asks for by ?lang=.
func langAsked(e *core.RequestEvent) (i18n.Lang, bool) {
	if !strings.Contains(e.Request.URL.RawQuery, "lang=") {
		return "", false
	}
	return known(e.Request.URL.Query().Get("lang"))
}

// withoutLang is a path that no longer asks for a language.
func withoutLang(path string) string {
	u, err := url.Parse(path)
	if err != nil || !u.Query().Has("lang") {
		return path
	}
	q := u.Query()
	q.Del("lang")
	u.RawQuery = q.Encode()
	return u.String()
}

func known(lang string) (i18n.Lang, bool) {
	l := i18n.Lang(lang)
	return l, l == i18n.Korean || l == i18n.English
}

// rememberLang sets the cookie.
func rememberLang(e *core.RequestEvent, lang i18n.Lang) {
	e.SetCookie(&http.Cookie{
		Name: langCookie, Value: string(lang), Path: "/", MaxAge: int(365 * 24 * time.Hour / time.Second),
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: e.IsTLS(),
	})
}
