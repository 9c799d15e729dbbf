package backup

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/core"
)

func migrations(names ...string) (list core.MigrationsList) {
	for _, name := range names {
		list.Register(nil, nil, name)
	}
	return list
}

func upgrader(said *[]string) *Upgrader {
	return &Upgrader{Now: time.Now, Say: func(what string) { *said = append(*said, what) }}
}

func TestNothingIsTakenWhereNothingWaits(t *testing.T) {
	c := found(t)
	var said []string
	for dir, list := range map[string]core.MigrationsList{
		c.dir:                                   migrations("1_first.go"),
		t.TempDir():                             migrations("1_first.go", "2_second.go"),
		filepath.Join(t.TempDir(), "not there"): migrations("1_first.go"),
	} {
		ran := false
		if err := upgrader(&said).Guard(t.Context(), dir, list, func() error { ran = true; return nil }); err != nil || !ran {
			t.Error(dir, ran, err)
		}
		if _, err := Look(OpenFolder(t.Context(), filepath.Join(dir, UpgradesDir))); !errors.Is(err, ErrNoVault) {
			t.Error(dir, err)
		}
	}
	if len(said) > 0 {
		t.Error(said)
	}
}

func TestAFreshDatabaseIsNoUpgrade(t *testing.T) {
	dir := t.TempDir()
	var said []string
	u := upgrader(&said)
	list := migrations("1_first.go", "2_second.go")
	for _, query := range []string{schema, "INSERT INTO _migrations VALUES ('2_second.go', 2)"} { // PocketBase's own, then ours
		err := u.Guard(t.Context(), dir, list, func() error {
			db, err := openDB(filepath.Join(dir, "data.db"))
			if err == nil {
				_, err = db.Exec(query)
			}
			return errors.Join(err, db.Close())
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := Look(OpenFolder(t.Context(), filepath.Join(dir, UpgradesDir))); !errors.Is(err, ErrNoVault) || len(said) > 0 {
		t.Error(said, err)
	}
}

func TestAFailedUpgradeIsUndone(t *testing.T) {
	c := found(t)
	c.run("INSERT INTO posts VALUES (1, 'before')")
	var said []string
	failure := errors.New("column missing")
	err := upgrader(&said).Guard(t.Context(), c.dir, migrations("1_first.go", "2_second.go"), func() error {
		c.run("DELETE FROM posts; DROP TABLE counts; INSERT INTO _migrations VALUES ('2_second.go', 2)") // half of it
		return failure
	})
	if !errors.Is(err, failure) || !strings.Contains(err.Error(), "was undone") || !strings.Contains(err.Error(), "start the former release") {
		t.Fatal(err)
	}
	// those who have it open see it as well
	var posts int
	if err := c.db.QueryRow("SELECT COUNT(*) FROM posts, counts").Scan(&posts); err != nil || posts != 1 {
		t.Error(posts, err)
	}
	if n := count(t, c.dir, "SELECT COUNT(*) FROM _migrations"); n != 1 {
		t.Error(n, "migrations")
	}
}

func TestRollback(t *testing.T) {
	c := found(t)
	c.run("INSERT INTO posts VALUES (1, 'before')")
	if _, err := Rollback(t.Context(), c.dir, "", time.Now); !errors.Is(err, ErrNoVault) {
		t.Fatal("nothing to go back to:", err)
	}
	var said []string
	u := upgrader(&said)
	list := migrations("1_first.go", "2_second.go", "3_third.go")
	if err := u.Guard(t.Context(), c.dir, list, func() error { // PocketBase's own come first
		c.run("INSERT INTO _migrations VALUES ('2_second.go', 2)")
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if err := u.Guard(t.Context(), c.dir, list, func() error {
		c.run("INSERT INTO _migrations VALUES ('3_third.go', 3); ALTER TABLE posts ADD COLUMN title; INSERT INTO posts VALUES (2, 'after', 'new')")
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if len(said) != 3 || !strings.Contains(said[2], "madang rollback") {
		t.Error(said)
	}
	if _, err := Rollback(t.Context(), c.dir, "", time.Now); !errors.Is(err, errInUse) {
		t.Fatal("a server was serving it:", err)
	}
	c.db.Close()
	got, err := Rollback(t.Context(), c.dir, "", time.Now)
	if err != nil || got.To.Why != WhyUpgrade || got.To.Schema != "1_first.go" || got.Before.Schema != "3_third.go" {
		t.Fatal(got, err)
	}
	if n := count(t, c.dir, "SELECT COUNT(*) FROM posts"); n != 1 {
		t.Error(n, "posts")
	}
	if n := count(t, c.dir, "SELECT COUNT(*) FROM _migrations"); n != 1 {
		t.Error(n, "migrations")
	}
	// and forward again
	if _, err := Rollback(t.Context(), c.dir, got.Before.ID, time.Now); err != nil {
		t.Fatal(err)
	}
	if n := count(t, c.dir, "SELECT COUNT(*) FROM posts WHERE title IS 'new'"); n != 1 {
		t.Error(n, "posts")
	}
}
