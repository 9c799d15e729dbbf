package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// Sounds say who made them and how they look: title and artist from the file's tags, and 400 peaks from 0 to 100.
func init() {
	m.Register(func(app core.App) error {
		c, err := find(app, "media")
		if err != nil {
			return err
		}
		c["media"].Fields.Add(
			&core.TextField{Name: "title", Max: 200, Help: "Of a sound, from its tags."},
			&core.TextField{Name: "artist", Max: 200, Help: "Of a sound, from its tags."},
			&core.JSONField{Name: "peaks", MaxSize: 8 << 10, Help: "How loud each of 400 equal parts of a sound gets, 0 to 100."},
		)
		return app.Save(c["media"])
	}, func(app core.App) error {
		c, err := find(app, "media")
		if err != nil {
			return err
		}
		for _, name := range []string{"title", "artist", "peaks"} {
			c["media"].Fields.RemoveByName(name)
		}
		return app.Save(c["media"])
	})
}
