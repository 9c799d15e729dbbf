package ui

import (
	"bytes"
	"fmt"
	"html"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"regexp"
	"strconv"
	"strings"

	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/i18n"
	"madang/present"
)

// page is what the templates see.
type page struct {
	Lang     i18n.Lang
	Theme    string             // light, dark, or "" for what the device shows
	Me       *present.UserBrief // nil when not signed in
	Path     string             // of the request, to come back to
	Nav      string             // which entry of the navigation this is
	Meta     meta
	Talk     talkState
	Unread   int  // notifications; counted by show, as are Messages
	Messages int  // that the caller hasn't read
	Once     bool // it shows what is shown this one time: nobody keeps a copy
	// Staff says that the caller moderates; SuspendedUntil until when they may only read, "" when they aren't suspended.
	Staff          bool
	SuspendedUntil string
	Main           any // what the page's own template shows
}

// page begins a page about main for the caller. Until told otherwise it is private.
func (s *Site) page(e *core.RequestEvent, nav, title string, main any) *page {
	p := &page{Lang: langOf(e), Theme: themeOf(e), Path: e.Request.URL.RequestURI(), Nav: nav, Main: main}
	if e.Request.Method != http.MethodGet && e.Request.Method != http.MethodHead {
		p.Path = backOf(e)
	}
	if signedIn(e) {
		me := present.Brief(e.Auth)
		p.Me, p.Staff = &me, collections.ViewerOf(e.Auth).IsStaff()
		if until, suspended := collections.UserOf(e.Auth).IsSuspended(s.Now()); suspended {
			p.SuspendedUntil = present.Time(collections.Stamp(until))
		}
	}
	p.Meta = meta{Title: i18n.T(p.Lang, "meta.title", title), Private: true}
	return p
}

// show answers with a page.
func (s *Site) show(e *core.RequestEvent, status int, name string, p *page) error {
	if p.Me != nil {
		n, err := s.do.Unread(e)
		if err != nil {
			return err
		}
		p.Unread = n
		if p.Messages, err = s.do.UnreadMessages(e); err != nil {
			return err
		}
	}
	var out bytes.Buffer
	if err := s.pages[p.Lang][name].ExecuteTemplate(&out, "layout", p); err != nil {
		return fmt.Errorf("render %s: %w", name, err)
	}
	h := e.Response.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", string(p.Lang))
	h.Set("Content-Security-Policy", contentPolicy)
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "strict-origin-when-cross-origin")
	h.Set("Cache-Control", "private, no-cache")
	if p.Once {
		h.Set("Cache-Control", "no-store")
	}
	h.Add("Vary", "Cookie, Accept-Language")
	h.Set("Content-Length", strconv.Itoa(out.Len()))
	e.Response.WriteHeader(status)
	_, err := out.WriteTo(e.Response)
	return err
}

// parse makes a set of templates for each language and page.
func (s *Site) parse(from fs.FS) (map[i18n.Lang]map[string]*template.Template, error) {
	parts, err := sources(from, "site/layout.html", "site/parts/*.html")
	if err != nil {
		return nil, err
	}
	pages, err := sources(from, "site/pages/*.html")
	if err != nil {
		return nil, err
	}
	sets := map[i18n.Lang]map[string]*template.Template{}
	for _, lang := range []i18n.Lang{i18n.Korean, i18n.English} {
		base := template.New("").Funcs(s.funcs(lang))
		for name, source := range parts {
			if base, err = base.Parse(worded(lang, source)); err != nil {
				return nil, fmt.Errorf("parse %s: %w", name, err)
			}
		}
		sets[lang] = map[string]*template.Template{}
		for name, source := range pages {
			t, err := base.Clone()
			if err == nil {
				t, err = t.Parse(worded(lang, source))
			}
			if err != nil {
				return nil, fmt.Errorf("parse %s: %w", name, err)
			}
			sets[lang][strings.TrimSuffix(path.Base(name), ".html")] = t
		}
	}
	return sets, nil
}

// sources are the files that match patterns, by name.
func sources(from fs.FS, patterns ...string) (map[string]string, error) {
	all := map[string]string{}
	for _, pattern := range patterns {
		names, err := fs.Glob(from, pattern)
		if err != nil {
			return nil, fmt.Errorf("list the templates: %w", err)
		}
		for _, name := range names {
			raw, err := fs.ReadFile(from, name)
			if err != nil {
				return nil, fmt.Errorf("read a template: %w", err)
			}
			all[name] = string(raw)
		}
	}
	return all, nil
}

var (
	word   = regexp.MustCompile(`\{\{t "([a-z0-9_.]+)"\}\}`)
	indent = regexp.MustCompile(`\n[ \t]+`)
)

// worded is a template without its indentation and with its fixed texts in place, which are most of what a page would
// look up and escape each time that it is made. Templates have them in HTML and in quoted attributes alone, where they
// are escaped alike.
func worded(lang i18n.Lang, source string) string {
	return word.ReplaceAllStringFunc(indent.ReplaceAllString(source, "\n"), func(call string) string {
		return html.EscapeString(i18n.T(lang, word.FindStringSubmatch(call)[1]))
	})
}
