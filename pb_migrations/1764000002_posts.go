package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// Posts are the heart; tags group them; the change log tells followers
// (the search index first) which record changed, in order.
func init() {
	m.Register(func(app core.App) error {
		c, err := find(app, "users")
		if err != nil {
			return err
		}
		if err := app.Save(posts(c["users"])); err != nil {
			return err
		}
		tags := core.NewBaseCollection("tags")
		tags.Fields.Add(
			&core.TextField{Name: "name", Required: true, Presentable: true, Max: 50},
			counter("posts_count"),
			created(),
		)
		tags.AddIndex("idx_tags_name", true, "name", "")
		tags.AddIndex("idx_tags_posts_count", false, "posts_count, name", "")
		if err := app.Save(tags); err != nil {
			return err
		}
		return run(app,
			`CREATE TABLE post_tags (post TEXT NOT NULL, tag TEXT NOT NULL, PRIMARY KEY (tag, post))`,
			`CREATE INDEX idx_post_tags_post ON post_tags (post)`,
			`CREATE TABLE change_log (
				seq INTEGER PRIMARY KEY AUTOINCREMENT,
				collection TEXT NOT NULL, record TEXT NOT NULL, action TEXT NOT NULL, at TEXT NOT NULL)`,
		)
	}, func(app core.App) error {
		if err := run(app, "DROP TABLE change_log", "DROP TABLE post_tags"); err != nil {
			return err
		}
		return drop(app, "tags", "posts")
	})
}

func posts(users *core.Collection) *core.Collection {
	posts := core.NewBaseCollection("posts")
	posts.Fields.Add(
		belongs("author", users),
		&core.TextField{Name: "title", Required: true, Presentable: true, Min: 2, Max: 200},
		&core.TextField{Name: "content", Required: true, Min: 1, Max: 50_000, Help: "Markdown"},
		&core.TextField{Name: "excerpt", Max: 300, Help: "The first 280 characters as plain text, made by the server."},
		choice("visibility", true, "public", "followers", "private"),
		choice("status", true, "draft", "scheduled", "published"),
		&core.BoolField{Name: "is_hidden", Help: "Hidden by moderation; its author still sees it."},
		&core.JSONField{Name: "tags", MaxSize: 4096, Help: `Up to 10 names, e.g. ["고양이", "film"]`},
		&core.TextField{Name: "content_warning", Max: 200},
		&core.DateField{Name: "publish_at", Help: "When a scheduled post goes out."},
		&core.DateField{Name: "published_at"},
		counter("view_count"),
		counter("likes_count"),
		counter("comments_count"),
		created(), updated(),
		&core.DateField{Name: "edited_at"},
	)
	posts.AddIndex("idx_posts_author_created_at", false, "author, created_at, id", "")
	posts.AddIndex("idx_posts_visibility_status_created_at", false, "visibility, status, created_at, id", "")
	posts.AddIndex("idx_posts_created_at", false, "created_at, id", "")
	posts.AddIndex("idx_posts_likes_count", false, "likes_count, id", "")
	posts.AddIndex("idx_posts_view_count", false, "view_count, id", "")
	posts.AddIndex("idx_posts_comments_count", false, "comments_count, id", "")
	posts.AddIndex("idx_posts_status_publish_at", false, "status, publish_at", "")
	return posts
}
