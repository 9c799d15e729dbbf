package pb_migrations

import (
	"errors"

	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// What lists are long of is known without going through them: how many follows and readable comments there are, and how many
// likes and comments are on posts that not everybody sees. A tag's posts are found in the order of their time, and
// media of a kind without looking at all.
func init() {
	const deleted = "idx_comments_deleted"
	m.Register(func(app core.App) error {
		c, err := find(app, "posts", "comments", "media")
		if err != nil {
			return err
		}
		posts, comments, media := c["posts"], c["comments"], c["media"]
		posts.RemoveIndex("idx_posts_not_public")
		posts.AddIndex("idx_posts_not_public", false, "author, status, visibility, is_hidden, id, likes_count, comments_count", notPublic)
		media.AddIndex("idx_media_type", false, "media_type, post", "")
		comments.AddIndex(deleted, false, "post, is_hidden", "is_deleted = TRUE")
		if err := errors.Join(app.Save(posts), app.Save(comments), app.Save(media)); err != nil {
			return err
		}
		return run(app,
			"ALTER TABLE totals ADD COLUMN follows INTEGER NOT NULL DEFAULT 0",
			"ALTER TABLE totals ADD COLUMN readable_comments INTEGER NOT NULL DEFAULT 0",
			"UPDATE totals SET follows = (SELECT COUNT(*) FROM follows), readable_comments = (SELECT COUNT(*) FROM comments WHERE is_hidden = FALSE)",
			"ALTER TABLE post_tags ADD COLUMN created_at TEXT NOT NULL DEFAULT ''",
			"UPDATE post_tags SET created_at = COALESCE((SELECT created_at FROM posts WHERE posts.id = post_tags.post), '')",
			"CREATE INDEX idx_post_tags_created_at ON post_tags (tag, created_at, post)",
			"CREATE INDEX idx_post_viewers_day ON post_viewers (day)", // whether there are any of a day before is asked all the time
		)
	}, func(app core.App) error {
		c, err := find(app, "posts", "comments", "media")
		if err != nil {
			return err
		}
		posts, comments, media := c["posts"], c["comments"], c["media"]
		media.RemoveIndex("idx_media_type")
		posts.RemoveIndex("idx_posts_not_public")
		posts.AddIndex("idx_posts_not_public", false, "author, status, visibility, is_hidden, id", notPublic)
		comments.RemoveIndex(deleted)
		if err := errors.Join(app.Save(posts), app.Save(comments), app.Save(media)); err != nil {
			return err
		}
		return run(app,
			"DROP INDEX idx_post_viewers_day", "DROP INDEX idx_post_tags_created_at", "ALTER TABLE post_tags DROP COLUMN created_at",
			"ALTER TABLE totals DROP COLUMN readable_comments", "ALTER TABLE totals DROP COLUMN follows",
		)
	})
}
