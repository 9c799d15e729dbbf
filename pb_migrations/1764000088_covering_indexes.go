package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// seen are the columns that decide who sees a post. Indexes that have them answer who sees how many, and which come
// first, without reading posts.
const seen = "status, visibility, is_hidden, author"

// notPublic is true of posts that not everybody sees.
const notPublic = "status != 'published' OR visibility != 'public' OR is_hidden != FALSE"

// Counting posts, and skipping those before a page, reads indexes alone.
func init() {
	orders := []string{"created_at", "likes_count", "view_count", "comments_count"}
	m.Register(func(app core.App) error {
		c, err := find(app, "posts")
		if err != nil {
			return err
		}
		posts := c["posts"]
		posts.RemoveIndex("idx_posts_visibility_status_created_at")
		for _, column := range orders {
			posts.RemoveIndex("idx_posts_" + column)
			posts.AddIndex("idx_posts_"+column, false, column+", id, "+seen, "")
		}
		posts.RemoveIndex("idx_posts_likes_count")
		posts.AddIndex("idx_posts_likes_count", false, "likes_count, id, "+seen+", created_at", "") // for what is most liked of a time
		posts.RemoveIndex("idx_posts_author_created_at")
		posts.AddIndex("idx_posts_author_created_at", false, "author, created_at, id, status, visibility, is_hidden", "")
		posts.RemoveIndex("idx_posts_status_publish_at") // note: most posts are published, so that it misled SQLite
		posts.AddIndex("idx_posts_publish_at", false, "publish_at, status", "publish_at != ''")
		posts.AddIndex("idx_posts_not_public", false, "author, status, visibility, is_hidden, id", notPublic)
		return app.Save(posts)
	}, func(app core.App) error {
		c, err := find(app, "posts")
		if err != nil {
			return err
		}
		posts := c["posts"]
		posts.RemoveIndex("idx_posts_not_public")
		posts.RemoveIndex("idx_posts_publish_at")
		posts.AddIndex("idx_posts_status_publish_at", false, "status, publish_at", "")
		for _, column := range orders {
			posts.RemoveIndex("idx_posts_" + column)
			posts.AddIndex("idx_posts_"+column, false, column+", id", "")
		}
		posts.RemoveIndex("idx_posts_author_created_at")
		posts.AddIndex("idx_posts_author_created_at", false, "author, created_at, id", "")
		posts.AddIndex("idx_posts_visibility_status_created_at", false, "visibility, status, created_at, id", "")
		return app.Save(posts)
	})
}
