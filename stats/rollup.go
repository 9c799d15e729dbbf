package stats

import (
	"fmt"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
)

// RollUp moves what the log of views has into the sums of its posts and days, in one transaction: after a crash the log has
// what the sums lack, and never both. Then it makes mere numbers of the viewers of days that are over, and
// throws the keys of their hashes away. It runs every minute, and before somebody reads statistics.
func (v *Views) RollUp(app core.App) error {
	today := v.Now().In(v.Zone).Format(time.DateOnly)
	var waiting bool
	err := app.DB().NewQuery(`SELECT EXISTS (SELECT 1 FROM view_log) OR EXISTS (SELECT 1 FROM post_viewers WHERE day < {:today})
		OR EXISTS (SELECT 1 FROM viewer_keys WHERE day < {:today})`).Bind(dbx.Params{"today": today}).Row(&waiting)
	if err != nil || !waiting {
		return err
	}
	err = app.RunInTransaction(func(tx core.App) error {
		for _, sql := range rollup {
			if err := run(tx, sql, dbx.Params{"today": today}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("roll up views: %w", err)
	}
	return nil
}

// rollup is what RollUp runs, in this order. The log is emptied before days are closed, so nobody of a day comes after.
var rollup = []string{
	`INSERT INTO post_views (post, quarter, views, own, bots)
		SELECT post, quarter, SUM(CASE WHEN kind = 'bot' THEN 0 ELSE 1 END), SUM(CASE WHEN kind = 'own' THEN 1 ELSE 0 END), SUM(CASE WHEN kind = 'bot' THEN 1 ELSE 0 END)
		FROM view_log WHERE 1 = 1 GROUP BY post, quarter
		ON CONFLICT (post, quarter) DO UPDATE SET views = post_views.views + excluded.views, own = post_views.own + excluded.own, bots = post_views.bots + excluded.bots`,
	`INSERT INTO tallies (metric, subject, quarter, n) SELECT 'views', '', quarter, COUNT(*) FROM view_log WHERE kind != 'bot' GROUP BY quarter
		ON CONFLICT (metric, subject, quarter) DO UPDATE SET n = tallies.n + excluded.n`,
	`UPDATE totals SET views = views + (SELECT COUNT(*) FROM view_log WHERE kind != 'bot')`,
	`INSERT INTO post_viewers (post, day, viewer) SELECT DISTINCT post, day, viewer FROM view_log WHERE viewer != ''
		ON CONFLICT (post, day, viewer) DO NOTHING`,
	`INSERT INTO post_referrers (post, day, host, views) SELECT post, day, host, COUNT(*) FROM view_log WHERE host != '' GROUP BY post, day, host
		ON CONFLICT (post, day, host) DO UPDATE SET views = post_referrers.views + excluded.views`,
	`DELETE FROM view_log`,

	`INSERT INTO post_days (post, day, viewers) SELECT post, day, COUNT(*) FROM post_viewers WHERE day < {:today} GROUP BY post, day
		ON CONFLICT (post, day) DO UPDATE SET viewers = post_days.viewers + excluded.viewers`,
	`DELETE FROM post_viewers WHERE day < {:today}`,
	`DELETE FROM viewer_keys WHERE day < {:today}`,
}
