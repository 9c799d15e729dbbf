package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// Views are rolled up per post and hour, unique viewers per day by a keyed hash
// whose key is thrown away, referrers per day by host. No address is kept.
func init() {
	m.Register(func(app core.App) error {
		return run(app,
			`CREATE TABLE post_views (post TEXT NOT NULL, hour TEXT NOT NULL, views INTEGER NOT NULL, PRIMARY KEY (post, hour))`,
			`CREATE TABLE post_viewers (post TEXT NOT NULL, day TEXT NOT NULL, viewer TEXT NOT NULL, PRIMARY KEY (post, day, viewer))`,
			`CREATE TABLE post_referrers (post TEXT NOT NULL, day TEXT NOT NULL, host TEXT NOT NULL, views INTEGER NOT NULL, PRIMARY KEY (post, day, host))`,
			`CREATE TABLE viewer_keys (day TEXT PRIMARY KEY, viewer_key TEXT NOT NULL)`,
		)
	}, func(app core.App) error {
		return run(app, "DROP TABLE viewer_keys", "DROP TABLE post_referrers", "DROP TABLE post_viewers", "DROP TABLE post_views")
	})
}
