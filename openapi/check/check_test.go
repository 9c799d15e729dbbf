package check_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"madang/openapi/check"
)

const document = `{
 "openapi": "3.1.1", "info": {"title": "T", "version": "1"},
 "paths": {
  "/api/cats/{id}": {
   "get": {"operationId": "getCat", "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}],
    "responses": {"200": {"description": "ok", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Cat"}}}}}},
   "delete": {"operationId": "deleteCat", "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}],
    "responses": {"204": {"description": "gone"}}}
  },
  "/api/cats/picture": {"get": {"operationId": "getPicture", "responses": {"200": {"description": "ok", "content": {"image/png": {}}}}}}
 },
 "components": {"schemas": {"Cat": {
  "type": "object", "required": ["name", "mood"], "additionalProperties": false,
  "properties": {"name": {"type": "string"}, "mood": {"type": "string", "enum": ["calm", "cross"]}, "age": {"type": ["integer", "null"]}}
 }}}
}`

func TestCheck(t *testing.T) {
	d := check.Load(t, []byte(document))
	for name, c := range map[string]struct {
		method, url, kind, body string
		status                  int
		allowed                 bool
	}{
		"as described":                {"GET", "/api/cats/1", "application/json", `{"name":"Nabi","mood":"calm","age":null}`, 200, true},
		"with a slash at the end":     {"GET", "/api/cats/1/", "application/json", `{"name":"Nabi","mood":"calm"}`, 200, true},
		"a value that isn't a choice": {"GET", "/api/cats/1", "application/json", `{"name":"Nabi","mood":"odd"}`, 200, false},
		"a field too few":             {"GET", "/api/cats/1", "application/json", `{"name":"Nabi"}`, 200, false},
		"a field too few, as asked":   {"GET", "/api/cats/1?fields=name", "application/json", `{"name":"Nabi"}`, 200, true},
		"a field too many":            {"GET", "/api/cats/1", "application/json", `{"name":"Nabi","mood":"calm","tail":1}`, 200, false},
		"null that may not be":        {"GET", "/api/cats/1", "application/json", `{"name":null,"mood":"calm"}`, 200, false},
		"a status that isn't there":   {"GET", "/api/cats/1", "application/json", `{}`, 404, false},
		"a type that isn't there":     {"GET", "/api/cats/1", "text/html", `<p>`, 200, false},
		"no JSON":                     {"GET", "/api/cats/1", "application/json", `{`, 200, false},
		"bytes":                       {"GET", "/api/cats/picture", "image/png", "PNG", 200, true},
		"bytes of another type":       {"GET", "/api/cats/picture", "image/gif", "GIF", 200, false},
		"nothing":                     {"DELETE", "/api/cats/1", "", "", 204, true},
		"something for nothing":       {"DELETE", "/api/cats/1", "application/json", "{}", 204, false},
		"only the head":               {"HEAD", "/api/cats/1", "application/json", "", 200, true},
	} {
		t.Run(name, func(t *testing.T) {
			res := answer(c.status, c.kind, c.body)
			defer res.Body.Close()
			err := d.Check(httptest.NewRequest(c.method, c.url, nil), res)
			if (err == nil) != c.allowed {
				t.Errorf("allowed %v, want %v: %v", err == nil, c.allowed, err)
			}
		})
	}
}

func TestUnknownURL(t *testing.T) {
	d := check.Load(t, []byte(document))
	for _, r := range []*http.Request{httptest.NewRequest("GET", "/api/dogs", nil), httptest.NewRequest("POST", "/api/cats/1", nil)} {
		res := answer(200, "", "")
		defer res.Body.Close()
		if err := d.Check(r, res); !errors.Is(err, check.ErrNotDescribed) {
			t.Errorf("%s %s: %v", r.Method, r.URL, err)
		}
	}
}

func TestAnswerCanBeReadAgain(t *testing.T) {
	const body = `{"name":"Nabi","mood":"calm"}`
	res := answer(200, "application/json", body)
	defer res.Body.Close()
	check.Response(t, check.Load(t, []byte(document)), httptest.NewRequest("GET", "/api/cats/1", nil), res)
	if again, err := io.ReadAll(res.Body); err != nil || string(again) != body {
		t.Errorf("%q %v", again, err)
	}
}

func TestWhatIsNoDocument(t *testing.T) {
	for _, text := range []string{"", "{", `{"openapi":"3.1.1"}`, strings.Replace(document, `"description": "ok", `, "", 1), strings.Replace(document, "schemas/Cat", "schemas/Dog", 1)} {
		if _, err := check.Parse([]byte(text)); err == nil {
			t.Errorf("taken for a document: %.60s", text)
		}
	}
}

func answer(status int, kind, body string) *http.Response {
	h := http.Header{}
	if kind != "" {
		h.Set("Content-Type", kind)
	}
	return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(strings.NewReader(body))}
}
