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

	"github.com/blevesearch/bleve/v2"
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

// held is an index that a batch holds for ever.
type held struct{ anIndex }

type anIndex = bleve.Index // note: whose method Index a field of that name would hide

func (held) Close() error { select {} }

// An index whose writer is dead may never close; nobody waits for it, and it isn't sealed as whole.
func TestADeadIndexIsNotWaitedFor(t *testing.T) {
	ix := openTest(t, t.TempDir())
	put(t, ix, post("1", "고양이"))
	path := ix.live.path
	g := newGeneration(path, held{})
	g.die()
	if err := ix.store.retire(g); !errors.Is(err, errUnclosed) {
		t.Errorf("the one in force: %v", err)
	}
	if _, err := os.Stat(filepath.Join(path, sealName)); err == nil {
		t.Error("it was sealed")
	}
	old := newGeneration(filepath.Join(t.TempDir(), "gen-old"), held{})
	old.die()
	if err := ix.store.retire(old); err != nil {
		t.Errorf("another: %v", err)
	}
}
