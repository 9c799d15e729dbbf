package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"madang/testapp"
)

// copiedAfter waits until two more files have come to a replica than there were: the second was begun after now.
func copiedAfter(t *testing.T, folder string) {
	t.Helper()
	count := func() int {
		all, err := filepath.Glob(filepath.Join(folder, "replica/data/ltx/0/*.ltx"))
		if err != nil {
			t.Fatal(err)
		}
		return len(all)
	}
	before := count()
	for began := time.Now(); count() < before+2; <-time.After(10 * time.Millisecond) {
		if time.Since(began) > time.Minute {
			t.Fatal("nothing is copied any more")
		}
	}
}

// TestAKilledServerLosesASecondOfItsReplica writes to the real program, kills it, and goes on elsewhere from its replica:
// what was acknowledged before the last files but one were copied is there, and so is the search.
func TestAKilledServerLosesASecondOfItsReplica(t *testing.T) {
	dir, folder := t.TempDir(), filepath.Join(t.TempDir(), "replica")
	server := testapp.Start(t, dir, "REPLICA_TO="+folder)
	var acked journal
	stop := make(chan struct{})
	var writers sync.WaitGroup
	for w := range 4 {
		writers.Go(func() { write(server.URL, fmt.Sprintf("writer%d", w), &acked, stop) })
	}
	acked.grows(t, 100)
	acked.mu.Lock()
	sure := slices.Clone(acked.paths)
	acked.mu.Unlock()
	marked := time.Now()
	copiedAfter(t, folder)
	waited := time.Since(marked)
	server.Kill()
	close(stop)
	writers.Wait()

	if said, err := madang(t, "restore", "replica", "--from", folder+"-nowhere", "--verify"); err == nil || !strings.Contains(said, "no database was replicated there") {
		t.Errorf("from nowhere: %v %s", err, said)
	}
	if said := mustMadang(t, "restore", "replica", "--from", folder, "--verify"); !strings.Contains(said, "is whole") {
		t.Errorf("%s", said)
	}
	elsewhere := t.TempDir()
	mustMadang(t, "restore", "replica", "--from", folder, "--to", elsewhere)
	verifyCounters(t, elsewhere)
	again := testapp.Start(t, elsewhere, "REPLICA_TO="+folder)
	if missing := (&journal{paths: sure}).missing(t, again.URL); len(missing) > 0 {
		t.Errorf("lost %d of %d that were copied: %v", len(missing), len(sure), missing)
	}
	lost := (&journal{paths: acked.paths}).missing(t, again.URL)
	t.Logf("%d writes acknowledged; copied after %v; %d of the last moment are lost", acked.len(), waited.Round(10*time.Millisecond), len(lost))
	again.Kill()

	if said, err := madang(t, "restore", "replica", "--from", folder, "--to", elsewhere); err == nil || !strings.Contains(said, "--force") {
		t.Errorf("over a community: %v %s", err, said)
	}
	mustMadang(t, "restore", "replica", "--from", folder, "--to", elsewhere, "--force")
	aside, err := filepath.Glob(filepath.Join(elsewhere, "replaced-*", "data.db"))
	if err != nil || len(aside) != 1 {
		t.Errorf("%v %v", aside, err)
	}
	if _, err := os.Stat(filepath.Join(elsewhere, "data.db")); err != nil {
		t.Error(err)
	}
}
