package collections

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// oneConn opens a database of one connection, so that every statement meets what the last one left.
func oneConn(tb testing.TB) *sql.DB {
	tb.Helper()
	db, err := ConnectDB(filepath.Join(tb.TempDir(), "x.db"))
	if err != nil {
		tb.Fatal(err)
	}
	db.DB().SetMaxOpenConns(1)
	tb.Cleanup(func() { _ = db.Close() })
	if _, err := db.DB().Exec("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT NOT NULL)"); err != nil {
		tb.Fatal(err)
	}
	return db.DB()
}

// keptBy looks at the statements of the one connection.
func keptBy(t *testing.T, db *sql.DB, look func(map[string]*keptStatement)) {
	t.Helper()
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.Raw(func(c any) error { look(c.(*keepingConn).kept); return nil }); err != nil {
		t.Fatal(err)
	}
}

func TestAStatementIsKept(t *testing.T) {
	db := oneConn(t)
	for n := range 3 {
		if _, err := db.Exec("INSERT INTO t (name) VALUES (?)", fmt.Sprint("name ", n)); err != nil {
			t.Fatal(err)
		}
		var name string
		if err := db.QueryRow("SELECT name FROM t WHERE id = ?", n+1).Scan(&name); err != nil || name != fmt.Sprint("name ", n) {
			t.Fatal(name, err)
		}
	}
	keptBy(t, db, func(kept map[string]*keptStatement) {
		if len(kept) != 2 {
			t.Errorf("%d statements are kept, want 2", len(kept))
		}
	})
}

func TestAStatementThatIsBeingReadRunsBesideItself(t *testing.T) {
	db := oneConn(t)
	if _, err := db.Exec("INSERT INTO t (name) VALUES ('a'), ('b')"); err != nil {
		t.Fatal(err)
	}
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback() //nolint:errcheck // only read
	read := func(within func()) (names string) {
		rows, err := tx.Query("SELECT name FROM t ORDER BY id")
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		for rows.Next() {
			var name string
			if err := rows.Scan(&name); err != nil {
				t.Fatal(err)
			}
			names += name
			within()
		}
		if rows.Err() != nil {
			t.Fatal(rows.Err())
		}
		return names
	}
	outer := read(func() {
		if inner := read(func() {}); inner != "ab" {
			t.Errorf("inside: %q", inner)
		}
	})
	if outer != "ab" {
		t.Errorf("outside: %q", outer)
	}
}

func TestAKeptStatementSeesANewSchema(t *testing.T) {
	db := oneConn(t)
	columns := func() (names []string) {
		rows, err := db.Query("SELECT * FROM t")
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		if names, err = rows.Columns(); err != nil || rows.Err() != nil {
			t.Fatal(err, rows.Err())
		}
		return names
	}
	for at, change := range []string{"SELECT 1", "ALTER TABLE t ADD COLUMN age INTEGER", "ALTER TABLE t DROP COLUMN name", "DROP TABLE t; CREATE TABLE t (other TEXT)"} {
		if _, err := db.Exec(change); err != nil {
			t.Fatalf("%s: %v", change, err)
		}
		want := []string{"[id name]", "[id name age]", "[id age]", "[other]"}[at]
		if got := fmt.Sprint(columns()); got != want {
			t.Errorf("after %q: %s, want %s", change, got, want)
		}
	}
}

