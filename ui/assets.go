package ui

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"

	"github.com/pocketbase/pocketbase/core"

	"madang/present"
)

// assets are the files that browsers fetch, each as it is and compressed. One version
// names them all and stands in their URLs, so that modules can import each other by
// relative paths and all may be kept for ever.
type assets struct {
	version string
	files   map[string]asset
}

type asset struct {
	kind        string
	raw, zipped []byte
}

// kinds are the media types of assets by extension; other files of site/ aren't served.
var kinds = map[string]string{
	".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".mjs": "text/javascript; charset=utf-8",
	".svg": "image/svg+xml", ".png": "image/png",
}

func loadAssets(from fs.FS) (*assets, error) {
	a := &assets{files: map[string]asset{}}
	sum := sha256.New()
	err := fs.WalkDir(from, "site", func(name string, d fs.DirEntry, err error) error {
		kind := kinds[path.Ext(name)]
		if err != nil || d.IsDir() || kind == "" {
			return err
		}
		raw, err := fs.ReadFile(from, name)
		if err != nil {
			return err
		}
		zipped, err := squeeze(raw)
		a.files[strings.TrimPrefix(name, "site/")] = asset{kind, raw, zipped}
		fmt.Fprintf(sum, "%s %d\n", name, len(raw))
		sum.Write(raw)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("load assets: %w", err)
	}
	a.version = hex.EncodeToString(sum.Sum(nil))[:12]
	return a, nil
}

func squeeze(raw []byte) ([]byte, error) {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(raw); err != nil {
		return nil, err
	}
	err = w.Close()
	return out.Bytes(), err
}

// url is where an asset is.
func (a *assets) url(name string) string { return "/assets/" + a.version + "/" + name }

// serve answers GET /assets/{version}/{path...}. A version that isn't this program's is of
// a page from before an update: it gets what there is now, to be asked for again.
func (a *assets) serve(e *core.RequestEvent) error {
	forGood := "public, max-age=31536000, immutable"
	if e.Request.PathValue("version") != a.version {
		forGood = "no-cache"
	}
	return a.answer(e, e.Request.PathValue("path"), forGood)
}

func (a *assets) favicon(e *core.RequestEvent) error {
	return a.answer(e, "assets/favicon.svg", "public, max-age=86400")
}

func (a *assets) answer(e *core.RequestEvent, name, keep string) error {
	file, there := a.files[name]
	if !there {
		return present.NotFound()
	}
	h := e.Response.Header()
	h.Set("Cache-Control", keep)
	h.Set("Vary", "Accept-Encoding")
	h.Set("ETag", `"`+a.version+`"`)
	if ext := path.Ext(name); ext == ".js" || ext == ".css" { // these say how a document is shown; a page fetches two dozen that are none
		for _, name := range []string{"Content-Security-Policy", "Permissions-Policy", "Cross-Origin-Opener-Policy", "X-Frame-Options", "X-Xss-Protection", "Referrer-Policy"} {
			h.Del(name)
		}
	}
	if strings.Contains(e.Request.Header.Get("If-None-Match"), a.version) {
		return e.NoContent(http.StatusNotModified)
	}
	if strings.Contains(e.Request.Header.Get("Accept-Encoding"), "gzip") && len(file.zipped) < len(file.raw) {
		h.Set("Content-Encoding", "gzip")
		return e.Blob(http.StatusOK, file.kind, file.zipped)
	}
	return e.Blob(http.StatusOK, file.kind, file.raw)
}

// robots answers GET /robots.txt: public pages may be read by all.
func (s *Site) robots(e *core.RequestEvent) error {
	e.Response.Header().Set("Cache-Control", "public, max-age=86400")
	return e.String(http.StatusOK, "User-agent: *\nDisallow: /api/\nDisallow: /_/\nDisallow: /login\nDisallow: /signup\nDisallow: /settings\nDisallow: /me/\nDisallow: /new\nAllow: /api/media/\n\nSitemap: "+s.absolute(e, "/sitemap.xml")+"\n")
}
