package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// The comments on a post are counted by an index alone, less those that were deleted or hidden, which are few.
func init() {
	const outOfSight = "idx_comments_out_of_sight"
	change := func(app core.App, what func(comments *core.Collection)) error {
		comments, err := app.FindCollectionByNameOrId("comments")
		if err != nil {
			return err
		}
		what(comments)
		return app.Save(comments)
	}
	m.Register(func(app core.App) error {
		return change(app, func(comments *core.Collection) {
			comments.AddIndex(outOfSight, false, "post, parent", "(is_deleted = TRUE OR is_hidden = TRUE)")
		})
	}, func(app core.App) error {
		return change(app, func(comments *core.Collection) { comments.RemoveIndex(outOfSight) })
	})
}
