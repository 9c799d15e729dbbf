package search

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
)

// eachOf yields n public posts.
func eachOf(n int) func(func(Document) error) error {
	return func(yield func(Document) error) error {
		for i := range n {
			if err := yield(post(fmt.Sprint(i), "고양이 글")); err != nil {
				return err
			}
		}
		return nil
	}
}

// Searches during a rebuild find the old content or the new, never nothing and never an error.
func TestRebuildWhileSearching(t *testing.T) {
	dir := t.TempDir()
	ix := openTest(t, dir)
	put(t, ix, post("old", "고양이 글"))

	var stop atomic.Bool
	var asked atomic.Int64
	var searchers sync.WaitGroup
	for range 2 {
		searchers.Go(func() {
			for !stop.Load() {
				r, err := ix.Search(context.Background(), Request{Query: "고양이", Highlight: true, Facets: true})
				if err != nil || r.Total != 1 && r.Total != 1200 {
					t.Errorf("search: %d, %v", r.Total, err)
					return
				}
				asked.Add(1)
			}
		})
	}
	var steps []int
	if err := ix.Rebuild(context.Background(), eachOf(1200), 77, func(n int) { steps = append(steps, n) }); err != nil {
		t.Fatal(err)
	}
	stop.Store(true)
	searchers.Wait()
	if fmt.Sprint(steps) != fmt.Sprint([]int{bulkSize, 1200}) {
		t.Errorf("progress %v", steps)
	}
	if ix.Cursor() != 77 || asked.Load() == 0 {
		t.Errorf("cursor %d after %d searches", ix.Cursor(), asked.Load())
	}
	wantIDs(t, "old document", found(t, ix, "고양이 -글"))
	if dirs, _ := filepath.Glob(filepath.Join(dir, generationPrefix+"*")); len(dirs) != 1 {
		t.Errorf("old index left behind: %v", dirs)
	}
}

// What is applied during a rebuild is in the new index, and an older reading doesn't undo it.
func TestRebuildKeepsChangesMadeMeanwhile(t *testing.T) {
	ix := openTest(t, t.TempDir())
	put(t, ix, post("1", "첫째"), post("2", "둘째"))
	each := func(yield func(Document) error) error {
		for _, d := range []Document{post("1", "첫째"), post("2", "둘째")} {
			if err := yield(d); err != nil {
				return err
			}
		}
		return ix.Apply([]Op{DeleteOp("", "1"), IndexOp(post("2", "바뀐 둘째")), IndexOp(post("3", "셋째"))}, 8)
	}
	if err := ix.Rebuild(t.Context(), each, 9, nil); err != nil {
		t.Fatal(err)
	}
	wantIDs(t, "deleted meanwhile", found(t, ix, "첫째"))
	wantIDs(t, "changed meanwhile", found(t, ix, "바뀐"), "2")
	wantIDs(t, "added meanwhile", found(t, ix, "셋째"), "3")
	if ix.Cursor() != 8 { // the rows between 8 and 9 must be read again
		t.Errorf("cursor %d", ix.Cursor())
	}
}

func TestRebuildThatFailsLeavesTheOldIndex(t *testing.T) {
	dir := t.TempDir()
	ix := openTest(t, dir)
	put(t, ix, post("old", "글"))
	broken := errors.New("database went away")
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	for name, run := range map[string]func() error{
		"source": func() error {
			return ix.Rebuild(t.Context(), func(yield func(Document) error) error {
				return errors.Join(eachOf(700)(yield), broken)
			}, 5, nil)
		},
		"cancelled": func() error { return ix.Rebuild(cancelled, eachOf(3), 5, nil) },
		"bad document": func() error {
			return ix.Rebuild(t.Context(), func(yield func(Document) error) error { return yield(Document{Status: "published"}) }, 5, nil)
		},
		"panic": func() (err error) {
			defer func() { err = fmt.Errorf("%v", recover()) }()
			return ix.Rebuild(t.Context(), func(func(Document) error) error { panic("source") }, 5, nil)
		},
	} {
		if err := run(); err == nil {
			t.Errorf("%s: no error", name)
		}
		wantIDs(t, name, found(t, ix, "글"), "old")
		if dirs, _ := filepath.Glob(filepath.Join(dir, generationPrefix+"*")); len(dirs) != 1 {
			t.Errorf("%s: unfinished index left behind: %v", name, dirs)
		}
	}
}

