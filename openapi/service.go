package openapi

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html/template"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"madang/i18n"
	"madang/present"
)

// Service answers for the document and the pages that show it.
type Service struct {
	routes  []Route
	options Options
	pages   *template.Template

	mu    sync.Mutex
	stamp string               // of the collections that made is of
	made  map[variant]rendered // in each language and format
}

// variant is one of the shapes in which the document is asked for.
type variant struct {
	lang   i18n.Lang
	format string
}

// rendered is the document, ready to be sent.
type rendered struct {
	body, packed []byte // as it is, and by gzip
	tag          string
}

// Params are the query parameters of GET /api/schema.
type Params struct {
	Format string `query:"format" enum:"json,yaml" default:"json"`
	Lang   string `query:"lang" enum:"en,ko" description:"language of the document; Accept-Language otherwise"`
}

// PageParams are those of the pages.
type PageParams struct {
	Lang string `query:"lang" enum:"en,ko" description:"language of the document; Accept-Language otherwise"`
}

// NewService makes the service; o.Lang is up to each request. A route that says too little is an error.
func NewService(routes []Route, o Options) (*Service, error) {
	if err := check(routes); err != nil {
		return nil, err
	}
	pages, err := template.ParseFS(files, "pages/*.html")
	if err != nil {
		return nil, fmt.Errorf("read the pages of the API document: %w", err)
	}
	return &Service{routes: routes, options: o, pages: pages}, nil
}

// The media types of the document; RFC 9512 has YAML's.
var mediaTypes = map[string]string{"json": jsonType, "yaml": "application/yaml"}

// Document answers GET /api/schema. It is the same for everybody, and kept until a
// collection changes.
func (s *Service) Document(e *core.RequestEvent) error {
	format := e.Request.URL.Query().Get("format")
	if format == "" {
		format = "json"
	}
	lang, err := language(e.Request)
	if err == nil && mediaTypes[format] == "" {
		err = notOneOf("format", "json, yaml")
	}
	if err != nil {
		return err
	}
	doc, err := s.render(e.App, variant{lang, format})
	if err != nil {
		return present.Failure(err)
	}
	h := e.Response.Header()
	h.Set("Content-Type", mediaTypes[format])
	h.Set("Cache-Control", "public, no-cache")
	h.Add("Vary", "Accept-Language")
	sendPacked(e, doc)
	return nil
}

// language is the one that ?lang= or the browser asks for.
func language(r *http.Request) (i18n.Lang, error) {
	switch lang := i18n.Lang(r.URL.Query().Get("lang")); lang {
	case "":
		return i18n.Match(r.Header.Get("Accept-Language")), nil
	case i18n.English, i18n.Korean:
		return lang, nil
	}
	return "", notOneOf("lang", "en, ko")
}

func notOneOf(parameter, values string) error {
	return present.Invalid(parameter, "validation_in_invalid", "Must be one of "+values+".")
}

// render is the document in a variant, of the collections as they are now.
func (s *Service) render(app core.App, v variant) (rendered, error) {
	stamp, err := stampOf(app)
	if err != nil {
		return rendered{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if stamp != s.stamp {
		s.stamp, s.made = stamp, map[variant]rendered{}
	}
	if doc, there := s.made[v]; there {
		return doc, nil
	}
	o := s.options
	o.Lang = v.lang
	doc, err := Build(app, s.routes, o)
	if err != nil {
		return rendered{}, fmt.Errorf("build the API document: %w", err)
	}
	body, err := encode(doc)
	if err == nil && v.format == "yaml" {
		body, err = toYAML(body)
	}
	if err != nil {
		return rendered{}, err
	}
	s.made[v], err = pack(body)
	return s.made[v], err
}

// stampOf changes whenever a collection, or the name of the place, does.
func stampOf(app core.App) (string, error) {
	var count int
	var last string
	err := app.DB().Select("COUNT(*)", "COALESCE(MAX(updated), '')").From("_collections").Row(&count, &last)
	if err != nil {
		return "", fmt.Errorf("look for changed collections: %w", err)
	}
	return fmt.Sprint(count, " ", last, " ", app.Settings().Meta.AppName), nil
}

func pack(body []byte) (rendered, error) {
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return rendered{}, err
	}
	if _, err := w.Write(body); err != nil {
		return rendered{}, err
	}
	if err := w.Close(); err != nil {
		return rendered{}, err
	}
	sum := sha256.Sum256(body)
	return rendered{body, packed.Bytes(), base64.RawURLEncoding.EncodeToString(sum[:12])}, nil
}

// sendPacked sends what the client can read, with a validator of its own for each encoding
// (RFC 9110 §8.8.3.3).
func sendPacked(e *core.RequestEvent, doc rendered) {
	h := e.Response.Header()
	h.Add("Vary", "Accept-Encoding")
	body, tag := doc.body, doc.tag
	if takesGzip(e.Request) {
		body, tag = doc.packed, tag+"-gzip"
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("ETag", `"`+tag+`"`)
	http.ServeContent(e.Response, e.Request, "", time.Time{}, bytes.NewReader(body))
}

// takesGzip reports whether the client reads gzip.
func takesGzip(r *http.Request) bool {
	for _, offer := range strings.Split(r.Header.Get("Accept-Encoding"), ",") {
		coding, weight, _ := strings.Cut(offer, ";")
		if strings.EqualFold(strings.TrimSpace(coding), "gzip") {
			weight = strings.ReplaceAll(weight, " ", "")
			return weight == "" || strings.Trim(strings.TrimPrefix(weight, "q="), "0.") != ""
		}
	}
	return false
}
