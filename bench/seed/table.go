package seed

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
)

// rowsAtOnce is how many rows one statement inserts.
const rowsAtOnce = 50

// insert writes rows into a table in one transaction. Indexes that needn't be there meanwhile are made afterwards, which
// takes a third of the time.
func (c *community) insert(table string, columns []string, rows iter.Seq[[]any]) (err error) {
	tx, err := c.db.BeginTx(c.ctx, nil)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, tx.Rollback())
		}
	}()
	indexes, err := dropIndexes(c.ctx, tx, table)
	if err != nil {
		return err
	}
	if err := insertRows(c.ctx, tx, table, columns, rows); err != nil {
		return fmt.Errorf("insert into %s: %w", table, err)
	}
	for _, definition := range indexes {
		if _, err := tx.ExecContext(c.ctx, definition); err != nil {
			return fmt.Errorf("%s: %w", definition, err)
		}
	}
	return tx.Commit()
}

func insertRows(ctx context.Context, tx *sql.Tx, table string, columns []string, rows iter.Seq[[]any]) error {
	values := make([]any, 0, rowsAtOnce*len(columns))
	flush := func(statement *sql.Stmt) error {
		_, err := statement.ExecContext(ctx, values...)
		values = values[:0]
		return err
	}
	full, err := tx.PrepareContext(ctx, insertion(table, columns, rowsAtOnce))
	if err != nil {
		return err
	}
	defer full.Close() //nolint:errcheck // only lets go of memory
	for row := range rows {
		values = append(values, row...)
		if len(values) == cap(values) {
			if err := flush(full); err != nil {
				return err
			}
		}
	}
	if len(values) == 0 {
		return nil
	}
	_, err = tx.ExecContext(ctx, insertion(table, columns, len(values)/len(columns)), values...)
	return err
}

// insertion is the text of a statement that inserts n rows.
func insertion(table string, columns []string, n int) string {
	row := "(" + strings.Join(slices.Repeat([]string{"?"}, len(columns)), ",") + ")"
	return fmt.Sprintf("INSERT INTO `%s` (`%s`) VALUES %s", table, strings.Join(columns, "`,`"), strings.Join(slices.Repeat([]string{row}, n), ","))
}

// dropIndexes drops the indexes of a table that statements made, and returns those statements.
func dropIndexes(ctx context.Context, tx *sql.Tx, table string) (definitions []string, err error) {
	found, err := tx.QueryContext(ctx, "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL", table)
	if err != nil {
		return nil, err
	}
	defer found.Close() //nolint:errcheck // Err tells
	var names []string
	for found.Next() {
		var name, definition string
		if err := found.Scan(&name, &definition); err != nil {
			return nil, err
		}
		names, definitions = append(names, name), append(definitions, definition)
	}
	if err := found.Err(); err != nil {
		return nil, err
	}
	for _, name := range names {
		if _, err := tx.ExecContext(ctx, "DROP INDEX `"+name+"`"); err != nil {
			return nil, err
		}
	}
	return definitions, nil
}

func sqlString(s string) sql.NullString { return sql.NullString{String: s, Valid: true} }
