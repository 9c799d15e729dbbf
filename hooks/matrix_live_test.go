package hooks_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"madang/collections"
)

// TestMatrixOfBatches: what the matrix refuses by itself it refuses in a batch, where an operator
// has turned that on, and the rest of the batch comes to nothing.
func TestMatrixOfBatches(t *testing.T) {
	s := newStage(t)
	s.Settings().Batch.Enabled, s.Settings().Batch.MaxRequests, s.Settings().Batch.Timeout = true, 50, 60
	for _, of := range s.shelves {
		for _, c := range cast {
			for _, request := range []struct {
				method, url, rule string
				body              map[string]any
			}{
				{"PATCH", "posts/records/" + of.post, "edits", map[string]any{"title": "taken over"}},
				{"DELETE", "comments/records/" + of.comment, "removes", nil},
				{"PATCH", "media/records/" + of.medium, "owner", map[string]any{"alt_text": "taken over"}},
				{"POST", "likes/records", "seeing", map[string]any{"post": of.post}},
				{"POST", "comments/records", "seeing", map[string]any{"post": of.post, "content": "x"}},
			} {
				if nativeIn(request.rule, c.who, of) || c.who == root {
					continue
				}
				requests := []any{map[string]any{"method": request.method, "url": "/api/collections/" + request.url, "body": request.body}}
				if c.who != stranger && c.who != "finn" { // something that would be let in by itself
					requests = append([]any{map[string]any{"method": "POST", "url": "/api/collections/posts/records", "body": map[string]any{"title": "Before it", "content": "x"}}}, requests...)
				}
				body, err := json.Marshal(map[string]any{"requests": requests})
				if err != nil {
					t.Fatal(err)
				}
				r := row{method: http.MethodPost, path: "/api/batch", body: string(body)}
				before := s.fingerprint(t, r)
				a := s.play(t, r, c.who, r.path)
				what := fmt.Sprintf("a batch with %s %s by %q (%s)", request.method, request.url, c.who, of.name())
				s.silent(t, c.who, what, a)
				if a.Code < 400 || a.Code >= 500 || s.fingerprint(t, r) != before {
					t.Errorf("%s: status %d: %s", what, a.Code, shorten(a.Body.String()))
				}
			}
		}
	}
	t.Logf("%d cells", s.cells)
	s.exact(t)
}

// TestMatrixOfStreams: everybody listens to everything, everything changes, and each hears of
// what they may see and of nothing else.
func TestMatrixOfStreams(t *testing.T) {
	s := newStage(t)
	server := httptest.NewServer(s.Handler)
	t.Cleanup(server.Close)
	topics := []string{"posts/*", "comments/*", "media/*", "likes/*", "users/*", "follows/*", "notifications/*", "reports/*", "sessions/*", "mails/*"}
	heard := map[string]*listener{}
	for _, c := range cast {
		token := ""
		if c.who != stranger {
			token = s.bearer(t, c.who)
		}
		heard[c.who] = listenAs(t, s.App, server.URL, token, topics...)
	}
	for _, of := range s.shelves {
		s.change(t, collections.Posts, of.post, map[string]any{"content_warning": "touched"})
		s.change(t, collections.Media, of.medium, map[string]any{"alt_text": of.canary + " touched"})
		s.change(t, collections.Comments, of.comment, map[string]any{"content": of.canary + " touched"})
	}
	s.write(t, "ruth", map[string]any{"title": "The last word"}) // whoever hears this has heard the rest
	cells := 0
	for _, c := range cast {
		var said strings.Builder
		for last := false; !last; {
			e := heard[c.who].next(t, "the last word")
			raw, err := json.Marshal(e.data)
			if err != nil {
				t.Fatal(err)
			}
			last = strings.Contains(string(raw), "The last word") && e.name == "posts/*"
			said.WriteString(e.name)
			said.Write(raw)
		}
		for _, of := range s.shelves {
			cells++
			switch hears := strings.Contains(said.String(), of.canary); {
			case hears && !maySee(c.who, of):
				t.Errorf("%s hears of what is %s", c.is, of.name())
			case !hears && maySee(c.who, of):
				t.Errorf("%s hears nothing of what is %s", c.is, of.name())
			}
		}
		if c.who != root && strings.Contains(said.String(), `"token_key_hash"`) {
			t.Errorf("%s hears of sessions", c.is)
		}
	}
	t.Logf("%d cells", cells)
}
