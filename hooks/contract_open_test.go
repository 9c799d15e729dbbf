package hooks_test

import (
	"fmt"
	"testing"
	"time"

	"madang/collections"
	"madang/testapp"
)

// What the contract promises and the program doesn't keep yet. A test that passes moves to its section.

// A moderator may change a published post of another's. One who takes it back to a draft sees it
// no more; the answer must not say that nothing happened.
func TestContractOpenModeratorUnpublishes(t *testing.T) {
	w := newWorld(t)
	id := w.write(t, "ada", nil)
	a := w.ask(t, "sora", "PATCH /api/posts/"+id, map[string]any{"status": "draft"})
	changed := w.record(t, collections.Posts, id).GetString("status") == "draft"
	if changed != (a.Code == 200) {
		t.Errorf("status %d, and the post changed: %v", a.Code, changed)
	}
}

func TestContractOpenTrendingHot(t *testing.T) {
	w := newWorld(t)
	old, fresh := w.write(t, "ada", nil), w.write(t, "ada", nil)
	for i, p := range []string{"bob", "minji", "junho", "sora", "grace", "theo", "yuna", "haneul", "priya", "dohyun", "mateo", "seoyeon", "ines", "jiwoo", "oliver", "eunbi", "nadia", "taeyang", "finn", "hyerin", "amara", "siwoo", "lena", "daeun", "kofi", "jaemin", "ruth", "areum", "kai"} {
		w.make(t, collections.Likes, map[string]any{"user": testapp.ID(p), "post": old})
		if i > 0 {
			w.make(t, collections.Likes, map[string]any{"user": testapp.ID(p), "post": fresh})
		}
	}
	w.age(t, collections.Posts, old, 20*24*time.Hour)
	a := w.ask(t, stranger, "GET /api/analytics/trending?period=30d&sort=hot", nil).is(200).some(pageOf(postShape))
	equal(t, "first", fmt.Sprint(a.ids()[:1]), fmt.Sprint([]string{fresh}))
	w.ask(t, stranger, "GET /api/analytics/trending?sort=cold", nil).names("sort")
}

// Broken JSON is 400; what stands behind the first value breaks it.
func TestContractOpenTrailingJSON(t *testing.T) {
	w := newWorld(t)
	before := w.count(t, "SELECT COUNT(*) FROM posts")
	for _, behind := range []string{`{"title":"Another"}`, ",x", "]", "\x00"} {
		for _, path := range []string{"/api/posts", "/api/collections/posts/records"} {
			w.ask(t, "ada", "POST "+path, raw{"application/json", `{"title":"A title","content":"x"}` + behind})
		}
	}
	equal(t, "posts", w.count(t, "SELECT COUNT(*) FROM posts"), before)
}
