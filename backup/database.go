package backup

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"modernc.org/sqlite"
)

// databases of the data folder, in the order in which they are copied.
var databases = []string{"data.db", "auxiliary.db"}

// openDB opens a database file by itself, beside whoever else has it open.
func openDB(file string) (*sql.DB, error) {
	db, err := sql.Open("sqlite", file+"?_pragma=busy_timeout(10000)&_pragma=synchronous(FULL)&_pragma=secure_delete(ON)")
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", filepath.Base(file), err)
	}
	db.SetMaxOpenConns(1)
	return db, nil
}

// stepPages is how many pages are copied between two looks at the context.
const stepPages = 4096

// copyDatabase copies a database as it is at one moment, while others read and write it (https://sqlite.org/backup.html).
// Pages keep their places, so that two copies have most of their pieces in common.
func copyDatabase(ctx context.Context, from, to string) error {
	return onDatabase(ctx, from, func(conn *sql.Conn, at backupMaker) error {
		// note: held while it is copied, or a write of somebody else's begins the copy anew
		if _, err := conn.ExecContext(ctx, "BEGIN"); err != nil {
			return err
		}
		var n int
		if err := conn.QueryRowContext(ctx, "SELECT COUNT(*) FROM sqlite_schema").Scan(&n); err != nil {
			return err
		}
		err := conn.Raw(func(any) error {
			b, err := at.NewBackup(to + "?_pragma=synchronous(OFF)")
			if err != nil {
				return err
			}
			return copyPages(ctx, b)
		})
		_, end := conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
		return errors.Join(err, end)
	})
}

// putDatabase makes a database what the file from holds, in one transaction of SQLite's: a crash leaves the one or the other.
func putDatabase(ctx context.Context, from, to string) error {
	return onDatabase(ctx, to, func(conn *sql.Conn, at backupMaker) error {
		return conn.Raw(func(any) error {
			b, err := at.NewRestore(from)
			if err != nil {
				return err
			}
			more, err := b.Step(-1)
			if err == nil && more {
				err = errors.New("it wasn't copied to its end")
			}
			return errors.Join(err, b.Finish())
		})
	})
}

type backupMaker interface {
	NewBackup(to string) (*sqlite.Backup, error)
	NewRestore(from string) (*sqlite.Backup, error)
}

func onDatabase(ctx context.Context, file string, do func(*sql.Conn, backupMaker) error) error {
	db, err := openDB(file)
	if err != nil {
		return err
	}
	defer db.Close() //nolint:errcheck // what matters was written or wasn't
	conn, err := db.Conn(ctx)
	if err != nil {
		return fmt.Errorf("open %s: %w", filepath.Base(file), err)
	}
	defer conn.Close() //nolint:errcheck // as above
	var at backupMaker
	err = conn.Raw(func(c any) error {
		var ok bool
		if at, ok = c.(backupMaker); !ok {
			return errors.New("the SQLite driver makes no backups")
		}
		return nil
	})
	if err == nil {
		err = do(conn, at)
	}
	if err != nil {
		return fmt.Errorf("copy %s: %w", filepath.Base(file), err)
	}
	return nil
}

func copyPages(ctx context.Context, b *sqlite.Backup) error {
	for {
		more, err := b.Step(stepPages)
		if err == nil && more {
			err = ended(ctx)
		}
		if err != nil || !more {
			return errors.Join(err, b.Finish())
		}
	}
}

// errInUse is a database that another program has open.
var errInUse = errors.New("the data folder is in use: stop the server first")

// notInUse reports as an error that somebody else has a database of the folder open. It folds the journals into the databases.
func notInUse(ctx context.Context, dir string) error {
	for _, name := range databases {
		file := filepath.Join(dir, name)
		if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
			continue
		}
		db, err := sql.Open("sqlite", file+"?_pragma=busy_timeout(0)")
		if err != nil {
			return err
		}
		var mode string
		err = db.QueryRowContext(ctx, "PRAGMA journal_mode=DELETE").Scan(&mode) // which needs it alone
		var broken *sqlite.Error
		const busy = 5
		switch {
		case errors.As(err, &broken) && broken.Code()&0xff == busy, err == nil && mode == "wal":
			err = errInUse
		default:
			err = nil // one that is broken is in nobody's use
		}
		if err := errors.Join(err, db.Close()); err != nil {
			return err
		}
	}
	return nil
}

// named are the files that a copied database names, by their path in the data folder, and the folders of all its records.
func named(ctx context.Context, file string) (files []string, folders map[string]bool, err error) {
	db, err := openDB(file)
	if err != nil {
		return nil, nil, err
	}
	defer db.Close() //nolint:errcheck // only read
	fields, err := fileFields(ctx, db)
	if err != nil {
		return nil, nil, fmt.Errorf("look for fields of files: %w", err)
	}
	folders = map[string]bool{}
	for _, f := range fields {
		err := eachRow(ctx, db, "SELECT id, COALESCE("+quoted(f.name)+", '') FROM "+quoted(f.table), func(id, value string) {
			folder := path.Join(storageDir, f.collection, id)
			folders[folder] = true
			for _, name := range fileNames(value) {
				files = append(files, path.Join(folder, name))
			}
		})
		if err != nil {
			return nil, nil, fmt.Errorf("look for the files of %s: %w", f.table, err)
		}
	}
	return files, folders, nil
}

type fileField struct{ collection, table, name string }

func fileFields(ctx context.Context, db *sql.DB) (all []fileField, err error) {
	rows, err := db.QueryContext(ctx, "SELECT id, name, fields FROM _collections WHERE type != 'view'")
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // only read
	for rows.Next() {
		var id, table, raw string
		if err := rows.Scan(&id, &table, &raw); err != nil {
			return nil, err
		}
		var fields []struct{ Type, Name string }
		if err := json.Unmarshal([]byte(raw), &fields); err != nil {
			return nil, err
		}
		for _, f := range fields {
			if f.Type == "file" {
				all = append(all, fileField{id, table, f.Name})
			}
		}
	}
	return all, rows.Err()
}

func eachRow(ctx context.Context, db *sql.DB, query string, do func(id, value string)) error {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // only read
	for rows.Next() {
		var id, value string
		if err := rows.Scan(&id, &value); err != nil {
			return err
		}
		do(id, value)
	}
	return rows.Err()
}

// fileNames are those in the value of a field: one, or a list as JSON.
func fileNames(value string) []string {
	if value == "" {
		return nil
	}
	var list []string
	if strings.HasPrefix(value, "[") && json.Unmarshal([]byte(value), &list) == nil {
		return list
	}
	return []string{value}
}

func quoted(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// newestMigration is the name of the last one in a database, "" for none.
func newestMigration(ctx context.Context, file string) (string, error) {
	applied, err := appliedMigrations(ctx, file)
	if err != nil || len(applied) == 0 {
		return "", err
	}
	newest := ""
	for name := range applied {
		newest = max(newest, name)
	}
	return newest, nil
}

// appliedMigrations are those in a database; none when there is no such table.
func appliedMigrations(ctx context.Context, file string) (map[string]bool, error) {
	db, err := openDB(file)
	if err != nil {
		return nil, err
	}
	defer db.Close() //nolint:errcheck // only read
	var n int
	if err := db.QueryRowContext(ctx, "SELECT COUNT(*) FROM sqlite_schema WHERE name = '_migrations'").Scan(&n); err != nil || n == 0 {
		return nil, err
	}
	applied := map[string]bool{}
	err = eachRow(ctx, db, "SELECT file, applied FROM _migrations", func(name, _ string) { applied[name] = true })
	return applied, err
}
