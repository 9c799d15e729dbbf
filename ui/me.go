package ui

import (
	"net/http"
	"slices"

	"github.com/pocketbase/pocketbase/core"

	"madang/i18n"
	"madang/present"
)

type listMain struct {
	Title, Empty string
	Posts        Posts
}

// bookmarks answers GET /bookmarks.
func (s *Site) bookmarks(e *core.RequestEvent) error {
	posts, err := ask[Posts](e, s.do.Bookmarks, "", nil)
	if err != nil {
		return err
	}
	lang := langOf(e)
	main := listMain{i18n.T(lang, "bookmarks.title"), i18n.T(lang, "bookmarks.empty"), posts}
	return s.show(e, http.StatusOK, "list", s.page(e, "bookmarks", main.Title, main))
}

// ownStats is how a person does, as the API answers.
type ownStats struct {
	FollowersCount int `json:"followers_count"`
	FollowingCount int `json:"following_count"`
	PostsCount     int `json:"posts_count"`
	TotalLikes     int `json:"total_likes"`
	TotalViews     int `json:"total_views"`
	TotalComments  int `json:"total_comments"`
	Series         []struct {
		Date     string `json:"date"`
		Views    int    `json:"views"`
		Likes    int    `json:"likes"`
		Comments int    `json:"comments"`
	} `json:"series"`
	TopPosts []present.Post `json:"top_posts"`
}

type statsMain struct {
	Period string
	Stats  ownStats
	Charts []chart
}

// stats answers GET /me/stats.
func (s *Site) stats(e *core.RequestEvent) error {
	period := e.Request.URL.Query().Get("period")
	if !slices.Contains([]string{"24h", "7d", "90d"}, period) {
		period = "30d"
	}
	own, err := ask[ownStats](e, s.do.Stats, "", nil)
	if err != nil {
		return err
	}
	views, likes, comments := make([]point, len(own.Series)), make([]point, len(own.Series)), make([]point, len(own.Series))
	for i, d := range own.Series {
		views[i], likes[i], comments[i] = point{d.Date, d.Views}, point{d.Date, d.Likes}, point{d.Date, d.Comments}
	}
	lang := langOf(e)
	main := statsMain{period, own, []chart{draw(lang, "views", views), draw(lang, "likes", likes), draw(lang, "comments", comments)}}
	return s.show(e, http.StatusOK, "stats", s.page(e, "stats", i18n.T(lang, "stats.title"), main))
}
