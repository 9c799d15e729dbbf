package ui_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"madang/testapp"
)

// browser is somebody at the site: it keeps cookies and follows no redirect by itself.
type browser struct {
	t       *testing.T
	app     *testapp.App
	lang    string
	cookies map[string]string
}

// visit opens a browser, signed in as who unless that is "".
func visit(t *testing.T, app *testapp.App, who string) *browser {
	t.Helper()
	b := &browser{t: t, app: app, lang: "en-US", cookies: map[string]string{}}
	if who != "" {
		b.post("/login", url.Values{"identity": {who}, "password": {testapp.Password}}).leadsTo("/")
	}
	return b
}

// view is a page as the browser got it.
type view struct {
	t *testing.T
	*http.Response
	html, path string
}

func (b *browser) get(path string) view {
	b.t.Helper()
	return b.send(httptest.NewRequest(http.MethodGet, path, nil))
}

func (b *browser) post(path string, form url.Values) view {
	b.t.Helper()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.send(r)
}

// upload posts a form with a file.
func (b *browser) upload(path string, form url.Values, field, name string, content []byte) view {
	b.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for key, values := range form {
		for _, v := range values {
			if err := w.WriteField(key, v); err != nil {
				b.t.Fatal(err)
			}
		}
	}
	part, err := w.CreateFormFile(field, name)
	if err == nil {
		_, err = part.Write(content)
	}
	if err != nil {
		b.t.Fatal(err)
	}
	w.Close()
	r := httptest.NewRequest(http.MethodPost, path, &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	return b.send(r)
}

func (b *browser) send(r *http.Request) view {
	b.t.Helper()
	r.Header.Set("Accept", "text/html,application/xhtml+xml")
	r.Header.Set("Accept-Language", b.lang)
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	w := httptest.NewRecorder()
	b.app.Handler.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		if b.cookies[c.Name] = c.Value; c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		}
	}
	return view{b.t, w.Result(), w.Body.String(), r.Method + " " + r.URL.String()}
}

// is fails unless the status is that one and all texts stand in the page.
func (v view) is(status int, texts ...string) view {
	v.t.Helper()
	if v.StatusCode != status {
		v.t.Fatalf("%s: status %d, want %d\n%s", v.path, v.StatusCode, status, v.html)
	}
	for _, text := range texts {
		if !strings.Contains(v.html, text) {
			v.t.Errorf("%s: %q is not on the page\n%s", v.path, text, main(v.html))
		}
	}
	return v
}

// not fails when one of the texts stands in the page.
func (v view) not(texts ...string) view {
	v.t.Helper()
	for _, text := range texts {
		if strings.Contains(v.html, text) {
			v.t.Errorf("%s: %q is on the page\n%s", v.path, text, main(v.html))
		}
	}
	return v
}

// leadsTo fails unless the page leads to a path that begins so, and returns it.
func (v view) leadsTo(path string) string {
	v.t.Helper()
	to := v.Header.Get("Location")
	if v.StatusCode < 300 || v.StatusCode > 399 || !strings.HasPrefix(to, path) {
		v.t.Fatalf("%s: status %d to %q, want %q\n%s", v.path, v.StatusCode, to, path, main(v.html))
	}
	return to
}

// pick is the first group of a pattern in the page.
func (v view) pick(pattern string) string {
	v.t.Helper()
	found := regexp.MustCompile(pattern).FindStringSubmatch(v.html)
	if found == nil {
		v.t.Fatalf("%s: no %s on the page\n%s", v.path, pattern, main(v.html))
	}
	return found[1]
}

// main is what a failing test shows of a page.
func main(html string) string {
	if _, after, ok := strings.Cut(html, "<main"); ok {
		html, _, _ = strings.Cut(after, "</main>")
	}
	return html
}

// write makes a post as who through the API and returns its id.
func write(t *testing.T, app *testapp.App, who string, fields map[string]any) string {
	t.Helper()
	body := map[string]any{"title": "A title", "content": "Some words."}
	for k, v := range fields {
		body[k] = v
	}
	return app.POST(who, "/api/posts", body).Want(http.StatusCreated).String("id")
}

// dot is the smallest GIF.
var dot = []byte("GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x01D\x00;")
