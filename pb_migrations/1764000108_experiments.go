package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// Admins try two or more ways of something, and see which one does better. Of who saw which a keyed hash is kept, of
// this experiment alone.
func init() {
	m.Register(func(app core.App) error {
		x := core.NewBaseCollection("experiments")
		x.Fields.Add(
			&core.TextField{Name: "key", Required: true, Presentable: true, Max: 50, Pattern: `^[a-z0-9_-]+$`, Help: "What programs call it."},
			&core.TextField{Name: "name", Max: 100},
			&core.JSONField{Name: "variants", Required: true, MaxSize: 4096, Help: `A list of {"name", "weight"}; the first is what there was before.`},
			&core.TextField{Name: "conversion", Max: 50, Pattern: `^[a-z0-9_-]*$`, Help: "The event by which it is decided."},
			choice("state", true, "draft", "running", "stopped"),
			&core.TextField{Name: "winner", Max: 50, Help: "What everybody gets once it is stopped; the first variant unless it is said."},
			&core.TextField{Name: "salt", Hidden: true, Max: 50},
			&core.DateField{Name: "started_at"},
			&core.DateField{Name: "stopped_at"},
			created(), updated(),
		)
		x.AddIndex("idx_experiments_key", true, "key", "")
		admins := `@request.auth.id != "" && @request.auth.role = "admin"`
		x.ListRule, x.ViewRule, x.CreateRule, x.UpdateRule, x.DeleteRule = rule(admins), rule(admins), rule(admins), rule(admins), rule(admins)
		if err := app.Save(x); err != nil {
			return err
		}
		return run(app,
			`CREATE TABLE experiment_subjects (experiment TEXT NOT NULL, subject TEXT NOT NULL, variant TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (experiment, subject)) WITHOUT ROWID`,
			`CREATE INDEX idx_experiment_subjects_variant ON experiment_subjects (experiment, variant)`,
			`CREATE TABLE experiment_events (experiment TEXT NOT NULL, event TEXT NOT NULL, subject TEXT NOT NULL, variant TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (experiment, event, subject)) WITHOUT ROWID`,
		)
	}, func(app core.App) error {
		if err := run(app, "DROP TABLE experiment_events", "DROP TABLE experiment_subjects"); err != nil {
			return err
		}
		return drop(app, "experiments")
	})
}
