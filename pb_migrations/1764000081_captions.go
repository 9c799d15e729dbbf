package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// Films and sounds have captions, a file for each language, beside their own file; the row says which is which.
func init() {
	m.Register(func(app core.App) error {
		c, err := find(app, "media")
		if err != nil {
			return err
		}
		c["media"].Fields.Add(
			&core.JSONField{Name: "captions", MaxSize: 8 << 10, Help: "By language: what they are called, and which file they are."},
			&core.FileField{Name: "caption_files", Hidden: true, Protected: true, MaxSelect: 10, MaxSize: 512 << 10},
		)
		return app.Save(c["media"])
	}, func(app core.App) error {
		c, err := find(app, "media")
		if err != nil {
			return err
		}
		for _, name := range []string{"captions", "caption_files"} {
			c["media"].Fields.RemoveByName(name)
		}
		return app.Save(c["media"])
	})
}
