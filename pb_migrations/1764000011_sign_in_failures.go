package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// Failed sign-ins are kept for five minutes, by hashes of the name and of the address, so
// that who guesses passwords isn't forgotten by a restart.
func init() {
	m.Register(func(app core.App) error {
		return run(app,
			`CREATE TABLE sign_in_failures (id INTEGER PRIMARY KEY AUTOINCREMENT, who TEXT NOT NULL, at TEXT NOT NULL)`,
			`CREATE INDEX idx_sign_in_failures_who ON sign_in_failures (who, at)`,
			`CREATE INDEX idx_sign_in_failures_at ON sign_in_failures (at)`,
		)
	}, func(app core.App) error {
		return run(app, "DROP TABLE sign_in_failures")
	})
}
