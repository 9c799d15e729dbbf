package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// What recommendations are made from and remember. Neighbours are the posts that the same people liked,
// packed (recommend/store.go), as of a refresh; a walk is a list that somebody is reading page by page;
// shown is what was on its pages, so that what nobody opens comes no more.
func init() {
	m.Register(func(app core.App) error {
		return run(app,
			"CREATE TABLE post_neighbours (post TEXT NOT NULL PRIMARY KEY, neighbours BLOB NOT NULL, refresh INTEGER NOT NULL)",
			"CREATE TABLE recommendation_refreshes (id INTEGER PRIMARY KEY, seen TEXT NOT NULL, at TEXT NOT NULL)",
			"CREATE TABLE recommendation_walks (user TEXT NOT NULL, began INTEGER NOT NULL, posts TEXT NOT NULL, PRIMARY KEY (user, began)) WITHOUT ROWID",
			"CREATE TABLE recommendation_shown (user TEXT NOT NULL, post TEXT NOT NULL, times INTEGER NOT NULL, shown_at TEXT NOT NULL, PRIMARY KEY (user, post)) WITHOUT ROWID",
			"CREATE INDEX idx_recommendation_shown_post ON recommendation_shown (post)",
			"CREATE INDEX idx_recommendation_shown_at ON recommendation_shown (shown_at)",
		)
	}, func(app core.App) error {
		return run(app, "DROP TABLE recommendation_shown", "DROP TABLE recommendation_walks", "DROP TABLE recommendation_refreshes", "DROP TABLE post_neighbours")
	})
}
