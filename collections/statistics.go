package collections

import (
	"fmt"

	"github.com/pocketbase/dbx"
)

// TakeStatistics counts how the rows of every table are spread, by which SQLite chooses indexes; one table at a time, since writers
// wait meanwhile. It keeps averages alone: where there are samples of rows as well (sqlite_stat4), SQLite plans a kept statement
// anew each time that it is run with other values. Nor does it look at a part alone, as PRAGMA optimize does, which takes a
// list of posts whose first one is well-known for one where all are, and then doesn't trust the right index.
func TakeStatistics(db dbx.Builder) error {
	var tables []string
	if err := db.NewQuery("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY name").Column(&tables); err != nil {
		return fmt.Errorf("list tables: %w", err)
	}
	for _, name := range tables {
		if _, err := db.NewQuery("ANALYZE {{" + name + "}}").Execute(); err != nil {
			return fmt.Errorf("take statistics of %s: %w", name, err)
		}
		if _, err := db.NewQuery("DELETE FROM sqlite_stat4").Execute(); err != nil {
			return fmt.Errorf("drop samples: %w", err)
		}
	}
	_, err := db.NewQuery("ANALYZE sqlite_schema").Execute() // reads them again
	return err
}
