package ui

import (
	"net/http"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/i18n"
	"madang/present"
)

type draftsMain struct {
	Status string // draft or scheduled
	Posts  Posts
	Days   []postsOfDay
}

// postsOfDay are those that come out on one day, in the reader's zone. Drafts are all of one day without a date.
type postsOfDay struct {
	Date  string // 2006-01-02, or ""
	Posts []present.Post
}

// drafts answers GET /me/drafts: what isn't finished, or with ?status=scheduled what waits for its time;
// with ?view=calendar both, by day (calendar.go).
func (s *Site) drafts(e *core.RequestEvent) error {
	query := e.Request.URL.Query()
	if query.Get("view") == "calendar" {
		return s.calendar(e)
	}
	if query.Get("status") != collections.Scheduled {
		query.Set("status", collections.Draft)
	}
	e.Request.URL.RawQuery = query.Encode() // for the API, which is asked with the page's query
	main := draftsMain{Status: query.Get("status")}
	var err error
	if main.Posts, err = ask[Posts](e, s.do.Drafts, "", nil); err != nil {
		return err
	}
	main.Days = byDay(main.Posts.Results, s.zoneOf(e))
	return s.show(e, http.StatusOK, "drafts", s.page(e, "drafts", i18n.T(langOf(e), "drafts.title"), main))
}

// byDay parts posts, which are in the order of their schedule, by day.
func byDay(posts []present.Post, zone *time.Location) (days []postsOfDay) {
	for _, p := range posts {
		date := ""
		if at, ok := parseTime(p.PublishAt); ok && p.Status == collections.Scheduled {
			date = at.In(zone).Format(time.DateOnly)
		}
		if len(days) == 0 || days[len(days)-1].Date != date {
			days = append(days, postsOfDay{Date: date})
		}
		last := &days[len(days)-1]
		last.Posts = append(last.Posts, p)
	}
	return days
}
