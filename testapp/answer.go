package testapp

import (
	"net/http/httptest"
	"testing"
)

// Answer is what the app said.
type Answer struct {
	*httptest.ResponseRecorder
	JSON map[string]any
	t    testing.TB
	what string
}

// Want fails the test unless the status is that one.
func (x *Answer) Want(status int) *Answer {
	x.t.Helper()
	if x.Code != status {
		x.t.Fatalf("%s: status %d, want %d: %s", x.what, x.Code, status, x.Body)
	}
	return x
}

// WantCode fails the test unless the answer names that code beside the field.
func (x *Answer) WantCode(field, code string) *Answer {
	x.t.Helper()
	data, _ := x.JSON["data"].(map[string]any)
	item, _ := data[field].(map[string]any)
	if item["code"] != code {
		x.t.Fatalf("%s: no %s beside %s: %s", x.what, code, field, x.Body)
	}
	return x
}

// Get is the value at a path of keys, such as "author", "username"; nil when there is none.
func (x *Answer) Get(path ...string) any {
	var at any = x.JSON
	for _, key := range path {
		m, _ := at.(map[string]any)
		at = m[key]
	}
	return at
}

// String is Get as a string, Int as a whole number.
func (x *Answer) String(path ...string) string { s, _ := x.Get(path...).(string); return s }

// Int is Get as a whole number.
func (x *Answer) Int(path ...string) int { f, _ := x.Get(path...).(float64); return int(f) }

// Results are the rows of a list.
func (x *Answer) Results() []map[string]any {
	x.t.Helper()
	rows, ok := x.JSON["results"].([]any)
	if !ok {
		x.t.Fatalf("%s: not a list: %s", x.what, x.Body)
	}
	results := make([]map[string]any, len(rows))
	for i, r := range rows {
		results[i], _ = r.(map[string]any)
	}
	return results
}
