package openapi

import (
	"bytes"
	"compress/gzip"
	"embed"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"madang/i18n"
	"madang/present"
)

// files are our pages with their scripts and styles, and Swagger UI and Redoc as their
// authors published them, packed; third_party/README.md says whence.
//
//go:embed pages third_party
var files embed.FS

// AssetsPath is where the scripts and styles of the pages are; {path...} follows.
const AssetsPath = "/api/schema/assets/"

// pagePolicy lets the pages run our own scripts alone. Both programs write style attributes,
// and both search in a worker made from a blob; what “Try it out” fetched is shown from one.
const pagePolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; " +
	"media-src 'self' blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// SwaggerUI answers GET /api/schema/swagger-ui: the document to try out.
func (s *Service) SwaggerUI(e *core.RequestEvent) error { return s.page(e, "swagger-ui.html") }

// Redoc answers GET /api/schema/redoc: the document to read.
func (s *Service) Redoc(e *core.RequestEvent) error { return s.page(e, "redoc.html") }

func (s *Service) page(e *core.RequestEvent, name string) error {
	lang, err := language(e.Request)
	if err != nil {
		return err
	}
	var html bytes.Buffer
	err = s.pages.ExecuteTemplate(&html, name, struct {
		Lang                  i18n.Lang
		App, Assets, Document string
	}{lang, e.App.Settings().Meta.AppName, AssetsPath, "/api/schema?lang=" + string(lang)})
	if err != nil {
		return present.Failure(fmt.Errorf("write the page %s: %w", name, err))
	}
	h := e.Response.Header()
	h.Set("Content-Security-Policy", pagePolicy)
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "public, no-cache")
	h.Add("Vary", "Accept-Language")
	return e.HTML(http.StatusOK, html.String())
}

// assetTypes are the media types of the files. The system's own list may name others.
var assetTypes = map[string]string{".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}

// Asset answers GET /api/schema/assets/{path...}.
func (s *Service) Asset(e *core.RequestEvent) error {
	name := e.Request.PathValue("path")
	h := e.Response.Header()
	if own, err := fs.ReadFile(files, "pages/"+name); err == nil && assetTypes[path.Ext(name)] != "" {
		doc, err := pack(own)
		if err != nil {
			return present.Failure(err)
		}
		h.Set("Content-Type", assetTypes[path.Ext(name)])
		h.Set("Cache-Control", "public, no-cache")
		sendPacked(e, doc)
		return nil
	}
	packed, err := fs.ReadFile(files, "third_party/"+name+".gz")
	if err != nil {
		return present.NotFound()
	}
	h.Set("Content-Type", assetTypes[path.Ext(name)])
	h.Set("Cache-Control", "public, max-age=31536000, immutable") // the version is in the path
	return sendThirdParty(e, strings.ReplaceAll(name, "/", "-"), packed)
}

// sendThirdParty sends a packed file, unpacked for the few who can't read gzip.
func sendThirdParty(e *core.RequestEvent, tag string, packed []byte) error {
	body := packed
	e.Response.Header().Add("Vary", "Accept-Encoding")
	if takesGzip(e.Request) {
		e.Response.Header().Set("Content-Encoding", "gzip")
		tag += "-gzip"
	} else {
		unpacked, err := unpack(packed)
		if err != nil {
			return present.Failure(err)
		}
		body = unpacked
	}
	e.Response.Header().Set("ETag", `"`+tag+`"`)
	http.ServeContent(e.Response, e.Request, "", time.Time{}, bytes.NewReader(body))
	return nil
}

func unpack(packed []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("unpack a file of the API pages: %w", err)
	}
	var out bytes.Buffer
	if _, err := out.ReadFrom(r); err != nil {
		return nil, fmt.Errorf("unpack a file of the API pages: %w", err)
	}
	return out.Bytes(), nil
}
