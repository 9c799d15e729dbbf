package hooks

import (
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
)

// errNotWhole is a body that PocketBase would read differently from what was meant.
var errNotWhole = errors.New("not one whole JSON value")

// wholeBody refuses JSON of which PocketBase would read the first value and forget the rest, and
// a batch with a null among its requests, over which it would panic.
// note: PocketBase limits the body only after this, so what is larger than usual is let through
// unread, as are files
func wholeBody(e *core.RequestEvent) error {
	r := e.Request
	if !strings.HasPrefix(r.URL.Path, "/api/") || !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") ||
		r.ContentLength <= 0 || r.ContentLength > apis.DefaultMaxBodySize {
		return e.Next()
	}
	raw, err := io.ReadAll(r.Body) // which starts again for the next reader
	if err == nil && !json.Valid(raw) {
		err = errNotWhole
	}
	if err == nil && strings.TrimRight(r.URL.Path, "/") == "/api/batch" {
		var body struct {
			Requests []*struct{} `json:"requests"`
		}
		if err = json.Unmarshal(raw, &body); err == nil && slices.Contains(body.Requests, nil) {
			err = errNotWhole
		}
	}
	if err != nil {
		return e.BadRequestError("The body of the request can't be read.", err)
	}
	return e.Next()
}
