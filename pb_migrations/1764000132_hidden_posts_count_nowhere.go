package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// Posts that moderators hid counted in the numbers of the whole place and beside their author's name, and so did the likes,
// comments and views of them. The totals are kept of everything; what is out of sight is taken away when they are read.
func init() {
	const index = "idx_posts_out_of_sight"
	const hidden = "(SELECT COUNT(*) FROM posts WHERE posts.author = users.id AND status = 'published' AND is_hidden = TRUE)"
	const theirs = " WHERE id IN (SELECT author FROM posts WHERE status = 'published' AND is_hidden = TRUE)"
	m.Register(func(app core.App) error {
		posts, err := app.FindCollectionByNameOrId("posts")
		if err != nil {
			return err
		}
		posts.AddIndex(index, false, "status, is_hidden, likes_count, comments_count, view_count, id", "(status != 'published' OR is_hidden != FALSE)")
		if err := app.Save(posts); err != nil {
			return err
		}
		return run(app, "UPDATE users SET posts_count = posts_count - "+hidden+theirs)
	}, func(app core.App) error {
		posts, err := app.FindCollectionByNameOrId("posts")
		if err != nil {
			return err
		}
		posts.RemoveIndex(index)
		if err := app.Save(posts); err != nil {
			return err
		}
		return run(app, "UPDATE users SET posts_count = posts_count + "+hidden+theirs)
	})
}
