package stats

import (
	"fmt"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/present"
)

// Overview is the place in numbers. What moderators hid or removed isn't in them, nor what hangs on it.
type Overview struct {
	TotalUsers     int `json:"total_users"`
	TotalPosts     int `json:"total_posts"` // published
	TotalLikes     int `json:"total_likes"` // of those posts, as the next two
	TotalComments  int `json:"total_comments"`
	TotalViews     int `json:"total_views"`
	TotalMedia     int `json:"total_media"` // of every post that wasn't hidden or removed, and of none yet
	TodayPosts     int `json:"today_posts"`
	TodayUsers     int `json:"today_users"`
	ActiveUsers24h int `json:"active_users_24h" description:"people whose session was used: they signed in, renewed their token, or opened a page"`
	ActiveUsers7d  int `json:"active_users_7d"`
	ActiveUsers30d int `json:"active_users_30d"`
}

// inSight are the totals that are kept, which are of everything, without what is out of sight. It is one statement, so that
// the log of views, which they lack, is of the same moment as the counters of posts, which have it.
const inSight = `SELECT t.users, t.posts - o.posts, t.likes - o.likes, t.comments - o.comments,
		t.views + (SELECT COUNT(*) FROM view_log WHERE kind != 'bot') - o.views,
		t.media - (SELECT COUNT(*) FROM media WHERE post IN (SELECT id FROM posts WHERE ` + collections.OutOfSight + ` AND (status = 'removed' OR is_hidden != FALSE)))
	FROM totals t, (SELECT COUNT(CASE WHEN status = 'published' THEN 1 END) AS posts, COALESCE(SUM(likes_count), 0) AS likes,
		COALESCE(SUM(comments_count), 0) AS comments, COALESCE(SUM(view_count), 0) AS views FROM posts WHERE ` + collections.OutOfSight + `) AS o`

// Overview answers GET /api/analytics/overview.
func (s *Service) Overview(e *core.RequestEvent) error {
	overview, err := s.overview(e.App)
	if err != nil {
		return present.Failure(err)
	}
	return present.JSON(e, overview)
}

func (s *Service) overview(app core.App) (o Overview, err error) {
	if err := s.Views.RollUp(app); err != nil {
		return o, err
	}
	err = app.DB().NewQuery(inSight).
		Row(&o.TotalUsers, &o.TotalPosts, &o.TotalLikes, &o.TotalComments, &o.TotalViews, &o.TotalMedia)
	if err != nil {
		return o, fmt.Errorf("read the totals: %w", err)
	}
	const active = "SELECT COUNT(DISTINCT user) FROM sessions WHERE last_used_at >= {:since}"
	ago := func(d time.Duration) time.Time { return s.Now().Add(-d) }
	for _, n := range []struct {
		into  *int
		sql   string
		since time.Time
	}{
		{&o.TodayPosts, "SELECT COUNT(*) FROM posts WHERE status = 'published' AND is_hidden = FALSE AND created_at >= {:since}", s.today()},
		{&o.TodayUsers, "SELECT COUNT(*) FROM users WHERE created_at >= {:since}", s.today()},
		{&o.ActiveUsers24h, active, ago(24 * time.Hour)},
		{&o.ActiveUsers7d, active, ago(7 * 24 * time.Hour)},
		{&o.ActiveUsers30d, active, ago(30 * 24 * time.Hour)},
	} {
		if *n.into, err = number(app, n.sql, dbx.Params{"since": collections.Stamp(n.since)}); err != nil {
			return o, fmt.Errorf("count for the overview: %w", err)
		}
	}
	return o, nil
}
