package hooks_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
)

// probes are what somebody may try to learn of texts they may not read: their words, in part, mistyped, in the other
// layout, among others, by fields.
var probes = []string{
	"quagsire", "quagsir", "quagsier", "비밀정원", "비밀정언", "정원", "원", "qlalfwjddnjs", `"비밀정원 산책"`, "산책 비밀정원", "고양이 산책 비밀정원", "고양이 -비밀정원",
	"고양이 산책", "tag:비밀정원", "author:ada 산책", "산책 has:image", "산책 after:2020-01-01", "비밀정원에서 고양이와 산책하는 방법", "ㅂㅁㅈㅇ", "비밀ㅈ", "quag",
}

// counted is a number on people that the contract makes of all their published posts, whoever may see them.
var counted = regexp.MustCompile(`"posts_count": \d+`)

// searchAnswers are all answers of everything that searches.
func searchAnswers(t *testing.T, w *world, who string) map[string]string {
	t.Helper()
	answers := map[string]string{}
	ask := func(path string) {
		a := w.ask(t, who, "GET "+path, nil).is(http.StatusOK)
		said := a.Body.String()
		if a.json != nil { // objects come in any order
			ordered, err := json.MarshalIndent(a.json, "", " ")
			if err != nil {
				t.Fatal(err)
			}
			said = string(ordered)
		}
		if strings.Contains(path, "type=users") {
			said = counted.ReplaceAllString(said, "")
		}
		answers[path] = said
	}
	for _, query := range probes {
		q := url.QueryEscape(query)
		for _, kind := range []string{"posts", "users", "tags", "comments", "media"} {
			ask("/api/search?page_size=5&type=" + kind + "&q=" + q)
		}
		ask("/api/search/suggest?q=" + q)
		ask("/api/posts?page_size=100&search=" + q)
		ask("/search?q=" + q)
	}
	for _, filter := range []string{"title~'정원'", "content~'quagsire'", "tags~'정원'"} {
		ask("/api/collections/posts/records?filter=" + url.QueryEscape(filter))
	}
	ask("/api/collections/tags/records?filter=" + url.QueryEscape("name~'정원'"))
	ask("/api/collections/comments/records?filter=" + url.QueryEscape("content~'정원'"))
	ask("/api/collections/media/records?filter=" + url.QueryEscape("alt_text~'정원'"))
	return answers
}

// unchanged fails the test for every answer that isn't what it was, and shows where that begins.
func unchanged(t *testing.T, who string, before, after map[string]string) {
	t.Helper()
	for path, was := range before {
		is := after[path]
		if was == is {
			continue
		}
		at := 0
		for at < min(len(was), len(is)) && was[at] == is[at] {
			at++
		}
		from := max(0, at-300)
		t.Errorf("%q learns something from %s:\n%.600s\nnow\n%.600s", who, path, was[from:], is[from:])
	}
}

// What somebody may not read makes no difference to any answer: neither to hits, totals, facets, scores and marks, nor to
// suggestions and what was meant.
func TestSearchTellsNothingOfWhatOneMayNotRead(t *testing.T) {
	w := newWorld(t)
	later := time.Now().Add(time.Hour) // scores fade with time
	w.Deps.Show.Now = func() time.Time { return later }
	for _, who := range []string{"ada", "bob", "minji"} {
		w.apart(t, kai, who)
	}
	seen := func(who string, fields map[string]any) string {
		image := w.upload(t, who)
		w.ask(t, who, "PATCH /api/media/"+image, map[string]any{"alt_text": "고양이와 산책"}).is(http.StatusOK)
		fields["media"] = []string{image}
		id := w.write(t, who, fields)
		w.comment(t, who, id, "고양이 산책 좋아요")
		return id
	}
	open := seen("ada", map[string]any{"title": "고양이 산책", "content": "공원과 정원을 걸었다", "tags": []string{"산책", "정원"}})
	seen("bob", map[string]any{"title": "A walk in the quagmire", "content": "고양이는 집에 있었다", "tags": []string{"walks"}})
	w.sync(t)
	strangers, members := searchAnswers(t, w, stranger), searchAnswers(t, w, kai)

	secret := func(who string, more map[string]any) string {
		fields := map[string]any{"title": "비밀정원 산책", "content": "Quagsire와 고양이가 정원에서 산책", "tags": []string{"비밀정원", "산책"}}
		for k, v := range more {
			fields[k] = v
		}
		image := w.upload(t, who)
		w.ask(t, who, "PATCH /api/media/"+image, map[string]any{"alt_text": "비밀정원의 고양이 quagsire"}).is(http.StatusOK)
		fields["media"] = []string{image}
		id := w.write(t, who, fields)
		if fields["status"] == nil {
			w.comment(t, who, id, "비밀정원 산책 quagsire")
		}
		return id
	}
	for range 3 {
		secret("ada", map[string]any{"visibility": "private"})
		secret("bob", map[string]any{"visibility": "followers"})
	}
	secret("ada", map[string]any{"status": "draft"})
	secret("ada", map[string]any{"status": "scheduled", "publish_at": later.Add(time.Hour).UTC().Format(time.RFC3339)})
	w.change(t, "posts", secret("minji", nil), map[string]any{"is_hidden": true})
	w.change(t, "comments", w.comment(t, "minji", open, "비밀정원 quagsire 산책"), map[string]any{"is_hidden": true})
	alone := w.upload(t, "ada")
	w.ask(t, "ada", "PATCH /api/media/"+alone, map[string]any{"alt_text": "비밀정원 산책 quagsire"}).is(http.StatusOK)
	for _, who := range []string{"ada", "bob", "minji"} {
		w.ask(t, who, "GET /api/search?q="+url.QueryEscape("비밀정원 quagsire"), nil).is(http.StatusOK)
	}
	w.sync(t)
	equal(t, "what the author finds", w.ask(t, "ada", "GET /api/search?q=quagsire", nil).num("count") > 0, true)
	unchanged(t, stranger, strangers, searchAnswers(t, w, stranger))
	unchanged(t, kai, members, searchAnswers(t, w, kai))
}

// To who is blocked by somebody, or has muted them, what those write makes no difference either, though everybody else
// may read it: not even to scores, which count how rare words are.
func TestSearchTellsNothingOfWhomOneIsBlockedBy(t *testing.T) {
	w := newWorld(t)
	later := time.Now().Add(time.Hour)
	w.Deps.Show.Now = func() time.Time { return later }
	for _, who := range []string{"ada", "bob", "minji"} {
		w.apart(t, kai, who)
	}
	w.write(t, "ada", map[string]any{"title": "고양이 산책", "content": "공원과 정원을 걸었다", "tags": []string{"산책", "정원"}})
	w.ask(t, "bob", "POST /api/users/@kai/block", nil).is(http.StatusCreated)
	w.sync(t)
	members := searchAnswers(t, w, kai)
	image := w.upload(t, "bob")
	w.ask(t, "bob", "PATCH /api/media/"+image, map[string]any{"alt_text": "비밀정원의 고양이 quagsire"}).is(http.StatusOK)
	id := w.write(t, "bob", map[string]any{"title": "비밀정원 산책", "content": "Quagsire와 고양이가 정원에서 산책", "media": []string{image}})
	w.comment(t, "bob", id, "비밀정원 산책 quagsire")
	w.comment(t, "minji", id, "비밀정원 산책 quagsire")
	w.sync(t)
	equal(t, "what strangers find", w.ask(t, stranger, "GET /api/search?q=quagsire", nil).num("count"), 1)
	unchanged(t, kai, members, searchAnswers(t, w, kai))
}
