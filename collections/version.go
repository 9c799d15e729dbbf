package collections

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"path/filepath"
	"sync"

	"github.com/pocketbase/pocketbase/core"
)

// Version tells whether anything was written to the community's database, by whatever program: SQLite keeps it
// (PRAGMA data_version). It opens a connection of its own when it is asked first, without database/sql, which would take longer
// than the answer does.
type Version struct {
	mu     sync.Mutex
	conn   driver.Conn
	asked  sqliteStatement
	opened uint64
}

// State is a database at a moment: of two that are equal, nothing was committed between them.
type State struct {
	opened uint64 // which connection says so: another one counts anew
	data   int64
}

func (s State) before(other State) bool {
	return s.opened < other.opened || s.opened == other.opened && s.data < other.data
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
	n, err := v.ask()
	if err != nil {
		return State{}, errors.Join(err, v.close())
	}
	return State{opened: v.opened, data: n}, nil
}

// stateKey is where a request keeps what [Version.When] said.
const stateKey = "madangState"

// When is the version of the database when e came, or of something older: all that one request reads is at least as new. Where it
// couldn't be asked then, it stays unknown.
func (v *Version) When(e *core.RequestEvent) (State, error) {
	type said struct {
		is  State
		err error
	}
	if came, known := e.Get(stateKey).(said); known {
		return came.is, came.err
	}
	is, err := v.Now(e.App)
	e.Set(stateKey, said{is, err})
	return is, err
}

func (v *Version) ask() (int64, error) {
	rows, err := v.asked.QueryContext(context.Background(), nil)
	if err != nil {
		return 0, err
	}
	var row [1]driver.Value
	if err := errors.Join(rows.Next(row[:]), rows.Close()); err != nil {
		return 0, err
	}
	n, is := row[0].(int64)
	if !is {
		return 0, fmt.Errorf("the database's version is %v", row[0])
	}
	return n, nil
}

func (v *Version) open(path string) error {
	db, err := sql.Open("sqlite", path+Pragmas)
	if err != nil {
		return err
	}
	conn, err := keepingConnector{db.Driver(), path, Pragmas}.Connect(context.Background())
	if err = errors.Join(err, db.Close()); err != nil {
		return err
	}
	v.conn, v.opened = conn, v.opened+1
	prepared, err := conn.Prepare("PRAGMA data_version")
	if err != nil {
		return err
	}
	statement, ok := prepared.(sqliteStatement)
	if !ok {
		return errors.Join(errors.New("the SQLite driver's statement lacks a method"), prepared.Close())
	}
	v.asked = statement
	return nil
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
	v.asked, v.conn = nil, nil
	return errors.Join(problems...)
}
