package backup

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// written is a database in which rows are numbered.
func written(t *testing.T, dir string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(dir, databases[0])+"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_txlock=immediate")
	if err == nil {
		_, err = db.Exec("CREATE TABLE IF NOT EXISTS rows (n INTEGER PRIMARY KEY, text TEXT)")
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// counted is how many rows are in the database of dir, and the highest number.
func counted(t *testing.T, dir string) (n, highest int) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(dir, databases[0]))
	if err == nil {
		err = db.QueryRow("SELECT COUNT(*), COALESCE(MAX(n), 0) FROM rows").Scan(&n, &highest)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return n, highest
}

func replicate(t *testing.T, dir string, place Place) *Replica {
	t.Helper()
	s, err := StartReplica(t.Context(), ReplicaOrder{DataDir: dir, Place: place, Keep: time.Hour, Log: slog.New(slog.DiscardHandler), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// places are those that a replica may go to.
func places(t *testing.T) map[string]Place {
	inBucket, _ := bucket(t, "secret")
	return map[string]Place{"a folder": OpenFolder(t.Context(), t.TempDir()), "a bucket": inBucket}
}

func TestADatabaseIsReplicatedUnderWrites(t *testing.T) {
	for name, place := range places(t) {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			db := written(t, dir)
			s := replicate(t, dir, place)
			acknowledged := 0
			var writers sync.WaitGroup
			ctx, enough := context.WithCancel(t.Context())
			writers.Go(func() {
				for n := 1; ctx.Err() == nil; n++ {
					began := time.Now()
					if _, err := db.Exec("INSERT INTO rows VALUES (?, ?)", n, fmt.Sprint("row ", n)); err != nil {
						t.Error(err)
						return
					}
					acknowledged = n
					<-time.After(time.Since(began)) // SQLite gives nobody a turn: who waits must find a gap
				}
			})
			for range 5 { // restores while it is written to: each is whole, and holds a beginning of what was written
				if err := s.Catch(t.Context()); err != nil {
					t.Fatal(err)
				}
				to := t.TempDir()
				if err := FetchReplica(t.Context(), place, to); err != nil {
					t.Fatal(err)
				}
				if n, highest := counted(t, to); n != highest {
					t.Errorf("%d rows up to %d", n, highest)
				}
			}
			enough()
			writers.Wait()
			if since, err := s.Lag(); err != nil || time.Since(since) > time.Minute && !since.IsZero() {
				t.Errorf("it lags since %v, %v", since, err)
			}
			if err := s.Stop(context.WithoutCancel(t.Context())); err != nil {
				t.Fatal(err)
			}
			to := t.TempDir()
			if err := FetchReplica(t.Context(), place, to); err != nil {
				t.Fatal(err)
			}
			if n, highest := counted(t, to); n != acknowledged || highest != acknowledged || n == 0 {
				t.Errorf("%d rows up to %d of %d", n, highest, acknowledged)
			}
		})
	}
}

func TestAReplicaGoesOnAfterARestoreOfSomethingOlder(t *testing.T) {
	place := OpenFolder(t.Context(), t.TempDir())
	dir := t.TempDir()
	db := written(t, dir)
	s := replicate(t, dir, place)
	for n := range 50 {
		if _, err := db.Exec("INSERT INTO rows VALUES (?, 'first')", n+1); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(s.Stop(t.Context()), db.Close()); err != nil {
		t.Fatal(err)
	}
	// another machine, whose database is older and knows nothing of the replica
	dir = t.TempDir()
	db = written(t, dir)
	if _, err := db.Exec("INSERT INTO rows VALUES (1, 'second')"); err != nil {
		t.Fatal(err)
	}
	s = replicate(t, dir, place)
	if _, err := db.Exec("INSERT INTO rows VALUES (2, 'second')"); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(s.Catch(t.Context()), s.Stop(t.Context())); err != nil {
		t.Fatal(err)
	}
	to := t.TempDir()
	if err := FetchReplica(t.Context(), place, to); err != nil {
		t.Fatal(err)
	}
	if n, _ := counted(t, to); n != 2 {
		t.Errorf("%d rows, want the 2 of the second machine", n)
	}
}

func TestARestoreFromAReplica(t *testing.T) {
	place := OpenFolder(t.Context(), t.TempDir())
	if err := FetchReplica(t.Context(), place, t.TempDir()); !errors.Is(err, ErrNoReplica) {
		t.Errorf("of nothing: %v", err)
	}
	dir := t.TempDir()
	db := written(t, dir)
	s := replicate(t, dir, place)
	for n := range 20 {
		if _, err := db.Exec("INSERT INTO rows VALUES (?, 'x')", n+1); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.TruncateJournal(t.Context()); err != nil {
		t.Fatal(err)
	}
	if journal, err := os.Stat(filepath.Join(dir, databases[0]+"-wal")); err == nil && journal.Size() > 64<<10 {
		t.Errorf("the journal still has %d bytes", journal.Size())
	}
	if err := errors.Join(s.Stop(t.Context()), db.Close()); err != nil {
		t.Fatal(err)
	}
	to := t.TempDir()
	if err := os.WriteFile(filepath.Join(to, "kept"), []byte("a file"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := RestoreReplica(t.Context(), place, to, false, time.Now()); err != nil {
		t.Fatal(err)
	}
	if n, _ := counted(t, to); n != 20 {
		t.Errorf("%d rows", n)
	}
	if _, err := RestoreReplica(t.Context(), place, to, false, time.Now()); !errors.Is(err, ErrNotEmpty) {
		t.Errorf("over a database: %v", err)
	}
	r, err := RestoreReplica(t.Context(), place, to, true, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if n, _ := counted(t, r.Aside); n != 20 {
		t.Errorf("%d rows aside", n)
	}
	if _, err := os.Stat(filepath.Join(to, "kept")); err != nil {
		t.Error(err)
	}
}
