package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// The comments on a post are counted by an index alone, and those that were deleted or hidden, which are few, by another.
func init() {
	const ofPost, outOfSight = "idx_comments_post", "idx_comments_out_of_sight"
	index := func(app core.App, ofPostBy string, change func(comments *core.Collection)) error {
		comments, err := app.FindCollectionByNameOrId("comments")
		if err != nil {
			return err
		}
		comments.RemoveIndex(ofPost)
		comments.AddIndex(ofPost, false, ofPostBy, "")
		change(comments)
		return app.Save(comments)
	}
	m.Register(func(app core.App) error {
		return index(app, "post, parent, created_at, id, author", func(comments *core.Collection) {
			comments.AddIndex(outOfSight, false, "post, parent", "(is_deleted = TRUE OR is_hidden = TRUE)")
		})
	}, func(app core.App) error {
		return index(app, "post, parent, created_at, id", func(comments *core.Collection) { comments.RemoveIndex(outOfSight) })
	})
}
