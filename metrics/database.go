package metrics

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// Pools shows the connections of the four pools: of each of the two databases one that reads and
// one that writes. They are looked for when they are asked for, since a restored backup opens others.
func Pools(app core.App) prometheus.Collector { return pools{app} }

type pools struct{ app core.App }

// Describe implements [prometheus.Collector].
func (p pools) Describe(chan<- *prometheus.Desc) {}

// Collect implements [prometheus.Collector].
func (p pools) Collect(to chan<- prometheus.Metric) {
	for name, builder := range map[string]dbx.Builder{
		"data_read": p.app.ConcurrentDB(), "data_write": p.app.NonconcurrentDB(),
		"auxiliary_read": p.app.AuxConcurrentDB(), "auxiliary_write": p.app.AuxNonconcurrentDB(),
	} {
		if db, ok := builder.(*dbx.DB); ok && db.DB() != nil {
			collectors.NewDBStatsCollector(db.DB(), name).Collect(to)
		}
	}
}

// Sizes is how large the files of the databases are.
func Sizes(app core.App) Source {
	return Source{
		Name: "madang_sqlite_file_bytes", Help: "Size of the files of the databases: the database itself, and its write-ahead log.", Labels: []string{"db", "file"},
		Read: func(_ context.Context, tell func(float64, ...string)) error {
			for _, db := range []string{"data", "auxiliary"} {
				for file, suffix := range map[string]string{"database": ".db", "wal": ".db-wal"} {
					info, err := os.Stat(filepath.Join(app.DataDir(), db+suffix))
					switch {
					case err == nil:
						tell(float64(info.Size()), db, file)
					case !errors.Is(err, fs.ErrNotExist):
						return err
					}
				}
			}
			return nil
		},
	}
}
