package load

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase"
	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/config"
	"madang/hooks"
	"madang/limits"
	"madang/present"
)

// statement is what the program said to SQLite. BEGIN and COMMIT stand for a transaction's ends.
type statement struct {
	Text string
	Args []any
}

// replay says statements as they were said, over as many connections as the program has: one that writes, and many that read.
type replay struct{ reads, writes *sql.DB }

func openReplay(dir string, connect core.DBConnectFunc) (*replay, error) {
	r := &replay{}
	for _, into := range []**sql.DB{&r.reads, &r.writes} {
		db, err := connect(filepath.Join(dir, "data.db"))
		if err != nil {
			return nil, err
		}
		*into = db.DB()
	}
	r.writes.SetMaxOpenConns(1)
	r.reads.SetMaxIdleConns(120) // as PocketBase's
	return r, nil
}

// querier is a database or a transaction.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

func (r *replay) say(all []statement) error {
	var tx *sql.Tx
	for _, s := range all {
		var on querier = r.reads
		if tx != nil {
			on = tx
		}
		var err error
		switch {
		case s.Text == "BEGIN":
			tx, err = r.writes.Begin()
		case s.Text == "COMMIT":
			err, tx = tx.Commit(), nil
		case isRead(s.Text):
			err = readAll(on, s)
		default:
			if tx == nil {
				on = r.writes
			}
			_, err = on.ExecContext(context.Background(), s.Text, s.Args...)
		}
		if err != nil {
			if tx != nil {
				err = errors.Join(err, tx.Rollback())
			}
			return fmt.Errorf("%s: %w", s.Text, err)
		}
	}
	return nil
}

func isRead(text string) bool {
	return strings.HasPrefix(text, "SELECT") || strings.HasPrefix(text, "WITH")
}

func readAll(on querier, s statement) error {
	rows, err := on.QueryContext(context.Background(), s.Text, s.Args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	values := make([]any, len(columns))
	for i := range values {
		values[i] = new(sql.RawBytes)
	}
	for rows.Next() {
		if err := rows.Scan(values...); err != nil {
			return err
		}
	}
	return rows.Err()
}

// toRecord are requests of which is to be known what they say to the database.
type toRecord struct {
	Dir  string
	Rows map[string][]request
}

// record asks the program, in this process, and writes down what each request said to the database.
func record(in io.Reader) error {
	var o toRecord
	gob.Register(time.Time{})
	if err := gob.NewDecoder(in).Decode(&o); err != nil {
		return err
	}
	said := &recorder{}
	handler, err := serveRecorded(o.Dir, said)
	if err != nil {
		return err
	}
	ask := func(r request) error {
		answer := httptest.NewRecorder()
		asked := httptest.NewRequest(r.Method, r.Path, strings.NewReader(r.Body))
		asked.Header.Set("Authorization", r.Token)
		asked.Header.Set("Content-Type", "application/json")
		handler.ServeHTTP(answer, asked)
		if answer.Code >= http.StatusBadRequest {
			return fmt.Errorf("%s %s: %d %s", r.Method, r.Path, answer.Code, answer.Body)
		}
		return nil
	}
	all := map[string][][]statement{}
	for name, requests := range o.Rows {
		for _, r := range requests {
			if r.Token != "" { // so that it is known who asks, which is no part of the work
				if err := ask(request{Method: http.MethodGet, Path: "/api/auth/profile", Token: r.Token}); err != nil {
					return err
				}
			}
			said.take()
			if err := ask(r); err != nil {
				return err
			}
			all[name] = append(all[name], said.take())
		}
	}
	return gob.NewEncoder(os.Stdout).Encode(all)
}

// serveRecorded is the program over dir, whose workers rest. It keeps no answers.
func serveRecorded(dir string, said *recorder) (http.Handler, error) {
	app := pocketbase.NewWithConfig(pocketbase.Config{DefaultDataDir: dir, DBConnect: said.connect, DefaultQueryTimeout: limits.QueryTimeout})
	c := config.Default()
	c.RateLimits = false
	d := hooks.NewDeps(c)
	d.Kept = &present.Kept{Now: time.Now, Version: d.Version}
	hooks.Register(app, d)
	if err := app.Bootstrap(); err != nil {
		return nil, err
	}
	router, err := apis.NewRouter(app)
	if err != nil {
		return nil, err
	}
	var handler http.Handler
	err = app.OnServe().Trigger(&core.ServeEvent{App: app, Router: router, Server: &http.Server{}}, func(e *core.ServeEvent) (err error) {
		handler, err = e.Router.BuildMux()
		return err
	})
	d.Jobs.Stop()
	d.Mail.Stop()
	return handler, errors.Join(err, d.Search.Stop(), d.Search.Open(app)) // note: open, but not following
}

// recorder writes down what is said over the connections that it opens.
type recorder struct {
	mu   sync.Mutex
	said []statement
}

// take is what was said since it was asked last.
func (r *recorder) take() []statement {
	r.mu.Lock()
	defer r.mu.Unlock()
	said := r.said
	r.said = nil
	return said
}

func (r *recorder) note(text string, args []driver.NamedValue) {
	s := statement{Text: text}
	for _, a := range args {
		s.Args = append(s.Args, a.Value)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.said = append(r.said, s)
}

// connect is collections.ConnectDB, but that what is said to the community's database is written down.
func (r *recorder) connect(path string) (*dbx.DB, error) {
	plain, err := collections.ConnectDB(path)
	if err != nil || filepath.Base(path) != "data.db" {
		return plain, err
	}
	return dbx.NewFromDB(sql.OpenDB(recording{r, plain.DB().Driver(), path + collections.Pragmas}), "sqlite"), plain.Close()
}

type recording struct {
	*recorder
	driver driver.Driver
	dsn    string
}

// Driver implements driver.Connector.
func (c recording) Driver() driver.Driver { return c.driver }

// Connect implements driver.Connector.
func (c recording) Connect(context.Context) (driver.Conn, error) {
	conn, err := c.driver.Open(c.dsn)
	if err != nil {
		return nil, err
	}
	return recordedConn{conn.(conversation), c.recorder}, nil
}

type conversation interface {
	driver.Conn
	driver.ConnBeginTx
	driver.QueryerContext
	driver.ExecerContext
}

type recordedConn struct {
	conversation
	by *recorder
}

// QueryContext implements driver.QueryerContext.
func (c recordedConn) QueryContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Rows, error) {
	c.by.note(text, args)
	return c.conversation.QueryContext(ctx, text, args)
}

// ExecContext implements driver.ExecerContext.
func (c recordedConn) ExecContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Result, error) {
	c.by.note(text, args)
	return c.conversation.ExecContext(ctx, text, args)
}

// BeginTx implements driver.ConnBeginTx.
func (c recordedConn) BeginTx(ctx context.Context, o driver.TxOptions) (driver.Tx, error) {
	c.by.note("BEGIN", nil)
	tx, err := c.conversation.BeginTx(ctx, o)
	return recordedTx{tx, c.by}, err
}

type recordedTx struct {
	driver.Tx
	by *recorder
}

// Commit implements driver.Tx.
func (t recordedTx) Commit() error {
	t.by.note("COMMIT", nil)
	return t.Tx.Commit()
}
