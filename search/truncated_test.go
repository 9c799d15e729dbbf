package search

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Files that are cut short while the index is open end no process, whoever reads them: a search, a batch, or Bleve when it
// merges in the background. The index says that it is damaged, and is whole again once it was rebuilt.
func TestFilesCutShortWhileOpen(t *testing.T) {
	dir := t.TempDir()
	ix := openTest(t, dir)
	var docs []Document
	for i := range 60 {
		docs = append(docs, post(fmt.Sprint(i), "글 고양이"))
	}
	put(t, ix, docs[:8]...) // one segment, which there is nothing to merge with yet
	cutShort(t, dir)
	noticed := false
	for i, d := range docs[8:] {
		err := ix.Apply([]Op{IndexOp(d)}, int64(100+i))
		_, other := ix.Search(t.Context(), Request{Query: "고양이"})
		noticed = noticed || errors.Is(err, ErrDamaged) || errors.Is(other, ErrDamaged)
	}
	if !noticed {
		t.Error("nobody noticed")
	}
	each := func(yield func(Document) error) error {
		for _, d := range docs {
			if err := yield(d); err != nil {
				return err
			}
		}
		return nil
	}
	if err := ix.Rebuild(t.Context(), each, 1, nil); err != nil {
		t.Fatal(err)
	}
	if n := len(found(t, ix, "고양이")); n != len(docs) {
		t.Errorf("%d documents after the rebuild, want %d", n, len(docs))
	}
}

func cutShort(t *testing.T, dir string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*", "store", "*.zap"))
	if err != nil || len(files) == 0 {
		t.Fatalf("segments: %v, %v", files, err)
	}
	for _, f := range files {
		if err := os.Truncate(f, 0); err != nil {
			t.Fatal(err)
		}
	}
}

// Bleve's merger meets them likewise, and nobody waits for it for ever.
func TestFilesCutShortWhileMerging(t *testing.T) {
	dir := t.TempDir()
	g, err := createGeneration(filepath.Join(dir, "gen-a"), true)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 2 { // whole batches, which are joined in the end
		var ops []Op
		for j := range bulkSize {
			ops = append(ops, IndexOp(post(fmt.Sprint(i, "-", j), "글")))
		}
		if err := g.write(ops, 0, false); err != nil {
			t.Fatal(err)
		}
	}
	cutShort(t, dir)
	if err := g.settle(t.Context()); err == nil {
		t.Error("files that aren't there were joined")
	}
	if !g.lost() {
		t.Error("the dead merger isn't noticed")
	}
	if err := g.close(); err != nil {
		t.Logf("close: %v", err)
	}
}

// The log says what happened to a damaged index, what that means and when it is over; it says nothing of a new one.
func TestLogOfADamagedIndex(t *testing.T) {
	dir := t.TempDir()
	source := newMemory()
	source.save(post("1", "글"))
	session := func() string {
		var said bytes.Buffer
		ix, err := Open(dir, slog.New(slog.NewTextHandler(&said, &slog.HandlerOptions{Level: slog.LevelWarn})))
		if err != nil {
			t.Fatal(err)
		}
		catchUp(t, NewFollower(ix, source, ix.log))
		wantIDs(t, "found", found(t, ix, "글"), "1")
		if err := ix.Close(); err != nil {
			t.Fatal(err)
		}
		return said.String()
	}
	if said := session(); said != "" {
		t.Errorf("of a new one: %s", said)
	}
	cutShort(t, dir)
	said := session()
	for _, part := range []string{"is made anew; the database answers until it is", "whole again\" documents=1"} {
		if !strings.Contains(said, part) {
			t.Errorf("of a damaged one: %s", said)
		}
	}
	if said := session(); said != "" {
		t.Errorf("afterwards: %s", said)
	}
}

// A file that is zeroed, cut short or deleted while the index is open is noticed though nothing is written.
func TestGlance(t *testing.T) {
	for what, harm := range map[string]func(path string) error{
		"zeroed": func(path string) error { return os.WriteFile(path, make([]byte, 5000), 0o600) },
		"cut":    func(path string) error { return os.Truncate(path, 10) },
		"gone":   os.Remove,
	} {
		for _, name := range []string{"*.zap", "root.bolt"} {
			dir := t.TempDir()
			ix, err := Open(dir, testLog(t))
			if err != nil {
				t.Fatal(err)
			}
			put(t, ix, post("1", "글"), post("2", "글"))
			if ix.glance(); ix.damaged.Load() {
				t.Fatal("nothing has happened yet")
			}
			files, err := filepath.Glob(filepath.Join(dir, "*", "store", name))
			if err != nil || len(files) == 0 {
				t.Fatalf("%s: %v, %v", name, files, err)
			}
			for _, f := range files {
				if err := harm(f); err != nil {
					t.Fatal(err)
				}
			}
			if ix.glance(); !ix.damaged.Load() {
				t.Errorf("%s is %s, and nobody notices", name, what)
			}
			ix.glance()
			t.Log(what, name, ix.Close()) // which may fail, but ends
		}
	}
}
