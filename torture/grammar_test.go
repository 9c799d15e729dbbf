package torture

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"mime/multipart"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// grammar makes requests of the API document, most of them malformed somewhere: what the document says of paths,
// parameters and bodies is the grammar, and at every node something else may be put.
type grammar struct {
	rng        *rand.Rand
	operations []operation
	known      []string // ids and names of things that there are
	tokens     []string
}

type operation struct {
	method, path string
	*openapi3.Operation
}

// utterance is a request that a grammar made.
type utterance struct {
	method, target string
	header         map[string]string
	body           []byte
}

// endless are requests whose answers don't end, or that end the session that is sent with them.
var endless = []string{"GET /api/realtime", "POST /api/auth/logout", "DELETE /api/auth/sessions", "DELETE /api/auth/sessions/{id}"}

func newGrammar(t *testing.T, document []byte, rng *rand.Rand) *grammar {
	t.Helper()
	spec, err := openapi3.NewLoader().LoadFromData(document)
	if err != nil {
		t.Fatal(err)
	}
	g := &grammar{rng: rng}
	paths := spec.Paths.Map()
	for _, path := range slices.Sorted(maps.Keys(paths)) { // in order, so that a seed makes the same requests
		methods := paths[path].Operations()
		for _, method := range slices.Sorted(maps.Keys(methods)) {
			if !slices.Contains(endless, method+" "+path) {
				g.operations = append(g.operations, operation{method, path, methods[method]})
			}
		}
	}
	return g
}

// chance is true once in n times.
func (g *grammar) chance(n int) bool { return g.rng.IntN(n) == 0 }

func one[T any](g *grammar, of []T) T { return of[g.rng.IntN(len(of))] }

// say makes a request.
func (g *grammar) say() utterance {
	o := one(g, g.operations)
	u := utterance{method: o.method, header: map[string]string{}}
	path, query := o.path, url.Values{}
	for _, ref := range o.Parameters {
		p := ref.Value
		switch p.In {
		case openapi3.ParameterInPath:
			path = strings.ReplaceAll(path, "{"+p.Name+"}", url.PathEscape(g.text(p.Schema)))
		case openapi3.ParameterInQuery:
			if g.chance(2) {
				query.Add(p.Name, g.text(p.Schema))
			}
		case openapi3.ParameterInHeader:
			if !g.chance(4) {
				u.header[p.Name] = printable(g.text(p.Schema))
			}
		}
	}
	if g.chance(8) {
		query.Add(one(g, []string{"filter", "sort", "expand", "fields", "page", "perPage", "page_size", "cursor", "q", "search", "$x", ""}), g.anything())
	}
	u.target = path
	if len(query) > 0 {
		u.target += "?" + query.Encode()
	}
	if g.chance(30) {
		u.target = g.bend(u.target)
	}
	g.headers(&u)
	if o.RequestBody != nil && !g.chance(15) {
		g.content(&u, o.RequestBody.Value)
	}
	if g.chance(40) {
		u.method = one(g, []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW"})
	}
	return u
}

func (g *grammar) headers(u *utterance) {
	switch g.rng.IntN(8) {
	case 0: // nobody
	case 1:
		u.header["Authorization"] = "Bearer " + printable(g.anything())
	case 2:
		u.header["Authorization"] = printable(g.bend(one(g, g.tokens)))
	default:
		u.header["Authorization"] = "Bearer " + one(g, g.tokens)
	}
	for name, values := range map[string][]string{
		"Range":             {"bytes=0-", "bytes=-1", "bytes=5-2", "bytes=0-0,1-1,2-2", "bytes=99999999999999999999-", "lines=1", "bytes=" + strings.Repeat("0-1,", 2000)},
		"If-None-Match":     {"*", `"x"`, `W/"`, strings.Repeat(`"a",`, 500)},
		"If-Modified-Since": {"yesterday", "Mon, 02 Jan 2006 15:04:05 GMT"},
		"Accept-Language":   {"ko", "en;q=2", "*;q=", strings.Repeat("ko,", 3000)},
		"Accept-Encoding":   {"gzip", "gzip;q=0, *;q=0", "br;q=x"},
		"X-Forwarded-For":   {"::1", "not an address", strings.Repeat("1.2.3.4, ", 1000)},
		"Cookie":            {"session=x", "madang=a.b; madang=c.d", "=;=;", strings.Repeat("a=b; ", 800)},
		"Origin":            {"null", "https://evil.example", "\x80"},
	} {
		if g.chance(12) {
			u.header[name] = printable(one(g, values))
		}
	}
}

// content makes a body of one of the types that may be sent, or another.
func (g *grammar) content(u *utterance, body *openapi3.RequestBody) {
	types := slices.Sorted(maps.Keys(body.Content))
	kind := one(g, types)
	schema := body.Content[kind].Schema
	u.header["Content-Type"] = kind
	value := g.value(schema, 0)
	switch {
	case strings.HasPrefix(kind, "multipart/"):
		u.body, u.header["Content-Type"] = g.form(value)
	case strings.HasPrefix(kind, "application/x-www-form-urlencoded"):
		form := url.Values{}
		if fields, ok := value.(map[string]any); ok {
			for name, v := range fields {
				form.Add(name, fmt.Sprint(v))
			}
		}
		u.body = []byte(form.Encode())
	case strings.HasPrefix(kind, "application/json"):
		u.body, _ = json.Marshal(value) // what can't be one is an empty body
	default:
		u.body = []byte(g.anything())
	}
	if g.chance(5) {
		u.body = []byte(g.bend(string(u.body)))
	}
	if g.chance(20) {
		u.header["Content-Type"] = one(g, []string{"", "application/json", "text/plain", "multipart/form-data", "multipart/form-data; boundary=x", "application/json; charset=utf-16", "x/y;;="})
	}
}

// form is a form of fields, with files among them.
func (g *grammar) form(value any) (body []byte, kind string) {
	var out bytes.Buffer
	w := multipart.NewWriter(&out)
	fields, _ := value.(map[string]any)
	for name, v := range fields {
		if !g.chance(3) {
			_ = w.WriteField(name, fmt.Sprint(v)) // to memory
			continue
		}
		file, err := w.CreateFormFile(name, one(g, []string{"a.png", "b.wav", "c.mp4", "../../d.jpg", "", "e.svg", strings.Repeat("f", 400) + ".png"}))
		if err == nil {
			_, _ = file.Write(g.file()) // to memory
		}
	}
	_ = w.Close() // to memory
	return out.Bytes(), w.FormDataContentType()
}

// file is one that is what it should be, almost that, or noise.
func (g *grammar) file() []byte {
	content := noise(g.rng, g.rng.IntN(3000))
	if g.chance(2) {
		content, _ = dots(g.rng) // to memory
	}
	if g.chance(2) {
		return []byte(g.bend(string(content)))
	}
	return content
}

// value makes a value of a schema; at every node another may be put.
func (g *grammar) value(ref *openapi3.SchemaRef, depth int) any {
	if ref == nil || ref.Value == nil || depth > 6 || g.chance(10) {
		return g.bad()
	}
	s := ref.Value
	switch {
	case len(s.OneOf) > 0:
		return g.value(one(g, s.OneOf), depth+1)
	case len(s.AllOf) > 0:
		return g.value(one(g, s.AllOf), depth+1)
	case len(s.Enum) > 0:
		return one(g, s.Enum)
	case s.Type.Is("object"):
		fields := map[string]any{}
		for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
			if !g.chance(4) {
				fields[name] = g.value(s.Properties[name], depth+1)
			}
		}
		if g.chance(10) {
			fields[g.anything()] = g.bad()
		}
		return fields
	case s.Type.Is("array"):
		list := []any{}
		for range one(g, []int{0, 1, 2, 3, 12, 200}) {
			list = append(list, g.value(s.Items, depth+1))
		}
		return list
	case s.Type.Is("integer"), s.Type.Is("number"):
		return one(g, []any{0, 1, -1, 20, 101, 1 << 40, -1 << 62, 0.5})
	case s.Type.Is("boolean"):
		return g.chance(2)
	}
	return g.word()
}

