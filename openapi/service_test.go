package openapi_test

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/pocketbase/pocketbase/core"

	"madang/testapp"
)

// fetch asks with headers given as "Name: value".
func fetch(app *testapp.App, path string, headers ...string) *testapp.Answer {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	return app.Send(r)
}

// fetchPacked asks for a coding; testapp would read the answer as JSON.
func fetchPacked(app *testapp.App, path, coding string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Header.Set("Accept-Encoding", coding)
	answer := httptest.NewRecorder()
	app.Handler.ServeHTTP(answer, r)
	return answer
}

func TestDocumentFollowsTheCollections(t *testing.T) {
	app := testapp.Empty(t)
	before := fetch(app, "/api/schema").Want(200)
	tag := "If-None-Match: " + before.Header().Get("ETag")
	if same := fetch(app, "/api/schema", tag).Want(304); same.Body.Len() > 0 {
		t.Error("a 304 has a body")
	}
	fetch(app, "/api/schema/", tag).Want(304)

	c := core.NewBaseCollection("recipes")
	c.Fields.Add(&core.TextField{Name: "dish", Required: true, Min: 2, Max: 40}, &core.TextField{Name: "trick", Hidden: true})
	if err := app.Save(c); err != nil {
		t.Fatal(err)
	}
	after := fetch(app, "/api/schema", tag).Want(200).Body.String()
	for _, part := range []string{`"/api/collections/recipes/records/{id}"`, `"dish":{"type":"string","minLength":2,"maxLength":40}`, `Superusers only`} {
		if !strings.Contains(after, part) {
			t.Errorf("no %s", part)
		}
	}
	if strings.Contains(after, `"trick"`) {
		t.Error("a hidden field is shown")
	}
	if err := app.Delete(c); err != nil {
		t.Fatal(err)
	}
	if gone := fetch(app, "/api/schema").Want(200).Body.String(); strings.Contains(gone, "recipes") {
		t.Error("a deleted collection is still there")
	}
}

func TestLanguageOfTheDocument(t *testing.T) {
	app := testapp.Empty(t)
	for _, c := range []struct{ query, header, want string }{
		{"", "", `"summary":"Join"`}, {"", "ko-KR,ko;q=0.9,en;q=0.5", `"summary":"가입"`}, {"", "fr", `"summary":"Join"`},
		{"?lang=ko", "en", `"summary":"가입"`}, {"?lang=en", "ko", `"summary":"Join"`},
	} {
		answer := fetch(app, "/api/schema"+c.query, "Accept-Language: "+c.header).Want(200)
		if !strings.Contains(answer.Body.String(), c.want) {
			t.Errorf("%s, %q: no %s", c.query, c.header, c.want)
		}
		if !strings.Contains(strings.Join(answer.Header().Values("Vary"), ","), "Accept-Language") {
			t.Error("no Vary: Accept-Language")
		}
	}
	fetch(app, "/api/schema?lang=tlh").Want(400).WantCode("lang", "validation_in_invalid")
	fetch(app, "/api/schema?format=xml").Want(400).WantCode("format", "validation_in_invalid")
	fetch(app, "/api/schema/redoc?lang=tlh").Want(400).WantCode("lang", "validation_in_invalid")
}

func TestFormatsOfTheDocument(t *testing.T) {
	app := testapp.Empty(t)
	plain := fetch(app, "/api/schema").Want(200)
	if kind := plain.Header().Get("Content-Type"); kind != "application/json" {
		t.Errorf("type %q", kind)
	}
	packed := fetchPacked(app, "/api/schema", "br, gzip")
	if packed.Header().Get("Content-Encoding") != "gzip" || packed.Header().Get("ETag") == plain.Header().Get("ETag") {
		t.Errorf("headers of the packed document: %v", packed.Header())
	}
	if unpacked := gunzip(t, packed.Body.Bytes()); !bytes.Equal(unpacked, plain.Body.Bytes()) {
		t.Error("the packed document is another")
	}
	if refused := fetch(app, "/api/schema", "Accept-Encoding: gzip;q=0"); refused.Header().Get("Content-Encoding") != "" {
		t.Error("packed for a client that can't read it")
	}
	yaml := fetch(app, "/api/schema?format=yaml").Want(200)
	if kind := yaml.Header().Get("Content-Type"); kind != "application/yaml" || !strings.HasPrefix(yaml.Body.String(), "openapi: \"3.1.1\"\ninfo:\n  title:") {
		t.Errorf("type %q: %.80s", kind, yaml.Body)
	}
}

