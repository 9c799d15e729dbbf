// Package openapi is the API document: OpenAPI 3.1 built from the table of routes and the collections, so that it can't drift.
// It answers no request of the API itself, only /api/schema and the pages that show it.
// Start reading at Route, then document.go.
package openapi

// Route says how the document describes one URL.
type Route struct {
	Method, Path string // as registered, e.g. "GET", "/api/posts/{id}"
	ID           string // operationId
	Tag, TagKo   string // chapter
	Summary      string // one English line
	SummaryKo    string // the same in Korean
	SignedIn     bool   // needs an access token
	In           any    // struct with query:, json:, form: or formData: tags; nil for none
	Out          any    // shape of the answer; nil for none
	Status       int    // of success
	Again        int    // of success when nothing had to be done, 0 for none
	Errors       []int  // statuses of refusals
	Content      string // media type of the answer when it isn't JSON
}
