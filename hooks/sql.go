package hooks

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// onlyRead lets the SQL of a superuser (POST /api/sql) read alone: what it wrote would pass none of the hooks, so
// counters, search and the audit log wouldn't know. A connection that can't write makes sure of that, nor take another file
// beside its own (ATTACH, VACUUM INTO), to which it could.
func onlyRead(e *core.RequestEvent) (err error) {
	if strings.TrimSuffix(e.Request.URL.Path, "/") != "/api/sql" || !e.HasSuperuserAuth() {
		return e.Next()
	}
	path := url.URL{Scheme: "file", Path: filepath.Join(e.App.DataDir(), "data.db"), RawQuery: "mode=ro&_pragma=query_only(1)&_pragma=busy_timeout(5000)"}
	db, err := dbx.Open("sqlite", path.String())
	if err != nil {
		return err
	}
	if err := alone(e.Request.Context(), db.DB()); err != nil {
		return errors.Join(err, db.Close())
	}
	app := e.App
	defer func() { e.App, err = app, errors.Join(err, db.Close()) }()
	e.App = reading{app, db, e.ForbiddenError("SQL is for reading here: what it wrote would pass none of the rules. Change records instead.", nil)}
	return e.Next()
}

// alone makes db one connection, which can't have a second file.
func alone(ctx context.Context, db *sql.DB) (err error) {
	db.SetMaxOpenConns(1)
	c, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }() // gives it back
	_, err = sqlite.Limit(c, sqlite3.SQLITE_LIMIT_ATTACHED, 0)
	return err
}

// reading is an app whose database is read alone.
type reading struct {
	core.App
	db      *dbx.DB
	refusal error
}

// ConcurrentDB implements [core.App].
func (r reading) ConcurrentDB() dbx.Builder { return r.db }

// RunInTransaction implements [core.App].
func (r reading) RunInTransaction(func(core.App) error) error { return r.refusal }
