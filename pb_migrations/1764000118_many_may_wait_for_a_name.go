package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// Several may wait for a mail with the same username, and whoever follows their link first gets it: an application that
// nobody finishes keeps no name from others.
func init() {
	names := func(where string) func(core.App) error {
		return func(app core.App) error {
			c, err := app.FindCollectionByNameOrId("applications")
			if err != nil {
				return err
			}
			c.RemoveIndex("idx_applications_username")
			c.AddIndex("idx_applications_username", true, "username", where)
			return app.Save(c)
		}
	}
	m.Register(names("`state` = 'waiting' AND `waits_for` != 'mail'"), func(app core.App) error {
		if err := run(app, "DELETE FROM applications WHERE state = 'waiting' AND waits_for = 'mail'"); err != nil {
			return err
		}
		return names("`state` = 'waiting'")(app)
	})
}
