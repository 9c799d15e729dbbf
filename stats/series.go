package stats

import (
	"fmt"
	"time"

	"github.com/pocketbase/dbx"
	validation "github.com/pocketbase/ozzo-validation/v4"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/present"
)

// Day is what happened on a day in the configured zone.
type Day struct {
	Date     string `json:"date" format:"date"`
	Views    int    `json:"views"`
	Likes    int    `json:"likes"`
	Comments int    `json:"comments"`
}

// PeriodParams says how far back a series goes.
type PeriodParams struct {
	Period string `query:"period" enum:"24h,7d,30d,90d" default:"30d"`
}

var periodDays = map[string]int{"": 30, "24h": 1, "7d": 7, "30d": 30, "90d": 90}

// parsePeriod is the number of days, today included, that ?period= asks for.
func parsePeriod(e *core.RequestEvent) (days int, err error) {
	days = periodDays[e.Request.URL.Query().Get("period")]
	if days == 0 {
		return 0, present.BadQuery(validation.Errors{"period": validation.NewError("validation_in_invalid", "Must be one of 24h, 7d, 30d, 90d.")})
	}
	return days, nil
}

// scope narrows a series to a post or to the posts of a person: a condition on the column
// that holds the post's id.
type scope struct {
	posts string // SQL for the set of posts
	id    string
}

func ofPost(id string) scope   { return scope{"({:id})", id} }
func ofPerson(id string) scope { return scope{"(SELECT id FROM posts WHERE author = {:id})", id} }

// series is one entry a day, the oldest first, none left out.
func (s *Service) series(app core.App, of scope, days int) ([]Day, error) {
	first := s.today().AddDate(0, 0, 1-days)
	list, at := make([]Day, days), make(map[string]*Day, days)
	for i := range list {
		list[i].Date = first.AddDate(0, 0, i).Format(time.DateOnly)
		at[list[i].Date] = &list[i]
	}
	for _, part := range []struct {
		sql string
		add func(d *Day, n int)
	}{
		{"SELECT hour AS at, SUM(views) AS n FROM post_views WHERE post IN " + of.posts + " AND hour >= {:hour} GROUP BY hour",
			func(d *Day, n int) { d.Views += n }},
		{"SELECT SUBSTR(created_at, 1, 13) AS at, COUNT(*) AS n FROM likes WHERE post IN " + of.posts + " AND created_at >= {:since} GROUP BY SUBSTR(created_at, 1, 13)",
			func(d *Day, n int) { d.Likes += n }},
		{"SELECT SUBSTR(created_at, 1, 13) AS at, COUNT(*) AS n FROM comments WHERE is_deleted = FALSE AND post IN " + of.posts + " AND created_at >= {:since} GROUP BY SUBSTR(created_at, 1, 13)",
			func(d *Day, n int) { d.Comments += n }},
	} {
		var rows []struct {
			At string `db:"at"`
			N  int    `db:"n"`
		}
		err := app.DB().NewQuery(part.sql).Bind(dbx.Params{"id": of.id, "hour": hourOf(first), "since": collections.Stamp(first)}).All(&rows)
		if err != nil {
			return nil, fmt.Errorf("load a series: %w", err)
		}
		for _, r := range rows {
			hour, err := time.Parse("2006-01-02 15", r.At)
			if err != nil {
				return nil, fmt.Errorf("read an hour of a series: %w", err)
			}
			if d := at[hour.In(s.Zone).Format(time.DateOnly)]; d != nil {
				part.add(d, r.N)
			}
		}
	}
	return list, nil
}
