package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// Work that takes longer than a request waits in a queue until it is done. A worker holds a job
// by a lease that it renews; what a killed program held is free again when the lease ends.
// Nothing here is deleted with what it is about but by the program, so a job carries ids alone.
func init() {
	m.Register(func(app core.App) error {
		jobs := core.NewBaseCollection("jobs")
		jobs.Fields.Add(
			&core.TextField{Name: "kind", Required: true, Presentable: true, Max: 50},
			&core.TextField{Name: "unique_key", Max: 200, Help: "Of two jobs of a kind with the same, only one waits or runs."},
			&core.TextField{Name: "subject", Max: 50, Help: "The id of what it is about; the job goes with that."},
			&core.JSONField{Name: "payload", MaxSize: 64 << 10},
			choice("state", true, "queued", "running", "done", "failed", "cancelled"),
			counter("attempts"),
			&core.DateField{Name: "run_at", Required: true, Help: "Not before."},
			&core.TextField{Name: "lease", Hidden: true, Max: 50},
			&core.DateField{Name: "lease_until", Help: "Until then it belongs to the worker that runs it."},
			counter("progress"),
			&core.TextField{Name: "step", Max: 50, Help: "What it is at."},
			&core.TextField{Name: "error", Max: 2000},
			&core.DateField{Name: "started_at"},
			&core.DateField{Name: "finished_at"},
			created(),
		)
		jobs.AddIndex("idx_jobs_due", false, "kind, run_at, id", "`state` = 'queued'")
		jobs.AddIndex("idx_jobs_leases", false, "kind, lease_until", "`state` = 'running'")
		jobs.AddIndex("idx_jobs_unique_key", true, "kind, unique_key", "`unique_key` != '' AND `state` IN ('queued', 'running')")
		jobs.AddIndex("idx_jobs_subject", false, "subject", "`subject` != ''")
		jobs.AddIndex("idx_jobs_state", false, "state, finished_at", "")
		if err := app.Save(jobs); err != nil {
			return err
		}
		return run(app, "CREATE TABLE job_pauses (kind TEXT NOT NULL PRIMARY KEY, paused_at TEXT NOT NULL) WITHOUT ROWID")
	}, func(app core.App) error {
		if err := run(app, "DROP TABLE job_pauses"); err != nil {
			return err
		}
		return drop(app, "jobs")
	})
}
