package main

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"madang/testapp"
)

// TestWhatCannotBeReadEndsTheProgram: a database that is cut short under the running program ends it, with words, and isn't mapped
// again. The file put back, everything is there.
func TestWhatCannotBeReadEndsTheProgram(t *testing.T) {
	dir := t.TempDir()
	mustMadang(t, "counters", "verify", "--dir", dir) // which makes it, and leaves no log behind
	database := filepath.Join(dir, "data.db")
	whole, err := os.ReadFile(database)
	if err != nil {
		t.Fatal(err)
	}
	server := testapp.Start(t, dir)
	if !isMapped(t, server, database) {
		t.Error("the database isn't mapped")
	}
	const pages = 2 * 4096
	if err := os.Truncate(database, pages); err != nil {
		t.Fatal(err)
	}
	ended := func() bool {
		select {
		case <-server.Ended():
			return true
		default:
			return false
		}
	}
	client := &http.Client{Timeout: 10 * time.Second}
	for page, began := 1, time.Now(); !ended(); page++ {
		r, err := client.Get(server.URL + "/api/posts?page=" + strconv.Itoa(page%5+1))
		if err == nil {
			r.Body.Close()
		}
		if time.Since(began) > time.Minute {
			t.Fatal("it goes on")
		}
	}
	if said := server.Said(); !strings.Contains(said, "a page of "+database+" can't be read") || strings.Contains(said, "goroutine ") {
		t.Errorf("its last words are %s", said)
	}
	if err := os.WriteFile(database, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	mustMadang(t, "counters", "verify", "--dir", dir)
	if isMapped(t, testapp.Start(t, dir), database) {
		t.Error("the database is mapped again")
	}
}

// isMapped reports whether the program has a file mapped, as Linux says.
func isMapped(t *testing.T, server *testapp.Process, path string) bool {
	t.Helper()
	maps, err := os.ReadFile(fmt.Sprintf("/proc/%d/maps", server.PID()))
	if err != nil {
		t.Skip("no /proc on this machine: ", err)
	}
	return strings.Contains(string(maps), path+"\n")
}
