package hooks

import (
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/jobs"
)

// IdleJobs counts the jobs that wait for a worker which this instance doesn't have.
func (d *Deps) IdleJobs(app core.App) func() (map[string]int, error) {
	return func() (map[string]int, error) { return d.Jobs.Idle(app) }
}

// jobsOf is the queue of work apart from requests (package jobs). What the work is, the features
// say that add it.
//
//	rule    superusers alone, by the routes and the command; the collection is theirs to read
//	with    the jobs about a medium or a person go with them
//	after   a job that is queued wakes the queue, which runs while the server does
func jobsOf(app core.App, d *Deps) {
	for _, name := range []string{collections.Media, collections.Users} {
		app.OnRecordDeleteExecute(name).Bind(with("jobs.forget."+name, func(e *core.RecordEvent) error {
			return inTx(e, func(tx core.App) error { return jobs.Forget(tx, e.Record.Id) })
		}))
	}
	app.OnRecordAfterCreateSuccess(collections.Jobs).Bind(after("jobs.wake", func(*core.RecordEvent) error {
		d.Jobs.Wake()
		return nil
	}))
	app.OnServe().Bind(named("jobs.start", func(e *core.ServeEvent) error {
		d.Jobs.Start(e.App)
		return e.Next()
	}))
	app.OnTerminate().Bind(named("jobs.stop", func(e *core.TerminateEvent) error {
		d.Jobs.Stop()
		return e.Next()
	}))
}
