package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// The name of somebody who left stays taken for a while, so that nobody is taken for them. An
// operator who wants to give it back earlier deletes its row in the dashboard. And what goes
// with a person, a post or a comment is found without reading everybody's news.
func init() {
	m.Register(func(app core.App) error {
		names := core.NewBaseCollection("retired_names")
		names.Fields.Add(
			&core.TextField{Name: "name", Required: true, Presentable: true, Max: 30, Help: "A username in lower case."},
			&core.DateField{Name: "until", Required: true, Help: "Nobody joins under the name before."},
			&core.DateField{Name: "scrubbed_at", Help: "When the disk was cleaned of what its owner had written; empty until then."},
			created(),
		)
		names.AddIndex("idx_retired_names_name", true, "name", "")
		if err := app.Save(names); err != nil {
			return err
		}
		c, err := find(app, "notifications")
		if err != nil {
			return err
		}
		news := c["notifications"]
		news.AddIndex("idx_notifications_actor", false, "actor, type, post", "")
		news.AddIndex("idx_notifications_post", false, "post", "")
		news.AddIndex("idx_notifications_comment", false, "comment", "")
		return app.Save(news)
	}, func(app core.App) error {
		c, err := find(app, "notifications")
		if err != nil {
			return err
		}
		news := c["notifications"]
		for _, by := range []string{"actor", "post", "comment"} {
			news.RemoveIndex("idx_notifications_" + by)
		}
		if err := app.Save(news); err != nil {
			return err
		}
		return drop(app, "retired_names")
	})
}
