package stats

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/pocketbase/dbx"
	validation "github.com/pocketbase/ozzo-validation/v4"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/present"
)

// TimeseriesParams says what is counted, how far back and by what.
type TimeseriesParams struct {
	SpanParams
	Metric string `query:"metric" enum:"users,active_users,posts,likes,comments,views,media_bytes" default:"posts" description:"active_users: at least so many were there, who signed in, wrote, liked or followed then, or were last seen"`
}

// Point is how much there was of a metric in an interval.
type Point struct {
	Date  string `json:"date"` // the first moment of the interval: a date, or by the hour an RFC 3339 time
	Value int64  `json:"value"`
}

// tallied are the metrics that are tallied as things happen. What was deleted or is out of sight isn't counted.
var tallied = []string{"users", "posts", "likes", "comments", "views", "media_bytes"}

const activeUsers = "active_users"

const tally = "SELECT quarter AS at, '' AS who, n FROM tallies WHERE metric = {:metric} AND subject = '' AND quarter >= {:since}"

// outOfSight is, by its metric, what is tallied of posts that are out of sight, which the overview doesn't count either.
var outOfSight = map[string]string{
	"posts":    " UNION ALL SELECT SUBSTR(published_at, 1, 16), '', -1 FROM posts WHERE " + collections.OutOfSight + " AND status = 'published' AND published_at >= {:since}",
	"likes":    hidden,
	"comments": hidden,
	"views":    " UNION ALL SELECT quarter, '', -views FROM post_views WHERE quarter >= {:since} AND post IN (SELECT id FROM posts WHERE " + collections.OutOfSight + ")",
}

const hidden = " UNION ALL SELECT quarter, '', -n FROM tallies WHERE metric = {:metric} AND quarter >= {:since} AND subject IN (SELECT id FROM posts WHERE " + collections.OutOfSight + ")"

// active is who was there: signed in, seen last, or did something that is still there. A row is a person in
// a quarter of an hour; who is there in several of an interval counts once.
const active = `SELECT SUBSTR(at, 1, 16) AS at, who, 1 AS n FROM (
	SELECT created_at AS at, user AS who FROM sessions WHERE created_at >= {:since}
	UNION ALL SELECT last_used_at, user FROM sessions WHERE last_used_at >= {:since}
	UNION ALL SELECT created_at, author FROM posts WHERE created_at >= {:since}
	UNION ALL SELECT created_at, author FROM comments WHERE created_at >= {:since}
	UNION ALL SELECT created_at, user FROM likes WHERE created_at >= {:since}
	UNION ALL SELECT created_at, follower FROM follows WHERE created_at >= {:since}
) AS seen GROUP BY SUBSTR(at, 1, 16), who`

// Timeseries answers GET /api/analytics/timeseries: a point for each interval of the period, the oldest first, none left out.
func (s *Service) Timeseries(e *core.RequestEvent) error {
	points, _, err := s.askedPoints(e)
	if err != nil {
		return err
	}
	return e.JSON(http.StatusOK, present.Whole(points))
}

// askedPoints are the points that the query asks for, and of which metric.
func (s *Service) askedPoints(e *core.RequestEvent) (points []Point, metric string, err error) {
	problems := validation.Errors{}
	metric = either(e.Request.URL.Query().Get("metric"), "posts")
	if metric != activeUsers && !slices.Contains(tallied, metric) {
		problems["metric"] = validation.NewError("validation_in_invalid", "Must be one of users, active_users, posts, likes, comments, views, media_bytes.")
	}
	sp, err := s.spanOf(e, problems)
	if err != nil {
		return nil, "", err
	}
	if points, err = s.points(e.App, metric, sp); err != nil {
		return nil, "", present.Failure(err)
	}
	return points, metric, nil
}

func (s *Service) points(app core.App, metric string, sp *span) ([]Point, error) {
	sql := tally + outOfSight[metric]
	switch metric {
	case activeUsers:
		sql = active
	case "views":
		if err := s.Views.RollUp(app); err != nil {
			return nil, err
		}
	}
	points := make([]Point, len(sp.dates))
	for i, date := range sp.dates {
		points[i].Date = date
	}
	var rows []struct {
		At  string `db:"at"`
		Who string `db:"who"` // whom to count once an interval, "" where all is counted
		N   int64  `db:"n"`
	}
	if err := app.DB().NewQuery(sql).Bind(dbx.Params{"metric": metric, "since": sp.since()}).All(&rows); err != nil {
		return nil, fmt.Errorf("load a series: %w", err)
	}
	type presence struct {
		interval int
		who      string
	}
	counted := map[presence]bool{}
	for _, r := range rows {
		if i, within := sp.index(r.At); within && !counted[presence{i, r.Who}] {
			points[i].Value += r.N
			counted[presence{i, r.Who}] = r.Who != ""
		}
	}
	return points, nil
}
