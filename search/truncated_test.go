package search

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
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
