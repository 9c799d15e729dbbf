package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"madang/testapp"
)

// madang runs a command of the real program, which has three minutes, and returns what it said.
func madang(t *testing.T, args ...string) (said string, err error) {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), 3*time.Minute)
	defer stop()
	binary, err := testapp.Binary()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(ctx, binary, args...)
	c.Dir = t.TempDir()
	c.Env = append(os.Environ(), "FFMPEG=off", "LC_ALL=C")
	output, err := c.CombinedOutput()
	return string(output), err
}

func mustMadang(t *testing.T, args ...string) string {
	t.Helper()
	said, err := madang(t, args...)
	if err != nil {
		t.Fatalf("madang %s: %v\n%s", strings.Join(args, " "), err, said)
	}
	return said
}

// TestABackupComesBack takes a backup of the real program while people write to it, and restores it elsewhere: what was
// acknowledged before it began is there.
func TestABackupComesBack(t *testing.T) {
	dir, vault := t.TempDir(), filepath.Join(t.TempDir(), "backups")
	key := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(key, []byte("a phrase for the tests\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	server := testapp.Start(t, dir)
	var acked journal
	uploadFilm(t, server.URL, &acked)
	stop := make(chan struct{})
	var writers sync.WaitGroup
	for w := range 3 {
		writers.Go(func() { write(server.URL, fmt.Sprintf("writer%d", w), &acked, stop) })
	}
	acked.grows(t, 20)
	acked.mu.Lock()
	before := journal{paths: slices.Clone(acked.paths)}
	acked.mu.Unlock()
	said := mustMadang(t, "backup", "--dir", dir, "--to", vault, "--key-file", key)
	t.Log(said)
	acked.grows(t, 5)
	close(stop)
	writers.Wait()
	if said, err := madang(t, "restore", "latest", "--from", vault, "--key-file", key, "--to", dir, "--force"); err == nil || !strings.Contains(said, "in use") {
		t.Fatalf("it restored under a running server: %s", said)
	}
	server.Kill()

	if said := mustMadang(t, "backup", "list", "--to", vault); strings.Count(said, "\n") != 2 {
		t.Fatal(said)
	}
	said = mustMadang(t, "restore", "latest", "--from", vault, "--key-file", key, "--verify")
	for _, trial := range []string{"files", "start", "databases", "counters", "media", "search"} {
		if !strings.Contains(said, "ok    "+trial) {
			t.Errorf("%s wasn't tried, or is wrong:\n%s", trial, said)
		}
	}
	fresh := filepath.Join(t.TempDir(), "data")
	mustMadang(t, "restore", "latest", "--from", vault, "--key-file", key, "--dir", fresh)
	restored := testapp.Start(t, fresh)
	if missing := before.missing(t, restored.URL); len(missing) > 0 {
		t.Errorf("lost %d writes older than the backup: %v", len(missing), missing)
	}
	restored.Kill()

	// damage is said, and counts
	pieces, err := filepath.Glob(filepath.Join(vault, "pieces", "*", "*"))
	if err != nil || len(pieces) < 4 {
		t.Fatal(pieces, err)
	}
	for _, p := range pieces {
		if err := os.Truncate(p, 10); err != nil {
			t.Fatal(err)
		}
	}
	if said, err := madang(t, "restore", "latest", "--from", vault, "--key-file", key, "--verify"); err == nil || !strings.Contains(said, "damaged") {
		t.Error(said, err)
	}
}

// uploadFilm joins as somebody who posts a film.
func uploadFilm(t *testing.T, base string, acked *journal) {
	t.Helper()
	send := func(token, path, kind string, body io.Reader) map[string]any {
		r, err := http.NewRequest(http.MethodPost, base+path, body)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", kind)
		r.Header.Set("Authorization", "Bearer "+token)
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		var said map[string]any
		if err := json.NewDecoder(answer.Body).Decode(&said); err != nil || answer.StatusCode/100 != 2 {
			t.Fatal(answer.Status, said, err)
		}
		return said
	}
	me := send("", "/api/auth/register", "application/json", strings.NewReader(`{"username":"filmmaker","email":"film@example.com","password":"`+testapp.Password+`","password_confirm":"`+testapp.Password+`"}`))
	token, _ := me["access"].(string)
	film, err := os.ReadFile("demo/assets/film.mp4")
	if err != nil {
		t.Fatal(err)
	}
	var form bytes.Buffer
	parts := multipart.NewWriter(&form)
	part, err := parts.CreateFormFile("file", "film.mp4")
	if err == nil {
		_, err = part.Write(film)
	}
	if err != nil || parts.Close() != nil {
		t.Fatal(err)
	}
	medium := send(token, "/api/media", parts.FormDataContentType(), &form)
	post := send(token, "/api/posts", "application/json", strings.NewReader(fmt.Sprintf(`{"title":"a film","content":"see","media":[%q]}`, medium["id"])))
	acked.add(fmt.Sprint("/api/collections/posts/records/", post["id"]))
	acked.add(fmt.Sprintf("/api/media/%s/stream", medium["id"]))
}

// TestAKilledBackupIsNone kills the real program while it takes a backup, at any moment: what is listed is whole, and
// the next backup goes through.
func TestAKilledBackupIsNone(t *testing.T) {
	dir, vault := t.TempDir(), filepath.Join(t.TempDir(), "backups")
	server := testapp.Start(t, dir)
	var acked journal
	uploadFilm(t, server.URL, &acked)
	server.Kill()
	for i := range 40 { // so that it takes a while
		folder := filepath.Join(dir, "storage", "old", fmt.Sprint(i))
		if err := os.MkdirAll(folder, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, "a.bin"), bytes.Repeat([]byte{byte(i)}, 1<<20), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	binary, err := testapp.Binary()
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	mustMadang(t, "backup", "--dir", dir, "--to", filepath.Join(t.TempDir(), "once"))
	whole := time.Since(began)
	rounds, killed := 6, 0
	for range rounds {
		c := exec.Command(binary, "backup", "--dir", dir, "--to", vault)
		c.Dir = t.TempDir()
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		<-time.After(time.Duration(rand.Int64N(int64(whole)))) // the moment is random
		_ = c.Process.Kill()                                   // it may have ended by itself
		if c.Wait() != nil {
			killed++
		}
		said, err := madang(t, "backup", "list", "--to", vault)
		if err != nil && !strings.Contains(said, "there are no backups") {
			t.Fatalf("%v: %s", err, said)
		}
		for line := range strings.Lines(said) {
			if id, _, _ := strings.Cut(line, " "); strings.HasPrefix(id, "20") {
				mustMadang(t, "restore", id, "--from", vault, "--to", filepath.Join(t.TempDir(), "data"))
			}
		}
	}
	mustMadang(t, "backup", "--dir", dir, "--to", vault, "--keep", "1")
	mustMadang(t, "restore", "latest", "--from", vault, "--verify")
	t.Logf("%d of %d were killed, of %v each", killed, rounds, whole)
}

// TestAnUpgradeThatFails has the real program meet a database in which its last migration can't run.
// TestAnUpgradeTakesStatistics: of indexes that it makes SQLite would know nothing until the night.
func TestAnUpgradeTakesStatistics(t *testing.T) {
	dir := t.TempDir()
	testapp.Start(t, dir).Kill()
	change := func(queries ...string) {
		db, err := sql.Open("sqlite", filepath.Join(dir, "data.db"))
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		for _, query := range queries {
			if _, err := db.Exec(query); err != nil {
				t.Fatal(err)
			}
		}
	}
	change("ANALYZE", "UPDATE sqlite_stat1 SET stat = '7 7'", "DELETE FROM _migrations WHERE file = '1764000133_drafts_are_not_featured.go'")
	testapp.Start(t, dir).Kill()
	db, err := sql.Open("sqlite", filepath.Join(dir, "data.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var wrong, all int
	if err := db.QueryRow("SELECT COUNT(CASE WHEN stat = '7 7' THEN 1 END), COUNT(*) FROM sqlite_stat1").Scan(&wrong, &all); err != nil || wrong > 0 || all == 0 {
		t.Errorf("of %d statistics %d are old ones: %v", all, wrong, err)
	}
}

func TestAnUpgradeThatFails(t *testing.T) {
	dir := t.TempDir()
	server := testapp.Start(t, dir)
	var acked journal
	uploadFilm(t, server.URL, &acked)
	server.Kill()
	db, err := sql.Open("sqlite", filepath.Join(dir, "data.db"))
	if err != nil {
		t.Fatal(err)
	}
	const first = "1764000061_moderation_log.go" // which makes a collection that is there already
	for _, query := range []string{"DELETE FROM _migrations WHERE file = '" + first + "'", "PRAGMA wal_checkpoint(TRUNCATE)"} {
		if _, err := db.Exec(query); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	said, err := madang(t, "serve", "--dir", dir, "--http", "127.0.0.1:0")
	if err == nil || !strings.Contains(said, "the upgrade failed and was undone") || !strings.Contains(said, first) || strings.Contains(said, "Madang is open") {
		t.Fatalf("%v: %s", err, said)
	}
	t.Log(said)

	// the former release would go on; here, what it had done is said to be
	if db, err = sql.Open("sqlite", filepath.Join(dir, "data.db")); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec("INSERT INTO _migrations VALUES (?, 1)", first); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	server = testapp.Start(t, dir)
	if missing := acked.missing(t, server.URL); len(missing) > 0 {
		t.Errorf("lost %v", missing)
	}
	if said, err := madang(t, "rollback", "--dir", dir); err == nil || !strings.Contains(said, "in use") {
		t.Errorf("it went back under a running server: %v %s", err, said)
	}
	server.Kill()
	said = mustMadang(t, "rollback", "--dir", dir)
	_, again, _ := strings.Cut(said, "madang rollback ")
	again, _, _ = strings.Cut(again, " ")
	mustMadang(t, "rollback", again, "--dir", dir)
	server = testapp.Start(t, dir)
	if missing := acked.missing(t, server.URL); len(missing) > 0 {
		t.Errorf("lost %v", missing)
	}
}
