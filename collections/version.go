package collections

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"sync"

	"github.com/pocketbase/pocketbase/core"
)

// Version tells whether anything was written to the community's database, by whatever program: SQLite keeps it
// (PRAGMA data_version). It opens a connection of its own when it is asked first.
type Version struct {
	mu     sync.Mutex
	db     *sql.DB
	conn   *sql.Conn
	asked  *sql.Stmt
	opened uint64
}

// State is a database at a moment: of two that are equal, nothing was committed between them.
type State struct {
	opened uint64 // which connection says so: another one counts anew
	data   int64
}

// Now is the version of what a query sees that begins after it, or of something older.
func (v *Version) Now(app core.App) (State, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.asked == nil {
		if err := v.open(filepath.Join(app.DataDir(), "data.db")); err != nil {
			return State{}, errors.Join(err, v.close())
		}
	}
	is := State{opened: v.opened}
	if err := v.asked.QueryRowContext(context.Background()).Scan(&is.data); err != nil {
		return State{}, errors.Join(err, v.close())
	}
	return is, nil
}

func (v *Version) open(path string) error {
	db, err := ConnectDB(path)
	if err != nil {
		return err
	}
	v.db, v.opened = db.DB(), v.opened+1
	if v.conn, err = v.db.Conn(context.Background()); err != nil {
		return err
	}
	v.asked, err = v.conn.PrepareContext(context.Background(), "PRAGMA data_version")
	return err
}

// Close lets go of the connection, until it is asked again.
func (v *Version) Close() error {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.close()
}

func (v *Version) close() error {
	var problems []error
	if v.asked != nil {
		problems = append(problems, v.asked.Close())
	}
	if v.conn != nil {
		problems = append(problems, v.conn.Close())
	}
	if v.db != nil {
		problems = append(problems, v.db.Close())
	}
	v.asked, v.conn, v.db = nil, nil, nil
	return errors.Join(problems...)
}
