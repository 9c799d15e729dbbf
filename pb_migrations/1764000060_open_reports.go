package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
	"github.com/pocketbase/pocketbase/tools/types"
)

// What is reported knows how many reports of it wait for a moderator.
func init() {
	reported := []string{"posts", "comments", "users", "media"}
	m.Register(func(app core.App) error {
		c, err := find(app, append(reported, "reports")...)
		if err != nil {
			return err
		}
		for _, name := range reported {
			c[name].Fields.Add(&core.NumberField{
				Name: "open_reports_count", OnlyInt: true, Min: types.Pointer(0.0), Hidden: true, Help: "Counted by the server; nobody is told.",
			})
			if err := app.Save(c[name]); err != nil {
				return err
			}
		}
		c["reports"].AddIndex("idx_reports_target", false, "target_type, target_id, status", "")
		return app.Save(c["reports"])
	}, func(app core.App) error {
		c, err := find(app, append(reported, "reports")...)
		if err != nil {
			return err
		}
		for _, name := range reported {
			c[name].Fields.RemoveByName("open_reports_count")
			if err := app.Save(c[name]); err != nil {
				return err
			}
		}
		c["reports"].RemoveIndex("idx_reports_target")
		return app.Save(c["reports"])
	})
}
