package ui

import (
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/i18n"
	"madang/present"
)

// The calendar of what is scheduled, beside the drafts that have no day yet.

const (
	monthLayout = "2006-01"
	zoneCookie  = "madang_zone" // the browser's time zone, which only a script knows
	morning     = 9             // the hour at which a draft comes out that is put on a day
)

// zoneOf is the time zone of the caller's browser, or the instance's while it hasn't said.
func (s *Site) zoneOf(e *core.RequestEvent) *time.Location {
	cookie, err := e.Request.Cookie(zoneCookie)
	if err != nil || cookie.Value == "" || cookie.Value == "Local" {
		return s.Zone
	}
	name, err := url.PathUnescape(cookie.Value)
	if err != nil {
		return s.Zone
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return s.Zone
	}
	return zone
}

type calendarMain struct {
	Status              string // calendar, for the tabs
	Zone                string
	Month, Before, Next string // 2006-01
	Names               []string
	Weeks               [][]calendarDay
	Planned             []calendarDay // those days of the weeks that have posts
	Drafts              []present.Post
	MoreDrafts          bool
	Today               string // 2006-01-02
}

// calendarDay is a day with what comes out on it.
type calendarDay struct {
	Date    string // 2006-01-02
	Number  int    // of the day in its month
	Outside bool   // of the month that is shown
	Today   bool
	Posts   []plannedPost
}

// plannedPost is a post with its time in the reader's zone.
type plannedPost struct {
	present.Post
	Date, Clock string // 2006-01-02, 15:04
}

// calendar answers GET /me/drafts?view=calendar&month=2006-01.
func (s *Site) calendar(e *core.RequestEvent) error {
	zone, now := s.zoneOf(e), s.Now()
	month, err := time.ParseInLocation(monthLayout, e.Request.URL.Query().Get("month"), zone)
	if err != nil {
		at := now.In(zone)
		month = time.Date(at.Year(), at.Month(), 1, 0, 0, 0, 0, zone)
	}
	asked := e.Request.URL.RawQuery
	planned, err := s.planned(e, zone, month.AddDate(0, 1, 7))
	if err != nil {
		return err
	}
	e.Request.URL.RawQuery = url.Values{"status": {collections.Draft}, "page_size": {"20"}}.Encode()
	drafts, err := ask[Posts](e, s.do.Drafts, "", nil)
	if err != nil {
		return err
	}
	e.Request.URL.RawQuery = asked
	lang := langOf(e)
	main := calendarMain{
		Status: "calendar", Zone: zone.String(), Month: month.Format(monthLayout),
		Before: month.AddDate(0, -1, 0).Format(monthLayout), Next: month.AddDate(0, 1, 0).Format(monthLayout),
		Weeks: weeksOf(month, firstWeekday(lang), now.In(zone).Format(time.DateOnly), planned),
		Today: now.In(zone).Format(time.DateOnly), Drafts: drafts.Results, MoreDrafts: drafts.Next != nil,
	}
	for _, d := range main.Weeks[1] {
		main.Names = append(main.Names, d.Date)
	}
	for _, week := range main.Weeks {
		for _, d := range week {
			if len(d.Posts) > 0 {
				main.Planned = append(main.Planned, d)
			}
		}
	}
	return s.show(e, http.StatusOK, "calendar", s.page(e, "drafts", i18n.T(lang, "drafts.tab_calendar"), main))
}

// planned are the caller's scheduled posts that come out before a time, by date in the zone.
func (s *Site) planned(e *core.RequestEvent, zone *time.Location, before time.Time) (map[string][]plannedPost, error) {
	days := map[string][]plannedPost{}
	query := url.Values{"status": {collections.Scheduled}, "page_size": {"100"}, "cursor": {""}}.Encode()
	for query != "" {
		e.Request.URL.RawQuery = query
		page, err := ask[Posts](e, s.do.Drafts, "", nil)
		if err != nil {
			return nil, err
		}
		for _, p := range page.Results {
			at, ok := parseTime(p.PublishAt)
			if !ok || !at.Before(before) {
				return days, nil // they come in the order of their times
			}
			date := at.In(zone).Format(time.DateOnly)
			days[date] = append(days[date], plannedPost{p, date, at.In(zone).Format("15:04")})
		}
		query = ""
		if page.Next != nil {
			next, err := url.Parse(*page.Next)
			if err != nil {
				return nil, err
			}
			query = next.RawQuery
		}
	}
	return days, nil
}

// firstWeekday is with which day a week begins.
func firstWeekday(lang i18n.Lang) time.Weekday {
	if lang == i18n.Korean {
		return time.Sunday
	}
	return time.Monday
}

// weeksOf are the whole weeks that have days of a month, of seven days each.
func weeksOf(month time.Time, first time.Weekday, today string, planned map[string][]plannedPost) (weeks [][]calendarDay) {
	back := (int(month.Weekday()) - int(first) + 7) % 7
	for at := month.AddDate(0, 0, -back); at.Before(month.AddDate(0, 1, 0)); at = at.AddDate(0, 0, 7) {
		week := make([]calendarDay, 7)
		for i := range week {
			day := at.AddDate(0, 0, i)
			date := day.Format(time.DateOnly)
			week[i] = calendarDay{Date: date, Number: day.Day(), Outside: day.Month() != month.Month(), Today: date == today, Posts: planned[date]}
		}
		weeks = append(weeks, week)
	}
	return weeks
}

// movePost answers POST /posts/{id}/move: a scheduled post comes out on another day at the same time of day, a draft
// on that day in the morning. What isn't ready for that, or a time that is over, is shown to be mended.
func (s *Site) movePost(e *core.RequestEvent) error {
	post, err := s.changeable(e)
	if err != nil {
		return err
	}
	zone := s.zoneOf(e)
	day, err := time.ParseInLocation(time.DateOnly, e.Request.PostFormValue("day"), zone)
	if err != nil || !slices.Contains([]string{collections.Draft, collections.Scheduled}, post.Status) {
		return e.BadRequestError("", err)
	}
	hour, minute := morning, 0
	if at, ok := parseTime(post.PublishAt); ok && post.Status == collections.Scheduled {
		hour, minute = at.In(zone).Hour(), at.In(zone).Minute()
	}
	at := time.Date(day.Year(), day.Month(), day.Day(), hour, minute, 0, 0, zone).UTC().Format(time.RFC3339)
	err = tell(e, s.do.Edit, post.ID, map[string]string{"status": collections.Scheduled, "publish_at": at})
	if err == nil {
		return e.Redirect(http.StatusSeeOther, "/me/drafts?view=calendar&month="+day.Format(monthLayout)+"#p-"+post.ID)
	}
	main := composing(post)
	main.PublishAt = at
	if err := main.Form.refuse(e, err, composeFields...); err != nil {
		return err
	}
	return s.compose(e, http.StatusBadRequest, main)
}

// moving is the form that puts a post on a day.
type moving struct{ ID, Day, Earliest, Label string }

func movingOf(id, day, earliest, label string) moving { return moving{id, day, earliest, label} }
