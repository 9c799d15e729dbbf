package hooks

import (
	"errors"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
)

// onlyRead lets the SQL of a superuser (POST /api/sql) read alone: what it wrote would pass none of the hooks, so
// counters, search and the audit log wouldn't know. A connection that can't write makes sure of that.
func onlyRead(e *core.RequestEvent) (err error) {
	if strings.TrimSuffix(e.Request.URL.Path, "/") != "/api/sql" || !e.HasSuperuserAuth() {
		return e.Next()
	}
	path := url.URL{Scheme: "file", Path: filepath.Join(e.App.DataDir(), "data.db"), RawQuery: "mode=ro&_pragma=query_only(1)&_pragma=busy_timeout(5000)"}
	db, err := dbx.Open("sqlite", path.String())
	if err != nil {
		return err
	}
	app := e.App
	defer func() { e.App, err = app, errors.Join(err, db.Close()) }()
	e.App = reading{app, db, e.ForbiddenError("SQL is for reading here: what it wrote would pass none of the rules. Change records instead.", nil)}
	return e.Next()
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
