package collections

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/pocketbase/dbx"
)

// TestQueriesAreBuiltAsDbxBuildsThem the first time, from memory, and after other texts have driven them out of it.
func TestQueriesAreBuiltAsDbxBuildsThem(t *testing.T) {
	db, err := ConnectDB(filepath.Join(t.TempDir(), "x.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	plain := dbx.NewFromDB(db.DB(), "sqlite")
	queries := []func(dbx.Builder) *dbx.Query{
		func(b dbx.Builder) *dbx.Query { return b.Select().From("posts").Build() },
		func(b dbx.Builder) *dbx.Query {
			return b.Select("id", "posts.title AS t", "COUNT(*) n").From("posts p").Build()
		},
		func(b dbx.Builder) *dbx.Query { return b.Select("id").Distinct(true).From("posts").Build() },
		func(b dbx.Builder) *dbx.Query {
			return b.Select("{{posts}}.*").From("posts").InnerJoin("users", dbx.NewExp("[[users.id]] = posts.author")).
				Where(dbx.HashExp{"status": "x"}).AndWhere(dbx.In("id", 1, 2, 3)).OrderBy("id DESC").Limit(3).Offset(4).Build()
		},
		func(b dbx.Builder) *dbx.Query {
			return b.NewQuery("SELECT {:b}, {:a}, {:b}, [[x]] FROM {{t}}").Bind(dbx.Params{"a": 1, "b": 2})
		},
		func(b dbx.Builder) *dbx.Query {
			return b.Insert("posts", dbx.Params{"title": "t", "id": "i", "n": 3, "content": nil, "a": 1, "b": 2, "c": 3, "d": 4, "e": 5, "f": 6, "g": 7})
		},
		func(b dbx.Builder) *dbx.Query {
			return b.Insert("posts", dbx.Params{"n": dbx.NewExp("{:x} + 1", dbx.Params{"x": 5}), "id": "i"})
		},
		func(b dbx.Builder) *dbx.Query { return b.Insert("posts", nil) },
	}
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tx.Rollback() })
	for range 3 {
		for i, build := range queries {
			want := said(t, build(plain))
			for of, b := range map[string]dbx.Builder{"the database": db, "a transaction": tx} {
				if got := said(t, build(b)); got != want {
					t.Errorf("query %d of %s is\n%s, want\n%s", i, of, got, want)
				}
			}
		}
		for n := range 2*maxRecent + 1 {
			db.NewQuery(fmt.Sprint("SELECT ", n))
		}
	}
}

// said is what a query says to the database, and with which values.
func said(t *testing.T, q *dbx.Query) string {
	t.Helper()
	var all string
	q.QueryLogFunc = func(_ context.Context, _ time.Duration, text string, _ *sql.Rows, err error) {
		all = fmt.Sprint(text, err) // there is no such table; the error holds what SQLite was given
	}
	rows, err := q.Rows()
	if err == nil {
		rows.Close()
	}
	return fmt.Sprint(q.SQL(), all, err)
}

func TestQueriesAreBuiltSideBySide(t *testing.T) {
	db, err := ConnectDB(filepath.Join(t.TempDir(), "x.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if err := db.DB().Ping(); err != nil { // the first connection makes the file one with a log, which two can't at once
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for i := range 4 {
		all.Go(func() {
			for n := range 500 {
				var got int
				if err := db.NewQuery("SELECT {:n}").Bind(dbx.Params{"n": n*10 + i}).Row(&got); err != nil || got != n*10+i {
					t.Error(got, err)
				}
			}
		})
	}
	all.Wait()
}

// TestATransactionsQueriesAreItsOwn: what one remembers is run in no other, and not beside it.
func TestATransactionsQueriesAreItsOwn(t *testing.T) {
	db, err := ConnectDB(filepath.Join(t.TempDir(), "x.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if _, err := db.NewQuery("CREATE TABLE t (n INTEGER)").Execute(); err != nil {
		t.Fatal(err)
	}
	rows := func(b dbx.Builder) (n int) {
		t.Helper()
		if err := b.NewQuery("SELECT COUNT(*) FROM t").Row(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	for n := range 3 {
		tx, err := db.Begin()
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if _, err := tx.Insert("t", dbx.Params{"n": n}).Execute(); err != nil {
				t.Fatal(err)
			}
		}
		if inside, outside := rows(tx), rows(db); inside != 2 || outside != 0 {
			t.Errorf("%d rows inside of the transaction and %d outside, want 2 and 0", inside, outside)
		}
		if err := tx.Rollback(); err != nil {
			t.Fatal(err)
		}
		if _, err := tx.Insert("t", dbx.Params{"n": n}).Execute(); err == nil {
			t.Error("a transaction that is over still writes")
		}
	}
}
