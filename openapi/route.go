// Package openapi is the API document: OpenAPI 3.1 built from the table of routes and the collections, so that it can't drift.
// It answers no request of the API itself, only /api/schema and the pages that show it.
// Start reading at Route, then document.go.
package openapi

// Route says how the document describes one URL.
//
// The structs of In and Out are read by their tags. What is answered is always there, but for
// fields with omitempty and those of an embedded pointer; a pointer to a plain value may be
// null. What is sent is optional, but for fields with required:"true". The other tags are
// description, enum (by comma), default, format, pattern, minLength, maxLength, minimum,
// maximum and maxItems. A field of format "binary" is a file, and its form multipart.
type Route struct {
	Method, Path string // as registered, e.g. "GET", "/api/posts/{id}"
	ID           string // operationId
	Tag, TagKo   string // chapter
	Summary      string // one English line
	SummaryKo    string // the same in Korean
	SignedIn     bool   // needs an access token
	In           any    // struct with query:, header:, json:, form: or formData: tags; nil for none
	Sends        string // media type of the body, when it isn't one of In's
	Headers      any    // struct with header: tags, which the answer has; nil for none
	Out          any    // shape of the answer: a value of its type, a OneOf or a *Schema; nil for none
	Status       int    // of success
	Again        int    // of success when nothing had to be done, 0 for none
	Failing      int    // when what is asked about fails; its answer has the shape of success, 0 for none
	Waits        any    // shape of a 202 that says what is waited for; nil for none
	Errors       []int  // statuses of refusals
	Asks         any    // shape of a 401 that asks for more, such as a second factor; nil for none
	Content      string // media types of the answer, by comma, when it isn't JSON
}

// OneOf is the [Route.Out] of a route whose answer has one of several shapes.
type OneOf []any
