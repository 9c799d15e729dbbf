package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// A fresh instance is called Madang; what an operator changes later is never
// overwritten. Batch requests stay off until an admin turns them on.
func init() {
	m.Register(func(app core.App) error {
		s := app.Settings()
		s.Meta.AppName = "Madang"
		s.Meta.SenderName = "Madang"
		s.Batch.Enabled = false
		return app.Save(s)
	}, nil)
}
