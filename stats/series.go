package stats

import (
	"fmt"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
)

// Day is what happened in an interval: a day unless another was asked for.
type Day struct {
	Date     string `json:"date"` // its first day or, by the hour, an RFC 3339 time
	Views    int    `json:"views"`
	Likes    int    `json:"likes"`
	Comments int    `json:"comments"`
	Apart
}

// Apart are, when they are asked for, the views that were the author's own, and those of known crawlers, which count nowhere else.
type Apart struct {
	OwnViews *int `json:"own_views,omitempty"`
	BotViews *int `json:"bot_views,omitempty"`
}

// SeriesParams says how far back a series goes, of which steps it is, and what it tells apart.
type SeriesParams struct {
	SpanParams
	Apart bool `query:"apart" description:"true adds own_views, which are among the views, and bot_views, which are not"`
}

// scope is a set of posts in SQL: those whose id is in it.
type scope struct{ posts, id string }

func ofPost(id string) scope { return scope{"({:id})", id} }
func ofPerson(id string) scope {
	return scope{"(SELECT id FROM posts WHERE author = {:id} AND status != 'removed')", id}
}

// series is one entry for each interval, the oldest first, none left out. What was deleted isn't counted.
func (s *Service) series(app core.App, of scope, sp *span, apart bool) ([]Day, error) {
	list := make([]Day, len(sp.dates))
	for i, date := range sp.dates {
		list[i].Date = date
		if apart {
			list[i].Apart = Apart{new(int), new(int)}
		}
	}
	var rows []struct {
		Quarter  string `db:"quarter"`
		Views    int    `db:"views"`
		Own      int    `db:"own"`
		Bots     int    `db:"bots"`
		Likes    int    `db:"likes"`
		Comments int    `db:"comments"`
	}
	err := app.DB().NewQuery(`SELECT quarter, SUM(views) AS views, SUM(own) AS own, SUM(bots) AS bots, 0 AS likes, 0 AS comments
		FROM post_views WHERE post IN ` + of.posts + ` AND quarter >= {:since} GROUP BY quarter
		UNION ALL SELECT quarter, 0, 0, 0, SUM(CASE WHEN metric = 'likes' THEN n ELSE 0 END), SUM(CASE WHEN metric = 'comments' THEN n ELSE 0 END)
		FROM tallies WHERE metric IN ('likes', 'comments') AND subject IN ` + of.posts + ` AND quarter >= {:since} GROUP BY quarter`).
		Bind(dbx.Params{"id": of.id, "since": sp.since()}).All(&rows)
	if err != nil {
		return nil, fmt.Errorf("load a series: %w", err)
	}
	for _, r := range rows {
		i, within := sp.index(r.Quarter)
		if !within {
			continue
		}
		d := &list[i]
		d.Views, d.Likes, d.Comments = d.Views+r.Views, d.Likes+r.Likes, d.Comments+r.Comments
		if apart {
			*d.OwnViews += r.Own
			*d.BotViews += r.Bots
		}
	}
	return list, nil
}
