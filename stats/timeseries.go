package stats

import (
	"fmt"
	"net/http"
	"time"

	"github.com/pocketbase/dbx"
	validation "github.com/pocketbase/ozzo-validation/v4"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/present"
)

// TimeseriesParams says what is counted, how far back and by what.
type TimeseriesParams struct {
	PeriodParams
	Metric   string `query:"metric" enum:"users,active_users,posts,likes,comments,views,media_bytes" default:"posts" description:"active_users: at least so many were there, who signed in, wrote, liked or followed then, or were last seen"`
	Interval string `query:"interval" enum:"hour,day,week,month" default:"day" description:"in the configured time zone; weeks begin on Monday"`
}

// Point is how much there was of a metric in an interval.
type Point struct {
	Date  string `json:"date"` // the first moment of the interval: a date, or by the hour an RFC 3339 time
	Value int64  `json:"value"`
}

// metrics are, for each, the SQL of its hours (UTC, YYYY-MM-DD HH) with their values since {:since}. What was deleted isn't counted.
var metrics = map[string]string{
	"users":        perHour("users", "COUNT(*)", "created_at", ""),
	"active_users": activePerHour,
	"posts":        perHour("posts", "COUNT(*)", "published_at", " AND status = 'published'"),
	"likes":        perHour("likes", "COUNT(*)", "created_at", ""),
	"comments":     perHour("comments", "COUNT(*)", "created_at", " AND is_deleted = FALSE"),
	"views":        "SELECT hour AS at, SUM(views) AS n FROM post_views WHERE hour >= SUBSTR({:since}, 1, 13) GROUP BY hour",
	"media_bytes":  perHour("media", "SUM(file_size)", "created_at", ""),
}

// activePerHour is who was there: signed in, seen last, or did something that is still there. A row is a person in
// an hour; who is there in several hours of an interval counts once.
const activePerHour = `SELECT SUBSTR(at, 1, 13) AS at, who, 1 AS n FROM (
	SELECT created_at AS at, user AS who FROM sessions WHERE created_at >= {:since}
	UNION ALL SELECT last_used_at, user FROM sessions WHERE last_used_at >= {:since}
	UNION ALL SELECT created_at, author FROM posts WHERE created_at >= {:since}
	UNION ALL SELECT created_at, author FROM comments WHERE created_at >= {:since}
	UNION ALL SELECT created_at, user FROM likes WHERE created_at >= {:since}
	UNION ALL SELECT created_at, follower FROM follows WHERE created_at >= {:since}
) GROUP BY SUBSTR(at, 1, 13), who`

func perHour(table, value, at, more string) string {
	return fmt.Sprintf("SELECT SUBSTR(%[3]s, 1, 13) AS at, %[2]s AS n FROM %[1]s WHERE %[3]s >= {:since}%[4]s GROUP BY SUBSTR(%[3]s, 1, 13)", table, value, at, more)
}

// intervals are, for each, where the one begins that holds a time, and where the next does.
var intervals = map[string]struct {
	begin func(t time.Time) time.Time
	next  func(t time.Time) time.Time
}{
	"hour": {func(t time.Time) time.Time {
		return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), 0, 0, 0, t.Location())
	}, func(t time.Time) time.Time { return t.Add(time.Hour) }},
	"day":   {midnight, func(t time.Time) time.Time { return t.AddDate(0, 0, 1) }},
	"week":  {func(t time.Time) time.Time { return midnight(t).AddDate(0, 0, -(int(t.Weekday())+6)%7) }, func(t time.Time) time.Time { return t.AddDate(0, 0, 7) }},
	"month": {func(t time.Time) time.Time { return midnight(t).AddDate(0, 0, 1-t.Day()) }, func(t time.Time) time.Time { return t.AddDate(0, 1, 0) }},
}

func midnight(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
}

// Timeseries answers GET /api/analytics/timeseries: a point for each interval of the period, the oldest first, none left out.
func (s *Service) Timeseries(e *core.RequestEvent) error {
	days, err := parsePeriod(e)
	if err != nil {
		return err
	}
	asked := e.Request.URL.Query()
	problems := validation.Errors{}
	sql, known := metrics[either(asked.Get("metric"), "posts")]
	if !known {
		problems["metric"] = validation.NewError("validation_in_invalid", "Must be one of users, active_users, posts, likes, comments, views, media_bytes.")
	}
	interval := either(asked.Get("interval"), "day")
	if _, known := intervals[interval]; !known {
		problems["interval"] = validation.NewError("validation_in_invalid", "Must be one of hour, day, week, month.")
	}
	if len(problems) > 0 {
		return present.BadQuery(problems)
	}
	points, err := s.points(e.App, sql, interval, days)
	if err != nil {
		return present.Failure(err)
	}
	return e.JSON(http.StatusOK, present.Whole(points))
}

func either(a, b string) string {
	if a == "" {
		return b
	}
	return a
}

func (s *Service) points(app core.App, sql, interval string, days int) ([]Point, error) {
	by := intervals[interval]
	now := s.Now().In(s.Zone)
	first := by.begin(s.today().AddDate(0, 0, 1-days))
	if interval == "hour" && days == 1 {
		first = by.begin(now.Add(-23 * time.Hour))
	}
	var points []Point
	at := map[time.Time]int{}
	for t := first; !t.After(now); t = by.next(t) {
		layout := time.DateOnly
		if interval == "hour" {
			layout = time.RFC3339
		}
		at[t.UTC()] = len(points)
		points = append(points, Point{Date: t.Format(layout)})
	}
	var rows []struct {
		At  string `db:"at"`
		Who string `db:"who"` // whom to count once an interval, "" where all is counted
		N   int64  `db:"n"`
	}
	if err := app.DB().NewQuery(sql).Bind(dbx.Params{"since": collections.Stamp(first)}).All(&rows); err != nil {
		return nil, fmt.Errorf("load a series: %w", err)
	}
	type presence struct {
		interval int
		who      string
	}
	counted := map[presence]bool{}
	for _, r := range rows {
		hour, err := time.Parse("2006-01-02 15", r.At)
		if err != nil {
			return nil, fmt.Errorf("read an hour of a series: %w", err)
		}
		if i, within := at[by.begin(hour.In(s.Zone)).UTC()]; within && !counted[presence{i, r.Who}] {
			points[i].Value += r.N
			counted[presence{i, r.Who}] = r.Who != ""
		}
	}
	return points, nil
}
