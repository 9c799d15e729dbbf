package pb_migrations

import (
	"errors"

	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// Uploads arrive in pieces, over days if need be. What arrived so far lies in a file named by the
// row; a finished one has become the medium of the same id – one without a file when it turned
// out unreadable. And what a person sent on a day is counted, whether or not it is still there.
func init() {
	m.Register(func(app core.App) error {
		c, err := find(app, "users", "media")
		if err != nil {
			return err
		}
		if err := fileRequired(app, c["media"], false); err != nil {
			return err
		}
		uploads := core.NewBaseCollection("uploads")
		uploads.Fields.Add(
			belongs("owner", c["users"]),
			&core.TextField{Name: "file_name", Required: true, Presentable: true, Max: 255},
			counter("file_size"),
			&core.TextField{Name: "alt_text", Max: 1500},
			&core.DateField{Name: "finished_at", Help: "When it became a medium; empty while it arrives."},
			created(),
		)
		uploads.AddIndex("idx_uploads_owner", false, "owner, created_at", "")
		if err := app.Save(uploads); err != nil {
			return err
		}
		_, err = app.DB().NewQuery("CREATE TABLE upload_days (user TEXT NOT NULL, day TEXT NOT NULL, bytes INTEGER NOT NULL, PRIMARY KEY (user, day)) WITHOUT ROWID").Execute()
		return err
	}, func(app core.App) error {
		if _, err := app.DB().NewQuery("DROP TABLE upload_days").Execute(); err != nil {
			return err
		}
		if err := drop(app, "uploads"); err != nil {
			return err
		}
		c, err := find(app, "media")
		if err != nil {
			return err
		}
		return fileRequired(app, c["media"], true)
	})
}

// fileRequired says whether every medium has a file. One that turned out unreadable has none.
func fileRequired(app core.App, media *core.Collection, required bool) error {
	file, is := media.Fields.GetByName("file").(*core.FileField)
	if !is {
		return errors.New("media has no file")
	}
	file.Required = required
	return app.Save(media)
}
