package pb_migrations

import (
	"fmt"
	"strings"

	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// Readings are written down as they happen, and moved into sums every minute: by quarter of an hour, since the hours of
// some time zones begin at a half or a quarter; those of the author and of known crawlers apart; the viewers of a
// day that is over as a mere number. Likes, comments and the like are tallied by quarter as well, so that what a chart costs
// depends on how long it is and not on how much there ever was.
func init() {
	m.Register(func(app core.App) error {
		statements := []string{
			`CREATE TABLE view_log (seq INTEGER PRIMARY KEY AUTOINCREMENT, post TEXT NOT NULL, quarter TEXT NOT NULL, day TEXT NOT NULL,
				kind TEXT NOT NULL, viewer TEXT NOT NULL, host TEXT NOT NULL)`,
			`CREATE INDEX idx_view_log_post ON view_log (post)`,
			`CREATE TABLE post_days (post TEXT NOT NULL, day TEXT NOT NULL, viewers INTEGER NOT NULL, PRIMARY KEY (post, day))`,
			`ALTER TABLE post_views RENAME COLUMN hour TO quarter`,
			`UPDATE post_views SET quarter = quarter || ':00'`,
			`ALTER TABLE post_views ADD COLUMN own INTEGER NOT NULL DEFAULT 0`,
			`ALTER TABLE post_views ADD COLUMN bots INTEGER NOT NULL DEFAULT 0`,
			`CREATE TABLE tallies (metric TEXT NOT NULL, subject TEXT NOT NULL, quarter TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (metric, subject, quarter)) WITHOUT ROWID`,
			`CREATE INDEX idx_tallies_subject ON tallies (subject)`,
			`ALTER TABLE totals ADD COLUMN views INTEGER NOT NULL DEFAULT 0`,
			`UPDATE totals SET views = (SELECT COALESCE(SUM(views), 0) FROM post_views)`,
		}
		for _, t := range []struct{ metric, subject, table, at, n, where string }{
			{"users", "''", "users", "created_at", "COUNT(*)", ""},
			{"posts", "''", "posts", "published_at", "COUNT(*)", "status = 'published' AND published_at != ''"},
			{"likes", "''", "likes", "created_at", "COUNT(*)", ""},
			{"likes", "post", "likes", "created_at", "COUNT(*)", ""},
			{"comments", "''", "comments", "created_at", "COUNT(*)", "is_deleted = FALSE"},
			{"comments", "post", "comments", "created_at", "COUNT(*)", "is_deleted = FALSE"},
			{"media_bytes", "''", "media", "created_at", "SUM(file_size)", ""},
			{"views", "''", "post_views", "quarter", "SUM(views)", ""},
		} {
			if t.where == "" {
				t.where = "1 = 1"
			}
			quarter := strings.ReplaceAll(`SUBSTR({at}, 1, 14) || CASE WHEN SUBSTR({at}, 15, 2) < '15' THEN '00' WHEN SUBSTR({at}, 15, 2) < '30' THEN '15'
				WHEN SUBSTR({at}, 15, 2) < '45' THEN '30' ELSE '45' END`, "{at}", t.at)
			statements = append(statements, fmt.Sprintf("INSERT INTO tallies (metric, subject, quarter, n) SELECT '%s', %s, %s, %s FROM %s WHERE %s GROUP BY 2, 3",
				t.metric, t.subject, quarter, t.n, t.table, t.where))
		}
		return run(app, statements...)
	}, func(app core.App) error {
		return run(app,
			"ALTER TABLE totals DROP COLUMN views", "DROP TABLE tallies", "DROP TABLE post_days", "DROP TABLE view_log",
			"ALTER TABLE post_views DROP COLUMN bots", "ALTER TABLE post_views DROP COLUMN own",
			// note: hours are made of quarters again
			`CREATE TABLE post_hours (post TEXT NOT NULL, hour TEXT NOT NULL, views INTEGER NOT NULL, PRIMARY KEY (post, hour))`,
			"INSERT INTO post_hours SELECT post, SUBSTR(quarter, 1, 13), SUM(views) FROM post_views GROUP BY 1, 2",
			"DROP TABLE post_views", "ALTER TABLE post_hours RENAME TO post_views",
		)
	})
}
