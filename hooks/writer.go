package hooks

import "github.com/pocketbase/pocketbase/core"

// writer has the database's writer watched while the server runs (package doctor): what is found is in the log, in the
// metrics and in /api/ready.
func writer(app core.App, d *Deps) {
	app.OnServe().Bind(named("writer.watch", func(e *core.ServeEvent) error {
		d.Writer.Start(e.App)
		return e.Next()
	}))
	app.OnTerminate().Bind(named("writer.stop", func(e *core.TerminateEvent) error {
		d.Writer.Stop()
		return e.Next()
	}))
}
