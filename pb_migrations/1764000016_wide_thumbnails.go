package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// Pictures and films are shown 600 and 1200 pixels wide as well. Media from before get these when
// they are first asked for.
func init() {
	m.Register(func(app core.App) error {
		c, err := find(app, "media")
		if err != nil {
			return err
		}
		for _, name := range []string{"thumbnail_600", "thumbnail_1200"} {
			c["media"].Fields.Add(&core.FileField{Name: name, MaxSelect: 1, MaxSize: 5 << 20, Protected: true})
		}
		return app.Save(c["media"])
	}, func(app core.App) error {
		c, err := find(app, "media")
		if err != nil {
			return err
		}
		for _, name := range []string{"thumbnail_600", "thumbnail_1200"} {
			c["media"].Fields.RemoveByName(name)
		}
		return app.Save(c["media"])
	})
}
