package hooks

import (
	"errors"
	"path"

	"github.com/pocketbase/pocketbase/core"

	"madang/search/live"
)

// index is the life of the search index: it opens when the server starts, follows the change
// log, and closes with the program. It can be rebuilt, so backups leave it out.
func index(app core.App, d *Deps) {
	app.OnServe().Bind(named("index.start", func(e *core.ServeEvent) error {
		if err := d.Search.Start(e.App); err != nil {
			return err
		}
		return e.Next()
	}))
	app.OnTerminate().Bind(named("index.stop", func(e *core.TerminateEvent) error {
		return errors.Join(d.Search.Stop(), e.Next())
	}))
	app.OnBackupCreate().Bind(named("index.exclude", func(e *core.BackupEvent) error {
		e.Exclude = append(e.Exclude, path.Clean(live.Dir))
		return e.Next()
	}))
}
