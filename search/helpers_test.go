package search

import (
	"context"
	"log/slog"
	"slices"
	"testing"
	"time"
)

func testLog(t testing.TB) *slog.Logger {
	return slog.New(slog.NewTextHandler(t.Output(), nil))
}

func openTest(t testing.TB, dir string) *Index {
	t.Helper()
	ix, err := Open(dir, testLog(t))
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Cleanup(func() {
		if err := ix.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return ix
}

// post is a public published post by Ada with a title.
func post(id, title string) Document {
	return Document{
		ID: id, Title: title, AuthorID: "ada", AuthorUsername: "ada", AuthorName: "Ada Lovelace",
		Visibility: "public", Status: "published", CreatedAt: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC),
	}
}

func put(t testing.TB, ix *Index, docs ...Document) {
	t.Helper()
	var ops []Op
	for _, d := range docs {
		ops = append(ops, IndexOp(d))
	}
	if err := ix.Apply(ops, ix.Cursor()+1); err != nil {
		t.Fatalf("apply: %v", err)
	}
}

func ask(t testing.TB, ix *Index, req Request) Result {
	t.Helper()
	r, err := ix.Search(context.Background(), req)
	if err != nil {
		t.Fatalf("search %q: %v", req.Query, err)
	}
	return r
}

// found are the ids that a stranger finds, without near ones, sorted.
func found(t testing.TB, ix *Index, query string) []string {
	t.Helper()
	return matching(ask(t, ix, Request{Query: query, Size: maxSize}))
}

// matching are the ids that aren't near, sorted; near the others, in order.
func matching(r Result) []string { ids, _ := parted(r); return ids }

func near(r Result) []string { _, ids := parted(r); return ids }

func parted(r Result) (matching, near []string) {
	matching = []string{}
	for _, h := range r.Hits {
		if h.Near {
			near = append(near, h.ID)
		} else {
			matching = append(matching, h.ID)
		}
	}
	slices.Sort(matching)
	return matching, near
}

func idsOf(r Result) []string {
	ids := []string{}
	for _, h := range r.Hits {
		ids = append(ids, h.ID)
	}
	slices.Sort(ids)
	return ids
}

func wantIDs(t testing.TB, what string, got []string, want ...string) {
	t.Helper()
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%s: found %v, want %v", what, got, want)
	}
}
