package pb_migrations

import (
	"strings"

	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// Comments that moderators hid counted in the numbers of the whole place and in the charts, though not beside their post.
func init() {
	move := func(sign string) []string {
		const quarter = `SUBSTR(created_at, 1, 14) || CASE WHEN SUBSTR(created_at, 15, 2) < '15' THEN '00' WHEN SUBSTR(created_at, 15, 2) < '30' THEN '15'
			WHEN SUBSTR(created_at, 15, 2) < '45' THEN '30' ELSE '45' END`
		const tallied = `INSERT INTO tallies (metric, subject, quarter, n) SELECT 'comments', {subject}, ` + quarter + `, {sign}COUNT(*) FROM comments
			WHERE is_deleted = FALSE AND is_hidden = TRUE GROUP BY 2, 3 ON CONFLICT (metric, subject, quarter) DO UPDATE SET n = tallies.n + excluded.n`
		say := func(sql, subject string) string {
			return strings.NewReplacer("{subject}", subject, "{sign}", sign).Replace(sql)
		}
		return []string{
			say(tallied, "''"), say(tallied, "post"),
			say("UPDATE totals SET comments = comments + {sign}(SELECT COUNT(*) FROM comments WHERE is_deleted = FALSE AND is_hidden = TRUE)", ""),
		}
	}
	m.Register(func(app core.App) error { return run(app, move("-")...) }, func(app core.App) error { return run(app, move("")...) })
}
