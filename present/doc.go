// Package present is what a client sees of a record: user, post, medium, comment, and the shape of lists.
// It loads whole pages in a fixed number of queries, whatever their size; it never writes.
// Start reading at post.go; the shapes are those of the API document.
package present

import (
	"net/url"
	"strings"
)

// List is the shape of every list. Next and Previous are URLs or null; Count is null
// when the list is walked by cursor.
type List[T any] struct {
	Count    *int    `json:"count"`
	Next     *string `json:"next"`
	Previous *string `json:"previous"`
	Results  []T     `json:"results"`
}

// Whole is a list that has one page.
func Whole[T any](results []T) List[T] {
	n := len(results)
	if results == nil {
		results = []T{}
	}
	return List[T]{Count: &n, Results: results}
}

// fileURL is where a file of a record is; "" when there is none.
func fileURL(collection, id, name string) string {
	if name == "" {
		return ""
	}
	return "/api/files/" + collection + "/" + id + "/" + url.PathEscape(name)
}

// Time turns a stored time into RFC 3339 UTC with milliseconds; "" stays "".
func Time(stored string) string {
	if stored == "" {
		return ""
	}
	return strings.Replace(stored, " ", "T", 1)
}
