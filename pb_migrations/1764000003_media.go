package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// Pictures, sounds and films belong to their owner and, once attached, to a post.
// The files are protected: a private post's video is private.
func init() {
	m.Register(func(app core.App) error {
		c, err := find(app, "users", "posts")
		if err != nil {
			return err
		}
		media := core.NewBaseCollection("media")
		media.Fields.Add(
			belongs("owner", c["users"]),
			mayBelong("post", c["posts"]),
			&core.NumberField{Name: "position", OnlyInt: true},
			// note: the real limits are the configured ones, checked by package media; this is the ceiling
			&core.FileField{Name: "file", MaxSelect: 1, MaxSize: 4 << 30, Required: true, Protected: true},
			&core.FileField{Name: "thumbnail", MaxSelect: 1, MaxSize: 5 << 20, Protected: true},
			choice("media_type", true, "image", "audio", "video"),
			&core.TextField{Name: "mime_type", Max: 100},
			&core.NumberField{Name: "file_size", OnlyInt: true, Help: "bytes"},
			&core.NumberField{Name: "width", OnlyInt: true},
			&core.NumberField{Name: "height", OnlyInt: true},
			&core.NumberField{Name: "duration", Help: "seconds"},
			&core.TextField{Name: "placeholder", Max: 100, Help: "thumbhash, base64"},
			&core.TextField{Name: "alt_text", Max: 1500},
			choice("status", true, "processing", "ready", "failed"),
			&core.TextField{Name: "failure", Max: 500},
			created(), updated(),
		)
		media.AddIndex("idx_media_post", false, "post, position", "")
		media.AddIndex("idx_media_owner", false, "owner, created_at", "")
		return app.Save(media)
	}, func(app core.App) error {
		return drop(app, "media")
	})
}
