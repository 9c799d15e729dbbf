package hooks_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/testapp"
)

// root is who asks with the token of a superuser of the dashboard; a stranger is "".
const (
	root     = "superuser"
	stranger = ""
	kai      = "kai" // a member whom some of the tests block
)

// world is the app as its clients meet it. Whatever it answers is held to the conventions
// of the contract: see [world.send].
type world struct {
	*testapp.App
	slash  bool // ask every route of ours with a trailing slash
	root   string
	mu     sync.Mutex
	tokens map[string]string
}

func newWorld(t *testing.T) *world {
	t.Helper()
	return &world{App: testapp.New(t), tokens: map[string]string{}}
}

// token is an access token of a person of the community, in a session that was opened without
// asking for the password: bcrypt is slow, and most tests are about something else.
func (w *world) token(t testing.TB, who string) string {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.tokens[who] != "" {
		return w.tokens[who]
	}
	session := w.make(t, collections.Sessions, map[string]any{
		"user": testapp.ID(who), "token_key_hash": "of no use", "last_used_at": time.Now(), "expires_at": time.Now().Add(time.Hour),
	})
	token, err := w.Deps.Accounts.MintAccess(w.record(t, collections.Users, testapp.ID(who)), session)
	if err != nil {
		t.Fatal(err)
	}
	w.tokens[who] = token
	return token
}

// both tells a story twice, to routes without and with their trailing slash.
func both(t *testing.T, story func(t *testing.T, w *world)) {
	t.Helper()
	for _, slash := range []bool{false, true} {
		name := "without slash"
		if slash {
			name = "with slash"
		}
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.slash = slash
			story(t, w)
		})
	}
}

// raw is a body sent as it is.
type raw struct{ kind, content string }

// parts is a multipart body: fields and, where the value is a file, files.
type parts map[string]any

type file struct {
	name    string
	content []byte
}

// ask sends a request such as "POST /api/posts" as who: a username, stranger, root, or
// "token:" and an access token. The body is nil, a raw, a url.Values (form), parts
// (multipart), or anything else as JSON.
func (w *world) ask(t testing.TB, who, what string, body any) *reply {
	t.Helper()
	r := w.request(t, what, body)
	w.sign(t, r, who)
	return w.send(t, r)
}

func (w *world) request(t testing.TB, what string, body any) *http.Request {
	t.Helper()
	method, target, _ := strings.Cut(what, " ")
	if path, query, has := strings.Cut(target, "?"); w.slash && !native.MatchString(path) {
		target = path + "/"
		if has {
			target += "?" + query
		}
	}
	content, kind := encode(t, body)
	r := httptest.NewRequest(method, target, bytes.NewReader(content))
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	return r
}

// native are PocketBase's own routes, which know no trailing slash.
var native = regexp.MustCompile(`^/api/(collections|files|batch|realtime|health)\b`)

func encode(t testing.TB, body any) (content []byte, kind string) {
	t.Helper()
	switch b := body.(type) {
	case nil:
		return nil, ""
	case raw:
		return []byte(b.content), b.kind
	case url.Values:
		return []byte(b.Encode()), "application/x-www-form-urlencoded"
	case parts:
		return encodeParts(t, b)
	}
	content, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	return content, "application/json"
}

