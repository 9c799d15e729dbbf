package collections

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"strings"
)

const (
	// maxStatements is how many statements a connection keeps: more than the program's hot ones.
	maxStatements = 128
	// maxStatement is how long the text of one may be, in bytes; longer ones hold lists and don't come again.
	maxStatement = 4 << 10
)

// keepingConnector opens connections that keep what SQLite made of a statement's text. Parsing and planning one costs
// several times what running it does when it finds a row by its key, and the program says the same few hundred over and over.
type keepingConnector struct {
	driver        driver.Driver
	path, pragmas string
}

// Connect implements driver.Connector.
func (c keepingConnector) Connect(context.Context) (driver.Conn, error) {
	opened, err := c.driver.Open(c.path + c.pragmas)
	if err != nil {
		return nil, err
	}
	conn, ok := opened.(sqliteConn)
	if !ok {
		return nil, errors.Join(errors.New("the SQLite driver's connection lacks a method"), opened.Close())
	}
	return &keepingConn{sqliteConn: conn, path: c.path, kept: map[string]*keptStatement{}}, nil
}

// Driver implements driver.Connector.
func (c keepingConnector) Driver() driver.Driver { return c.driver }

// openKeeping is sql.Open("sqlite", path+pragmas) over connections that keep statements.
func openKeeping(path, pragmas string) (*sql.DB, error) {
	plain, err := sql.Open("sqlite", path+pragmas)
	if err != nil {
		return nil, err
	}
	c := keepingConnector{plain.Driver(), path, pragmas}
	return sql.OpenDB(c), plain.Close()
}

// sqliteConn is what the driver's connections can do.
type sqliteConn interface {
	driver.Conn
	driver.ConnPrepareContext
	driver.ConnBeginTx
	driver.QueryerContext
	driver.ExecerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// sqliteStatement is what its statements can do.
type sqliteStatement interface {
	driver.Stmt
	driver.StmtQueryContext
	driver.StmtExecContext
}

// keepingConn is one connection. database/sql calls it and its rows one call at a time.
// SQLite itself plans a kept statement anew when the schema has changed.
type keepingConn struct {
	sqliteConn
	path  string // of its database
	kept  map[string]*keptStatement
	clock uint64
}

type keptStatement struct {
	sqliteStatement
	reading bool   // rows of it are being read, so it can't be run again
	last    uint64 // when it was run, by the connection's clock
}

// QueryContext implements driver.QueryerContext.
func (c *keepingConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	defer endsUnread(c.path, readingMapped())
	s, err := c.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	var opened driver.Rows
	if s == nil {
		opened, err = c.sqliteConn.QueryContext(ctx, query, args)
	} else {
		opened, err = s.QueryContext(ctx, args)
	}
	if err != nil {
		return nil, err
	}
	rows, ok := opened.(sqliteRows)
	if !ok {
		return nil, errors.Join(errors.New("the SQLite driver's rows lack a method"), opened.Close())
	}
	if s != nil {
		s.reading = true
	}
	return &keptRows{rows, c.path, s}, nil
}

// ExecContext implements driver.ExecerContext.
func (c *keepingConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	defer endsUnread(c.path, readingMapped())
	s, err := c.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return c.sqliteConn.ExecContext(ctx, query, args)
	}
	return s.ExecContext(ctx, args)
}

// Close implements driver.Conn.
func (c *keepingConn) Close() error {
	var problems []error
	for _, s := range c.kept {
		problems = append(problems, s.Close())
	}
	c.kept = nil
	return errors.Join(append(problems, c.sqliteConn.Close())...)
}

// statement is the kept statement of that text, made when there is none; nil when the text is none to keep
// or its statement is being read.
func (c *keepingConn) statement(ctx context.Context, query string) (*keptStatement, error) {
	c.clock++
	if s := c.kept[query]; s != nil {
		if s.reading {
			return nil, nil //nolint:nilnil // nobody's statement
		}
		s.last = c.clock
		return s, nil
	}
	if len(query) > maxStatement || !comesAgain(query) {
		return nil, nil //nolint:nilnil // nobody's statement
	}
	prepared, err := c.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	statement, ok := prepared.(sqliteStatement)
	if !ok {
		return nil, errors.Join(errors.New("the SQLite driver's statement lacks a method"), prepared.Close())
	}
	if err := c.makeRoom(); err != nil {
		return nil, errors.Join(err, statement.Close())
	}
	s := &keptStatement{sqliteStatement: statement, last: c.clock}
	c.kept[query] = s
	return s, nil
}

// makeRoom drops the statement that was not run for longest.
func (c *keepingConn) makeRoom() error {
	if len(c.kept) < maxStatements {
		return nil
	}
	oldest := ""
	for query, s := range c.kept {
		if !s.reading && (oldest == "" || s.last < c.kept[oldest].last) {
			oldest = query
		}
	}
	s := c.kept[oldest]
	if s == nil {
		return nil // all are being read; there is one more then
	}
	delete(c.kept, oldest)
	return s.Close()
}

// comesAgain reports whether a statement reads or writes rows. The others – of the schema, pragmas – run once.
func comesAgain(query string) bool {
	start := strings.Fields(query[:min(len(query), len(" SELECT "))])
	if len(start) == 0 {
		return false
	}
	switch strings.ToUpper(start[0]) {
	case "SELECT", "INSERT", "UPDATE", "DELETE", "WITH":
		return true
	}
	return false
}

// sqliteRows is what the driver's rows can do.
type sqliteRows interface {
	driver.Rows
	driver.RowsColumnTypeDatabaseTypeName
	driver.RowsColumnTypeLength
	driver.RowsColumnTypeNullable
	driver.RowsColumnTypePrecisionScale
	driver.RowsColumnTypeScanType
}

// keptRows gives its statement back when it is closed.
type keptRows struct {
	sqliteRows
	path string         // of the database
	of   *keptStatement // nil when it isn't kept
}

// Next implements driver.Rows.
func (r *keptRows) Next(row []driver.Value) error {
	defer endsUnread(r.path, readingMapped())
	return r.sqliteRows.Next(row)
}

// Close implements driver.Rows.
func (r *keptRows) Close() error {
	if r.of != nil {
		r.of.reading = false
	}
	return r.sqliteRows.Close()
}