// text is a value as a parameter has it.
func (g *grammar) text(ref *openapi3.SchemaRef) string {
	if g.chance(3) {
		return one(g, g.known)
	}
	switch v := g.value(ref, 5).(type) {
	case string:
		return v
	default:
		return fmt.Sprint(v)
	}
}

// word is a text that might be meant.
func (g *grammar) word() string {
	return one(g, append([]string{"고양이", "a", "xx", "ada@example.com", "2026-11-29T00:00:00Z", "public", "published", "-created_at", "Correct-Horse-9", "0", ""}, g.known...))
}

// bad is a value that nobody means.
func (g *grammar) bad() any {
	return one(g, []any{
		nil, true, -1, 1e308, json.Number("1e400"), json.Number(strings.Repeat("9", 400)), []any{}, []any{[]any{[]any{"x"}}}, map[string]any{"a": map[string]any{"a": nil}},
		g.anything(), strings.Repeat("가", 20_000), json.RawMessage(strings.Repeat("[", 3000) + strings.Repeat("]", 3000)),
	})
}

// anything is a text that nobody means.
func (g *grammar) anything() string {
	return one(g, []string{
		"\x00", "a\x00b", "\xff\xfe", "\xed\xa0\x80", "../../etc/passwd", "..%2f..%2f", "' OR 1=1 --", `"; DROP TABLE posts`, "%", "%s%n", "{{.}}", "@", "@request.auth.id", "🐈‍⬛", "\u202eevil", "é́́́",
		"id ?= 'x' && (author.posts_via_author.id != '' || 1=1)", "((((((((((a='b'", "id ~ '" + strings.Repeat("%", 500) + "'", `"exact phrase`, "-a -b OR OR tag: author:@ before:9999-99-99", "title:*", strings.Repeat("a OR ", 800), strings.Repeat("(", 2000),
		"-9223372036854775808", "18446744073709551616", "1e9", "NaN", "0x10", strings.Repeat("9", 100), strings.Repeat("x", 9000), "a,b,,c", "*", "-*,+*", "?", "#", "/", "//", ".", "..", " ", "\t", "\r\nX-Injected: 1",
	})
}

// bend changes a text somewhere: cut, doubled, a byte changed.
func (g *grammar) bend(s string) string {
	if s == "" {
		return g.anything()
	}
	at := g.rng.IntN(len(s))
	switch g.rng.IntN(4) {
	case 0:
		return s[:at]
	case 1:
		return s[:at] + s[at/2:]
	case 2:
		return s[:at] + g.anything() + s[at:]
	}
	return s[:at] + string([]byte{byte(g.rng.Uint32())}) + s[at+1:]
}

// printable is what may stand in a header, as Go's client sees it.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return '.'
		}
		return r
	}, s)
}
