package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// How many there are of everything is kept in one row, since counting them takes longer the more there are.
func init() {
	m.Register(func(app core.App) error {
		return run(app,
			`CREATE TABLE totals (id TEXT NOT NULL PRIMARY KEY, users INTEGER NOT NULL DEFAULT 0, posts INTEGER NOT NULL DEFAULT 0,
				public_posts INTEGER NOT NULL DEFAULT 0, likes INTEGER NOT NULL DEFAULT 0, comments INTEGER NOT NULL DEFAULT 0,
				media INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID`,
			`INSERT INTO totals (id, users, posts, public_posts, likes, comments, media) SELECT 'all',
				(SELECT COUNT(*) FROM users), (SELECT COUNT(*) FROM posts WHERE status = 'published'),
				(SELECT COUNT(*) FROM posts WHERE status = 'published' AND visibility = 'public' AND is_hidden = FALSE),
				(SELECT COUNT(*) FROM likes), (SELECT COUNT(*) FROM comments WHERE is_deleted = FALSE), (SELECT COUNT(*) FROM media)`,
		)
	}, func(app core.App) error { return run(app, "DROP TABLE totals") })
}
