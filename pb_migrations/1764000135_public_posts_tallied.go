package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// How many posts everybody may see is tallied by days: a sitemap needn't go through them all.
func init() {
	m.Register(func(app core.App) error {
		return run(app, `INSERT INTO tallies (metric, subject, quarter, n)
			SELECT 'public_posts', '', SUBSTR(created_at, 1, 10) || ' 00:00', COUNT(*)
			FROM posts WHERE status = 'published' AND visibility = 'public' AND is_hidden = FALSE GROUP BY 3`)
	}, func(app core.App) error {
		return run(app, "DELETE FROM tallies WHERE metric = 'public_posts'")
	})
}
