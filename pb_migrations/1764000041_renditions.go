package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// What is made of a film where there is ffmpeg lies beside its file and goes with it: a sprite for
// the seek bar, and renditions – HLS in some sizes, a film that every browser plays – of which the
// row says what each file is.
func init() {
	const large = 16 << 30 // bytes; a film is bounded when it arrives, and what is made of it by that
	m.Register(func(app core.App) error {
		c, err := find(app, "media")
		if err != nil {
			return err
		}
		c["media"].Fields.Add(
			&core.FileField{Name: "sprite", Hidden: true, Protected: true, MaxSelect: 1, MaxSize: 20 << 20},
			&core.FileField{Name: "rendition_files", Hidden: true, Protected: true, MaxSelect: 20, MaxSize: large},
			&core.JSONField{Name: "renditions", Hidden: true, MaxSize: 64 << 10},
		)
		return app.Save(c["media"])
	}, func(app core.App) error {
		c, err := find(app, "media")
		if err != nil {
			return err
		}
		for _, name := range []string{"sprite", "rendition_files", "renditions"} {
			c["media"].Fields.RemoveByName(name)
		}
		return app.Save(c["media"])
	})
}