func gunzip(t *testing.T, packed []byte) []byte {
	t.Helper()
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	out, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

var linked = regexp.MustCompile(`(?:src|href)="(/api/schema[^"]*)"|from "\./([^"]*)"`)

func TestPagesNeedNothingElse(t *testing.T) {
	app := testapp.Empty(t)
	for _, path := range []string{"/api/schema/swagger-ui", "/api/schema/swagger-ui/", "/api/schema/redoc", "/api/schema/redoc/?lang=ko"} {
		page := fetch(app, path).Want(200)
		policy := page.Header().Get("Content-Security-Policy")
		if !strings.Contains(policy, "default-src 'none'; script-src 'self';") || strings.Contains(policy, "http") {
			t.Errorf("%s: policy %q", path, policy)
		}
		text := page.Body.String()
		if strings.Contains(text, "<script>") || strings.Contains(text, "://") || strings.Contains(text, "onload") {
			t.Errorf("%s: an inline script or something from elsewhere: %s", path, text)
		}
		links := linked.FindAllStringSubmatch(text, -1)
		links = append(links, linked.FindAllStringSubmatch(fetch(app, "/api/schema/assets/redoc.js").Want(200).Body.String(), -1)...)
		if len(links) < 6 {
			t.Errorf("%s: %d links", path, len(links))
		}
		for _, link := range links {
			url := strings.ReplaceAll(link[1], "&amp;", "&")
			if link[2] != "" {
				url = "/api/schema/assets/" + link[2]
			}
			if answer := fetch(app, url).Want(200); strings.HasSuffix(url, ".js") && !strings.HasPrefix(answer.Header().Get("Content-Type"), "text/javascript") {
				t.Errorf("%s is %s", url, answer.Header().Get("Content-Type"))
			}
		}
	}
	if fetch(app, "/api/schema/").Header().Get("Content-Security-Policy") == fetch(app, "/api/schema/redoc").Header().Get("Content-Security-Policy") {
		t.Error("the pages' policy is on other answers too")
	}
}

// The programs of others are as published: the list says their sums.
func TestThirdPartyIsUnchanged(t *testing.T) {
	app := testapp.Empty(t)
	list, err := os.ReadFile("third_party/README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{"swagger-ui-5.35.0/swagger-ui-bundle.js", "swagger-ui-5.35.0/swagger-ui.css", "redoc-3.0.1/redoc.standalone.js"} {
		plain := fetch(app, "/api/schema/assets/"+file).Want(200)
		sum := sha256.Sum256(plain.Body.Bytes())
		if !strings.Contains(string(list), hex.EncodeToString(sum[:])) {
			t.Errorf("%s is not the file that the list names", file)
		}
		packed := fetchPacked(app, "/api/schema/assets/"+file, "gzip")
		if packed.Header().Get("Content-Encoding") != "gzip" || !strings.Contains(packed.Header().Get("Cache-Control"), "immutable") {
			t.Errorf("%s: headers %v", file, packed.Header())
		}
		if !bytes.Equal(gunzip(t, packed.Body.Bytes()), plain.Body.Bytes()) {
			t.Errorf("%s: packed it is another", file)
		}
		fetch(app, "/api/schema/assets/"+file, "If-None-Match: "+plain.Header().Get("ETag")).Want(304)
	}
	for _, nothing := range []string{"", "redoc.html", "../service.go", "third_party/README.md", "redoc-3.0.1", "redoc-3.0.1/redoc.standalone.js.gz", "pages.css.gz"} {
		if code := fetch(app, "/api/schema/assets/"+nothing).Code; code != 404 && code != 301 && code != 307 {
			t.Errorf("%q: status %d", nothing, code)
		}
	}
}
