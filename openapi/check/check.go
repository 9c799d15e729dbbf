// Package check holds the answers of a running app against the API document. It is imported by tests alone.
// It doesn't say whether the document is complete or well made; that is what package openapi's own tests are for.
// Start reading at Response.
package check

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
)

// ErrNotDescribed is a request to a URL that the document doesn't have.
var ErrNotDescribed = errors.New("not in the document")

// Document is an OpenAPI document that requests can be looked up in.
type Document struct {
	spec *openapi3.T
	mux  *http.ServeMux // finds the operation of a request as the server finds its handler
}

// Load reads a document and fails the test unless it is valid OpenAPI.
func Load(t testing.TB, document []byte) *Document {
	t.Helper()
	d, err := Parse(document)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// Parse reads a document in JSON or YAML. One that isn't valid OpenAPI is an error.
func Parse(document []byte) (*Document, error) {
	spec, err := openapi3.NewLoader().LoadFromData(document)
	if err != nil {
		return nil, fmt.Errorf("read the API document: %w", err)
	}
	if err := spec.Validate(context.Background()); err != nil {
		return nil, fmt.Errorf("validate the API document: %w", err)
	}
	d := &Document{spec, http.NewServeMux()}
	for path, methods := range spec.Paths.Map() {
		for method := range methods.Operations() {
			d.mux.Handle(method+" "+path, http.NotFoundHandler())
		}
	}
	return d, nil
}

// Response fails the test unless the document allows the answer res to the request r.
// The answer's body can be read again afterwards.
func Response(t testing.TB, d *Document, r *http.Request, res *http.Response) {
	t.Helper()
	if err := d.Check(r, res); err != nil {
		t.Errorf("%s %s: %d: %v", r.Method, r.URL, res.StatusCode, err)
	}
}

// Check returns why the document doesn't allow the answer, [ErrNotDescribed] when it doesn't
// know the URL. An answer cut down by ?fields= is held against its status and type alone.
func (d *Document) Check(r *http.Request, res *http.Response) error {
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return fmt.Errorf("read the answer: %w", err)
	}
	res.Body = io.NopCloser(bytes.NewReader(body))
	route, err := d.find(r)
	if err != nil {
		return err
	}
	described := route.Operation.Responses.Status(res.StatusCode)
	if described == nil {
		return errors.New("the document doesn't have the status")
	}
	kind, content := res.Header.Get("Content-Type"), described.Value.Content
	switch {
	case r.Method == http.MethodHead || res.StatusCode == http.StatusNotModified:
		return nil
	case len(content) == 0 && len(body) > 0:
		return fmt.Errorf("the document has no body here: %.200s", body)
	case len(content) == 0:
		return nil
	case content.Get(kind) == nil:
		return fmt.Errorf("the document doesn't have the type %q", kind)
	}
	input := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: r, Route: route},
		Status:                 res.StatusCode, Header: res.Header, Body: io.NopCloser(bytes.NewReader(body)),
		Options: &openapi3filter.Options{
			MultiError: true, IncludeResponseStatus: true,
			ExcludeResponseBody: !strings.HasPrefix(kind, "application/json") || r.URL.Query().Has("fields"),
		},
	}
	return openapi3filter.ValidateResponse(r.Context(), input)
}

// find is the operation that describes r.
func (d *Document) find(r *http.Request) (*routers.Route, error) {
	asked := r.Clone(r.Context())
	asked.Pattern = ""
	if path := strings.TrimSuffix(asked.URL.Path, "/"); path != "" {
		asked.URL.Path, asked.URL.RawPath = path, ""
	}
	if asked.Method == http.MethodHead {
		asked.Method = http.MethodGet
	}
	_, pattern := d.mux.Handler(asked)
	method, path, found := strings.Cut(pattern, " ")
	if !found {
		return nil, ErrNotDescribed
	}
	item := d.spec.Paths.Value(path)
	return &routers.Route{Spec: d.spec, Path: path, PathItem: item, Method: method, Operation: item.GetOperation(method)}, nil
}
