package hooks

import (
	"context"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/routine"
)

// writer has the database's writer watched while the server runs (package doctor): what is found is in the log, in the
// metrics and in /api/ready.
func writer(app core.App, d *Deps) {
	ctx, stop := context.WithCancel(context.Background())
	app.OnServe().Bind(named("writer.watch", func(e *core.ServeEvent) error {
		routine.FireAndForget(func() { d.Writer.Run(ctx, e.App) })
		return e.Next()
	}))
	app.OnTerminate().Bind(named("writer.stop", func(e *core.TerminateEvent) error {
		stop()
		return e.Next()
	}))
}
