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
	}
	for range 3 {
		for i, build := range queries {
			if got, want := said(t, build(db)), said(t, build(plain)); got != want {
				t.Errorf("query %d is\n%s, want\n%s", i, got, want)
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