func encodeParts(t testing.TB, p parts) ([]byte, string) {
	t.Helper()
	var out bytes.Buffer
	m := multipart.NewWriter(&out)
	for name, value := range p {
		var err error
		switch v := value.(type) {
		case file:
			part, createErr := m.CreateFormFile(name, v.name)
			if createErr != nil {
				t.Fatal(createErr)
			}
			_, err = part.Write(v.content)
		case []string:
			for _, one := range v {
				if err = m.WriteField(name, one); err != nil {
					break
				}
			}
		default:
			err = m.WriteField(name, fmt.Sprint(v))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes(), m.FormDataContentType()
}

func (w *world) sign(t testing.TB, r *http.Request, who string) {
	t.Helper()
	token, given := strings.CutPrefix(who, "token:")
	switch {
	case who == stranger:
		return
	case given:
	case who == root:
		if w.root == "" {
			w.root = w.Superuser()
		}
		token = w.root
	default:
		token = w.token(t, who)
	}
	r.Header.Set("Authorization", "Bearer "+token)
}

// leaks are words that only the inside of the program says.
var leaks = regexp.MustCompile(`(?i)sqlite|sql:|constraint failed|no such (table|column)|failed query|select .* from|\.go:\d|goroutine|panic|runtime error|json:|jsontext|strconv|unmarshal|invalid syntax|no rows|pb_data|/tmp/|/work/|/root/|interface \{|reflect|multipart:|http: |unexpected EOF|madang/|github\.com`)

// send sends a request and holds the answer to the conventions: no 5xx, no redirect, an error
// has the documented shape and says nothing of the inside.
func (w *world) send(t testing.TB, r *http.Request) *reply {
	t.Helper()
	a := &reply{ResponseRecorder: httptest.NewRecorder(), t: t, what: shorten(r.Method + " " + r.URL.String())}
	w.Handler.ServeHTTP(a.ResponseRecorder, r)
	if strings.HasPrefix(a.Header().Get("Content-Type"), "application/json") && a.Body.Len() > 0 {
		if err := json.Unmarshal(a.Body.Bytes(), &a.json); err != nil {
			t.Fatalf("%s: not JSON (%v): %s", a.what, err, a.said())
		}
	}
	switch {
	case a.Code >= 500:
		t.Errorf("%s: status %d: %s", a.what, a.Code, a.said())
	case a.Code >= 300 && a.Code < 400 && a.Code != http.StatusNotModified:
		t.Errorf("%s: a redirect (%d) to %q", a.what, a.Code, a.Header().Get("Location"))
	case a.Code >= 400 && r.Method != http.MethodHead:
		a.isError()
	}
	return a
}

func shorten(s string) string {
	if len(s) > 300 {
		return s[:300] + "…"
	}
	return s
}

// reply is an answer.
type reply struct {
	*httptest.ResponseRecorder
	json any
	t    testing.TB
	what string
}

func (a *reply) said() string { return shorten(a.Body.String()) }

// isError holds an error to its shape.
func (a *reply) isError() {
	a.t.Helper()
	m, _ := a.json.(map[string]any)
	message, _ := m["message"].(string)
	_, hasData := m["data"].(map[string]any)
	if len(m) != 3 || m["status"] != float64(a.Code) || message == "" || !hasData {
		a.t.Errorf("%s: status %d without the shape of an error: %s", a.what, a.Code, a.said())
	}
	if found := leaks.FindString(a.Body.String()); found != "" {
		a.t.Errorf("%s: the error says %q: %s", a.what, found, a.said())
	}
}

// is ends the test unless the status is one of those.
func (a *reply) is(statuses ...int) *reply {
	a.t.Helper()
	if !slices.Contains(statuses, a.Code) {
		a.t.Fatalf("%s: status %d, want %v: %s", a.what, a.Code, statuses, a.said())
	}
	return a
}

// refuses is 400 with that code beside that field.
func (a *reply) refuses(field, code string) *reply {
	a.t.Helper()
	if a.Code != http.StatusBadRequest || a.text("data", field, "code") != code {
		a.t.Errorf("%s: status %d, want 400 with %s beside %s: %s", a.what, a.Code, code, field, a.said())
	}
	return a
}

// names is 400 with anything beside that field.
func (a *reply) names(field string) *reply {
	a.t.Helper()
	if a.Code != http.StatusBadRequest || a.text("data", field, "code") == "" {
		a.t.Errorf("%s: status %d, want 400 that names %s: %s", a.what, a.Code, field, a.said())
	}
	return a
}

// at is the value at a path of keys; nil when there is none.
func (a *reply) at(path ...string) any {
	at := a.json
	for _, key := range path {
		m, _ := at.(map[string]any)
		at = m[key]
	}
	return at
}

func (a *reply) text(path ...string) string { s, _ := a.at(path...).(string); return s }
func (a *reply) num(path ...string) int     { f, _ := a.at(path...).(float64); return int(f) }
func (a *reply) yes(path ...string) bool    { b, _ := a.at(path...).(bool); return b }
func (a *reply) id() string                 { return a.text("id") }

// rows are the rows of a list: ours ("results") or PocketBase's ("items").
func (a *reply) rows() []map[string]any {
	a.t.Helper()
	list, ok := a.at("results").([]any)
	if !ok {
		if list, ok = a.at("items").([]any); !ok {
			a.t.Fatalf("%s: status %d, not a list: %s", a.what, a.Code, a.said())
		}
	}
	rows := make([]map[string]any, len(list))
	for i, r := range list {
		rows[i], _ = r.(map[string]any)
	}
	return rows
}

// each is what the rows have under a key.
func (a *reply) each(key string) []string {
	a.t.Helper()
	values := []string{}
	for _, r := range a.rows() {
		values = append(values, fmt.Sprint(r[key]))
	}
	return values
}

func (a *reply) ids() []string { a.t.Helper(); return a.each("id") }

// same fails the test unless the two hold the same, in any order.
func same(t testing.TB, what string, got, want []string) {
	t.Helper()
	g, w := slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want))
	if !slices.Equal(g, w) {
		t.Errorf("%s: got %v, want %v", what, g, w)
	}
}

