package ui

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/pocketbase/pocketbase/core"

	"madang/i18n"
	"madang/present"
	"madang/text"
	"madang/ui/icon"
)

// The app around the pages: what a device needs to install the place, and a worker that shows something when there
// is no connection. The worker keeps no page and no answer of the API, so nothing private stays on a device.

// manifest answers GET /manifest.webmanifest, in the language and colours that the page asks for.
func (s *Site) manifest(e *core.RequestEvent) error {
	lang := langOf(e)
	name := text.Shorten(text.CleanLine(e.App.Settings().Meta.AppName), 60)
	if name == "" {
		name = i18n.T(lang, "brand")
	}
	paper := "#fbfaf7" // as in site.css and layout.html
	if e.Request.URL.Query().Get("theme") == "dark" {
		paper = "#151716"
	}
	png := func(address, sizes, purpose string) map[string]string {
		return map[string]string{"src": address, "sizes": sizes, "type": "image/png", "purpose": purpose}
	}
	shortcut := func(key, path string) map[string]any {
		return map[string]any{"name": i18n.T(lang, key), "url": path, "icons": []any{png("/icons/96.png", "96x96", "any")}}
	}
	h := e.Response.Header()
	h.Set("Content-Type", "application/manifest+json")
	h.Set("Cache-Control", "no-cache")
	return json.NewEncoder(e.Response).Encode(map[string]any{
		"id": "/", "start_url": "/", "scope": "/", "display": "standalone", "lang": lang, "dir": "ltr",
		"name": name, "short_name": name, "description": i18n.T(lang, "meta.site"), "categories": []string{"social", "photo"},
		"theme_color": paper, "background_color": paper,
		"icons": []any{
			map[string]string{"src": "/favicon.svg", "sizes": "any", "type": "image/svg+xml", "purpose": "any"},
			png("/icons/192.png", "192x192", "any"), png("/icons/512.png", "512x512", "any"),
			png("/icons/maskable-192.png", "192x192", "maskable"), png("/icons/maskable-512.png", "512x512", "maskable"),
		},
		"shortcuts": []any{shortcut("nav.write", "/new"), shortcut("news.title", notificationsPath), shortcut("nav.explore", "/explore")},
		"share_target": map[string]any{
			"action": sharePath, "method": http.MethodPost, "enctype": "multipart/form-data",
			"params": map[string]any{
				"title": "title", "text": "text", "url": "url",
				"files": []any{map[string]any{"name": "files", "accept": []string{"image/*", "audio/*", "video/*"}}},
			},
		},
	})
}

// icons are drawn when somebody asks for them first.
var icons = map[string]func() ([]byte, error){
	"96.png": drawnOnce(96, icon.Rounded), "180.png": drawnOnce(180, icon.Maskable), // iOS rounds it itself
	"192.png": drawnOnce(192, icon.Rounded), "512.png": drawnOnce(512, icon.Rounded),
	"maskable-192.png": drawnOnce(192, icon.Maskable), "maskable-512.png": drawnOnce(512, icon.Maskable),
	"badge-96.png": drawnOnce(96, icon.Badge),
}

func drawnOnce(size int, shape icon.Shape) func() ([]byte, error) {
	return sync.OnceValues(func() ([]byte, error) { return icon.PNG(size, shape) })
}

// icon answers GET /icons/{name}.
func (s *Site) icon(e *core.RequestEvent) error {
	drawn, there := icons[e.Request.PathValue("name")]
	if !there {
		return present.NotFound()
	}
	raw, err := drawn()
	if err != nil {
		return err
	}
	e.Response.Header().Set("Cache-Control", "public, max-age=604800")
	return e.Blob(http.StatusOK, "image/png", raw)
}

// shell is what the offline page needs, kept by the worker from the first visit on.
var shell = []string{"site.css", "js/site.js", "js/say.js", "js/app.js", "js/make.js"}

// worker answers GET /sw.js: the worker, with the version of the assets, so that it changes when they do.
func (s *Site) worker(e *core.RequestEvent) error {
	file, there := s.assets.files["worker.js"]
	if !there {
		return present.NotFound()
	}
	kept := make([]string, len(shell))
	for i, name := range shell {
		kept[i] = s.assets.url(name)
	}
	raw, err := json.Marshal(map[string]any{"version": s.assets.version, "shell": kept})
	if err != nil {
		return fmt.Errorf("write what the worker keeps: %w", err)
	}
	h := e.Response.Header()
	h.Set("Cache-Control", "no-cache")
	h.Set("Content-Security-Policy", "default-src 'none'; connect-src 'self'; script-src 'self'")
	return e.Blob(http.StatusOK, "text/javascript; charset=utf-8", slices.Concat([]byte("const site = "), raw, []byte(";\n"), file.raw))
}

// offline answers GET /offline: what the worker shows when there is no connection. It asks without cookies.
func (s *Site) offline(e *core.RequestEvent) error {
	return s.show(e, http.StatusOK, "offline", s.page(e, "", i18n.T(langOf(e), "offline.title"), nil))
}

// sharePath is where a device sends what somebody shares with the app.
const sharePath = "/share"

// share answers POST /share where no worker did: the words go into the composer, files have to be chosen there.
func (s *Site) share(e *core.RequestEvent) error {
	if err := e.Request.ParseMultipartForm(1 << 20); err != nil {
		return e.BadRequestError("", err)
	}
	q := url.Values{"shared": {"0"}}
	for _, name := range []string{"title", "text", "url"} {
		if said := e.Request.PostFormValue(name); said != "" {
			q.Set(name, said)
		}
	}
	return e.Redirect(http.StatusSeeOther, "/new?"+q.Encode())
}

// shared fills a new post with what was shared with the app; the worker keeps files for the script to fetch.
func (m *composeMain) shared(q url.Values) {
	files, err := strconv.Atoi(q.Get("shared"))
	if err != nil || files < 0 {
		return
	}
	m.Shared = true
	m.Title = text.Shorten(text.CleanLine(q.Get("title")), 200)
	m.Content = text.Shorten(text.Clean(q.Get("text")), 10_000)
	if address := text.CleanLine(q.Get("url")); address != "" && !strings.Contains(m.Content, address) {
		m.Content = strings.TrimSpace(m.Content + "\n\n" + address)
	}
}
