package ui

import (
	"net/http"
	"net/url"
	"slices"

	"github.com/pocketbase/pocketbase/core"

	"madang/i18n"
	"madang/present"
)

// interval is a step of a series, as the API answers.
type interval struct {
	Date     string `json:"date"`
	Views    int    `json:"views"`
	Likes    int    `json:"likes"`
	Comments int    `json:"comments"`
}

// ownStats is how a person does, as the API answers.
type ownStats struct {
	FollowersCount int            `json:"followers_count"`
	FollowingCount int            `json:"following_count"`
	PostsCount     int            `json:"posts_count"`
	TotalLikes     int            `json:"total_likes"`
	TotalViews     int            `json:"total_views"`
	TotalComments  int            `json:"total_comments"`
	Series         []interval     `json:"series"`
	TopPosts       []present.Post `json:"top_posts"`
}

// postStats is how a post does, as the API answers.
type postStats struct {
	ViewCount      int        `json:"view_count"`
	UniqueViewers  int        `json:"unique_viewers"`
	LikesCount     int        `json:"likes_count"`
	CommentsCount  int        `json:"comments_count"`
	BookmarksCount int        `json:"bookmarks_count"`
	Series         []interval `json:"series"`
	Referrers      []struct {
		Host  string `json:"host"`
		Views int    `json:"views"`
	} `json:"referrers"`
}

// spanMain is the part of a page of statistics that says how far back it goes, by which steps, and where days begin.
type spanMain struct {
	Path, Period, Interval, Zone string
	Charts                       []chart
}

// With is the query of the page with one of its parts changed.
func (m spanMain) With(name, value string) string {
	q := url.Values{"period": {m.Period}, "interval": {m.Interval}, "tz": {m.Zone}}
	if name != "" {
		q.Set(name, value)
	}
	return "?" + q.Encode()
}

// spanOf reads the span that a page was asked for, by the days of the caller's zone; what the API doesn't know it refuses.
func (s *Site) spanOf(e *core.RequestEvent, path string) spanMain {
	asked := e.Request.URL.Query()
	m := spanMain{Path: path, Period: asked.Get("period"), Interval: asked.Get("interval"), Zone: asked.Get("tz")}
	if m.Period == "" {
		m.Period = "30d"
	}
	if m.Interval == "" {
		m.Interval = "day"
	}
	if m.Zone == "" {
		m.Zone = s.zoneOf(e).String()
	}
	return m
}

// Periods are those that the page offers, and Intervals the steps that fit the one that is chosen.
func (m spanMain) Periods() []string { return []string{"24h", "7d", "30d", "90d", "365d"} }

// Intervals leave out steps of which there would be one or thousands.
func (m spanMain) Intervals() []string {
	return map[string][]string{
		"24h": {"hour"}, "7d": {"hour", "day"}, "30d": {"day", "week"}, "90d": {"day", "week", "month"}, "365d": {"day", "week", "month"},
	}[m.Period]
}

// fit takes a step that fits the period.
func (m *spanMain) fit() {
	if steps := m.Intervals(); len(steps) > 0 && !slices.Contains(steps, m.Interval) {
		m.Interval = steps[0]
	}
}

func (m *spanMain) draw(lang i18n.Lang, series []interval) {
	views, likes, comments := make([]point, len(series)), make([]point, len(series)), make([]point, len(series))
	for i, d := range series {
		date := m.called(lang, d.Date)
		views[i], likes[i], comments[i] = point{date, d.Views}, point{date, d.Likes}, point{date, d.Comments}
	}
	m.Charts = []chart{draw(lang, "views", views), draw(lang, "likes", likes), draw(lang, "comments", comments)}
}

// called is what people call an interval.
func (m *spanMain) called(lang i18n.Lang, date string) string {
	if m.Interval == "hour" && len(date) >= len("2006-01-02T15:04") {
		return day(lang, date[:10]) + " " + date[11:16]
	}
	if m.Interval == "month" && len(date) >= len("2006-01") {
		return date[:7]
	}
	return day(lang, date)
}

type ownStatsMain struct {
	spanMain
	Stats ownStats
}

// stats answers GET /me/stats.
func (s *Site) stats(e *core.RequestEvent) error {
	span := s.spanOf(e, "/me/stats")
	span.fit()
	e.Request.URL.RawQuery = span.With("", "")[1:]
	own, err := ask[ownStats](e, s.do.Stats, "", nil)
	if err != nil {
		return err
	}
	lang := langOf(e)
	span.draw(lang, own.Series)
	return s.show(e, http.StatusOK, "stats", s.page(e, "stats", i18n.T(lang, "stats.title"), ownStatsMain{span, own}))
}

type postStatsMain struct {
	spanMain
	Post  *present.PostDetail
	Stats postStats
}

// postStats answers GET /posts/{id}/stats.
func (s *Site) postStats(e *core.RequestEvent) error {
	id := e.Request.PathValue("id")
	post, err := s.do.Look(e, id)
	if err != nil {
		return present.Failure(err)
	}
	span := s.spanOf(e, "/posts/"+id+"/stats")
	span.fit()
	e.Request.URL.RawQuery = span.With("", "")[1:]
	said, err := ask[postStats](e, s.do.PostStats, id, nil)
	if err != nil {
		return err
	}
	lang := langOf(e)
	span.draw(lang, said.Series)
	return s.show(e, http.StatusOK, "post_stats", s.page(e, "stats", i18n.T(lang, "stats.title"), postStatsMain{span, post, said}))
}