// equal fails the test unless got is want.
func equal[T comparable](t testing.TB, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// write makes a post by way of the API, with a title, a text and what fields say, and returns its id.
func (w *world) write(t testing.TB, who string, fields map[string]any) string {
	t.Helper()
	body := map[string]any{"title": "A title", "content": "A text."}
	for k, v := range fields {
		body[k] = v
	}
	return w.ask(t, who, "POST /api/posts", body).is(http.StatusCreated).id()
}

// upload sends a small picture and returns its id.
func (w *world) upload(t testing.TB, who string) string {
	t.Helper()
	return w.ask(t, who, "POST /api/media", parts{"file": file{"picture.png", picture(t)}}).is(http.StatusCreated).id()
}

// picture is a small PNG.
func picture(t testing.TB) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 40, 30))
	for x := range 40 {
		img.Set(x, x%30, color.RGBA{uint8(x * 6), 120, 40, 255})
	}
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// make saves a record as the program itself would, for what no client can do.
func (w *world) make(t testing.TB, collection string, data map[string]any) string {
	t.Helper()
	r, err := collections.New(w.App, collection)
	if err != nil {
		t.Fatal(err)
	}
	r.Load(data)
	if err := w.Save(r); err != nil {
		t.Fatalf("make a row of %s: %v", collection, err)
	}
	return r.Id
}

// change saves fields of a record as the program itself would.
func (w *world) change(t testing.TB, collection, id string, data map[string]any) {
	t.Helper()
	r := w.record(t, collection, id)
	r.Load(data)
	if err := w.Save(r); err != nil {
		t.Fatalf("change %s/%s: %v", collection, id, err)
	}
}

func (w *world) record(t testing.TB, collection, id string) *core.Record {
	t.Helper()
	r, err := w.FindRecordById(collection, id)
	if err != nil {
		t.Fatalf("find %s/%s: %v", collection, id, err)
	}
	return r
}

// count is how many rows a query gives, {:p0}… being its parameters.
func (w *world) count(t testing.TB, sql string, params ...any) (n int) {
	t.Helper()
	named := map[string]any{}
	for i, p := range params {
		named[fmt.Sprintf("p%d", i)] = p
	}
	if err := w.DB().NewQuery(sql).Bind(named).Row(&n); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return n
}

// exact fails the test unless every counter is the count of its rows.
func (w *world) exact(t testing.TB) {
	t.Helper()
	drifts, err := collections.VerifyCounters(w.App, false)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range drifts {
		t.Errorf("%s of %s is %d, counted %d", d.What, d.ID, d.Stored, d.Counted)
	}
}

// sync waits until the index reflects what is committed.
func (w *world) sync(t *testing.T) {
	t.Helper()
	if err := w.Deps.Search.Sync(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// apart makes two people strangers to each other: no follows between them.
func (w *world) apart(t testing.TB, a, b string) {
	t.Helper()
	for _, p := range [][2]string{{a, b}, {b, a}} {
		w.ask(t, p[0], "DELETE /api/users/@"+p[1]+"/unfollow", nil).is(http.StatusOK)
	}
}

// patience is how long a test waits for what comes at once on a machine at rest.
const patience = time.Minute

// eventually waits until something that happens in the background has happened.
func eventually(t testing.TB, what string, done func() bool) {
	t.Helper()
	tick, late := time.NewTicker(5*time.Millisecond), time.After(patience)
	defer tick.Stop()
	for !done() {
		select {
		case <-tick.C:
		case <-late:
			t.Errorf("not within 10 s: %s", what)
			return
		}
	}
}