func TestOneRebuildAtATime(t *testing.T) {
	ix := openTest(t, t.TempDir())
	err := ix.Rebuild(t.Context(), func(func(Document) error) error {
		return ix.Rebuild(t.Context(), eachOf(1), 1, nil)
	}, 1, nil)
	if !errors.Is(err, ErrRebuilding) {
		t.Errorf("got %v", err)
	}
}

// A crash in the middle of a rebuild leaves the old index in force, and the next start clears the rest away.
func TestCrashDuringRebuild(t *testing.T) {
	dir, crashed := t.TempDir(), filepath.Join(t.TempDir(), "copy")
	ix := openTest(t, dir)
	put(t, ix, post("old", "글"))
	err := ix.Rebuild(t.Context(), func(yield func(Document) error) error {
		return errors.Join(eachOf(600)(yield), os.CopyFS(crashed, os.DirFS(dir)))
	}, 5, nil)
	if err != nil {
		t.Fatal(err)
	}
	after := openTest(t, crashed)
	wantIDs(t, "after the crash", found(t, after, "글"), "old")
	if dirs, _ := filepath.Glob(filepath.Join(crashed, generationPrefix+"*")); len(dirs) != 1 {
		t.Errorf("left behind: %v", dirs)
	}
}

func TestCloseDuringRebuild(t *testing.T) {
	dir := t.TempDir()
	ix, err := Open(dir, testLog(t))
	if err != nil {
		t.Fatal(err)
	}
	err = ix.Rebuild(t.Context(), func(yield func(Document) error) error {
		return errors.Join(ix.Close(), eachOf(1)(yield))
	}, 1, nil)
	if !errors.Is(err, ErrClosed) {
		t.Errorf("got %v", err)
	}
	if dirs, _ := filepath.Glob(filepath.Join(dir, generationPrefix+"*")); len(dirs) != 1 {
		t.Errorf("left behind: %v", dirs)
	}
}

// A second process works on a private index; what it rebuilds is taken over once it has closed.
func TestSecondProcess(t *testing.T) {
	dir := t.TempDir()
	server := openTest(t, dir)
	put(t, server, post("old", "글"))

	visitor := openTest(t, dir) // Bleve's lock holds within a process too
	if n, err := visitor.Count(); n != 0 || err != nil {
		t.Errorf("a private index starts with %d documents, %v", n, err)
	}
	put(t, visitor, post("private", "글"))
	wantIDs(t, "server", found(t, server, "글"), "old")
	if err := visitor.Close(); err != nil {
		t.Fatal(err)
	}
	if dirs, _ := filepath.Glob(filepath.Join(dir, generationPrefix+"*")); len(dirs) != 1 {
		t.Errorf("private index left behind: %v", dirs)
	}
	if took, err := server.Adopt(); took || err != nil {
		t.Errorf("adopted nothing new: %v, %v", took, err)
	}

	command := openTest(t, dir)
	if err := command.Rebuild(t.Context(), eachOf(3), 9, nil); err != nil {
		t.Fatal(err)
	}
	if took, err := server.Adopt(); took || err != nil {
		t.Errorf("adopted what is still open elsewhere: %v, %v", took, err)
	}
	if err := command.Close(); err != nil {
		t.Fatal(err)
	}
	if took, err := server.Adopt(); !took || err != nil {
		t.Fatalf("not adopted: %v", err)
	}
	wantIDs(t, "server after the rebuild", found(t, server, "글"), "0", "1", "2")
	if server.Cursor() != 9 {
		t.Errorf("cursor %d", server.Cursor())
	}
}

// A rebuild whose folder is removed under it fails, and the next one succeeds.
func TestRebuildWithoutItsFolder(t *testing.T) {
	ix := openTest(t, t.TempDir())
	each := func(yield func(Document) error) error {
		for i := range 2*bulkSize + 1 {
			if err := yield(post(fmt.Sprint(i), "글")); err != nil {
				return err
			}
		}
		return os.RemoveAll(ix.store.dir)
	}
	if err := ix.Rebuild(t.Context(), each, 5, nil); err == nil {
		t.Error("an index without a folder was put in force")
	}
	if err := ix.Rebuild(t.Context(), eachOf(2), 7, nil); err != nil {
		t.Fatal(err)
	}
	wantIDs(t, "made again", found(t, ix, "글"), "0", "1")
}
