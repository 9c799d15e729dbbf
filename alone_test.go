package main

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"madang/testapp"
)

// TestOneServerOfADataFolder: a second one ends before it does anything, and says why; commands work beside the first, and
// after a kill -9 nothing is in the next one's way.
func TestOneServerOfADataFolder(t *testing.T) {
	dir := t.TempDir()
	first := testapp.Start(t, dir)
	generations := func() []string {
		found, err := filepath.Glob(filepath.Join(dir, "search", "gen-*"))
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	before := generations()
	said, err := madang(t, "serve", "--dir", dir, "--http", "127.0.0.1:0")
	if want := "another Madang serves " + dir; err == nil || !strings.Contains(said, want) {
		t.Errorf("a second server: %v\n%s\nwant %q", err, said, want)
	}
	if now := generations(); len(before) == 0 || !slices.Equal(now, before) {
		t.Errorf("the search index was %v and is %v", before, now)
	}
	mustMadang(t, "counters", "verify", "--dir", dir)
	first.Kill()
	testapp.Start(t, dir)
}