func TestAFailedStatementCanBeRunAgain(t *testing.T) {
	db := oneConn(t)
	const insert = "INSERT INTO t (id, name) VALUES (?, ?)"
	for range 3 {
		_, first := db.Exec(insert, 1, "a")
		_, second := db.Exec(insert, 1, nil)
		if second == nil || !strings.Contains(second.Error(), "constraint") {
			t.Fatal(first, second)
		}
		if _, err := db.Exec(insert, 2, "b"); err != nil {
			t.Fatal(err)
		}
		if _, err := db.Exec("DELETE FROM t"); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := db.Exec("SELECT nonsense FROM nowhere"); err == nil {
		t.Error("nonsense was run")
	}
}

// TestNoLockStaysBehind: a reader that stops early, or whose time is over, holds up nobody.
func TestNoLockStaysBehind(t *testing.T) {
	db := oneConn(t)
	if _, err := db.Exec("INSERT INTO t (name) VALUES ('a'), ('b'), ('c')"); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		var name string
		if err := db.QueryRow("SELECT name FROM t").Scan(&name); err != nil { // of three rows
			t.Fatal(err)
		}
		if _, err := db.Exec("DROP TABLE IF EXISTS u; CREATE TABLE u (x)"); err != nil {
			t.Fatal(err)
		}
		var busy, pages, moved int
		if err := db.QueryRow("PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &pages, &moved); err != nil || busy != 0 {
			t.Fatal(busy, err)
		}
		if _, err := db.Exec("VACUUM"); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	const endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT COUNT(*) FROM n"
	var count int
	if err := db.QueryRowContext(ctx, endless).Scan(&count); !errors.Is(err, context.DeadlineExceeded) && (err == nil || !strings.Contains(err.Error(), "interrupt")) {
		t.Error(err)
	}
	if _, err := db.Exec("VACUUM"); err != nil {
		t.Error(err)
	}
}

func TestNotAllStatementsAreKept(t *testing.T) {
	db := oneConn(t)
	for n := range 3 * maxStatements {
		var got int
		if err := db.QueryRow(fmt.Sprintf("SELECT %d", n)).Scan(&got); err != nil || got != n {
			t.Fatal(got, err)
		}
		if err := db.QueryRow("SELECT COUNT(*) FROM t").Scan(&got); err != nil {
			t.Fatal(err)
		}
	}
	long := "SELECT 1 /* " + strings.Repeat("x", maxStatement) + " */"
	for _, query := range []string{long, "PRAGMA user_version", "", "  "} {
		if _, err := db.Exec(query); err != nil {
			t.Error(err)
		}
	}
	keptBy(t, db, func(kept map[string]*keptStatement) {
		if len(kept) != maxStatements {
			t.Errorf("%d statements are kept, want %d", len(kept), maxStatements)
		}
		if kept["SELECT COUNT(*) FROM t"] == nil {
			t.Error("the one that is run all the time is not among them")
		}
		for query := range kept {
			if !strings.HasPrefix(query, "SELECT") || query == long {
				t.Errorf("%.40q is kept", query)
			}
		}
	})
}

// TestKeepingChangesNoAnswer runs the same random statements with and without keeping.
func TestKeepingChangesNoAnswer(t *testing.T) {
	statements := []string{
		"INSERT INTO t (id, name) VALUES (?, ?)", "INSERT INTO t (id, name) VALUES (?, ?) ON CONFLICT DO UPDATE SET name = 'again' RETURNING name",
		"UPDATE t SET name = name || ? WHERE id >= ?", "DELETE FROM t WHERE id = ?", "SELECT * FROM t WHERE id > ? ORDER BY id", "SELECT COUNT(*), MAX(name) FROM t",
		"ALTER TABLE t ADD COLUMN extra TEXT DEFAULT 'x'", "ALTER TABLE t DROP COLUMN extra", "SELECT missing FROM t", "SELECT 1; SELECT 2",
	}
	rapid.Check(t, func(r *rapid.T) {
		keeping := oneConn(t)
		plain, err := sql.Open("sqlite", filepath.Join(t.TempDir(), "x.db"))
		if err != nil {
			t.Fatal(err)
		}
		defer plain.Close()
		plain.SetMaxOpenConns(1)
		if _, err := plain.Exec("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT NOT NULL)"); err != nil {
			t.Fatal(err)
		}
		for range rapid.IntRange(1, 40).Draw(r, "steps") {
			query := rapid.SampledFrom(statements).Draw(r, "query")
			args := []any{rapid.IntRange(1, 5).Draw(r, "id"), rapid.SampledFrom([]any{"a", nil, 7}).Draw(r, "name")}[:strings.Count(query, "?")]
			a, b := answerOf(keeping, query, args), answerOf(plain, query, args)
			if a != b {
				r.Fatalf("%s %v: %s, without keeping %s", query, args, a, b)
			}
		}
	})
}

func answerOf(db *sql.DB, query string, args []any) string {
	rows, err := db.Query(query, args...)
	if err != nil {
		return err.Error()
	}
	defer rows.Close()
	names, _ := rows.Columns()
	said := fmt.Sprint(names)
	for rows.Next() {
		values, into := make([]any, len(names)), make([]any, len(names))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			return err.Error()
		}
		said += fmt.Sprint(values)
	}
	return fmt.Sprint(said, rows.Err())
}

func TestKeptStatementsAreEachConnectionsOwn(t *testing.T) {
	db, err := ConnectDB(filepath.Join(t.TempDir(), "x.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.DB().Exec("CREATE TABLE t (n INTEGER)"); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for n := range 50 {
				if _, err := db.DB().Exec("INSERT INTO t VALUES (?)", n); err != nil {
					t.Error(err)
				}
				var count int
				if err := db.DB().QueryRow("SELECT COUNT(*) FROM t WHERE n = ?", n).Scan(&count); err != nil || count == 0 {
					t.Error(count, err)
				}
			}
		})
	}
	all.Wait()
}

// BenchmarkStatements finds a row by its key, with and without keeping.
func BenchmarkStatements(b *testing.B) {
	file := filepath.Join(b.TempDir(), "x.db")
	keeping, err := ConnectDB(file)
	if err != nil {
		b.Fatal(err)
	}
	defer keeping.Close()
	plain, err := sql.Open("sqlite", file)
	if err != nil {
		b.Fatal(err)
	}
	defer plain.Close()
	if _, err := keeping.DB().Exec("CREATE TABLE t (id TEXT PRIMARY KEY, a, b, c, d); INSERT INTO t VALUES ('x', 1, 2, 3, 4)"); err != nil {
		b.Fatal(err)
	}
	for _, c := range []struct {
		name string
		db   *sql.DB
	}{{"kept", keeping.DB()}, {"plain", plain}} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				var id string
				if err := c.db.QueryRow("SELECT t.id FROM t WHERE t.id = ? AND (t.a = 1 OR t.b = 3) LIMIT 1", "x").Scan(&id); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
