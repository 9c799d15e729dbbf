package stats

import (
	"fmt"
	"net/http"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/present"
)

// PostStats is how a post does.
type PostStats struct {
	ViewCount      int        `json:"view_count"`
	UniqueViewers  int        `json:"unique_viewers"` // summed over days: one person on two days counts twice
	LikesCount     int        `json:"likes_count"`
	CommentsCount  int        `json:"comments_count"`
	BookmarksCount int        `json:"bookmarks_count"`
	EngagementRate float64    `json:"engagement_rate"` // (likes + comments + bookmarks) ÷ views
	Series         []Day      `json:"series"`
	Referrers      []Referrer `json:"referrers"`
}

// Referrer is a host from which readers came.
type Referrer struct {
	Host  string `json:"host" db:"host"`
	Views int    `json:"views" db:"views"`
}

// Post answers GET /api/analytics/posts/{id}: its author's, a moderator's.
func (s *Service) Post(e *core.RequestEvent) error {
	days, err := parsePeriod(e)
	if err != nil {
		return err
	}
	post, err := collections.FindPost(e.App, e.Request.PathValue("id"))
	if err != nil {
		return present.Failure(err)
	}
	v := collections.ViewerOf(e.Auth)
	sees, err := v.Sees(e.App, post)
	switch {
	case err != nil:
		return present.Failure(err)
	case !sees:
		return present.NotFound()
	case post.Author() != v.ID && !v.IsStaff():
		return e.ForbiddenError("Only its author sees how a post does.", nil)
	}
	answer, err := s.post(e.App, post, days)
	if err != nil {
		return present.Failure(err)
	}
	return e.JSON(http.StatusOK, answer)
}

func (s *Service) post(app core.App, p *collections.Post, days int) (*PostStats, error) {
	answer := &PostStats{
		ViewCount: p.GetInt("view_count"), LikesCount: p.GetInt("likes_count"), CommentsCount: p.GetInt("comments_count"),
		Referrers: []Referrer{},
	}
	var err error
	id := dbx.Params{"id": p.Id}
	if answer.UniqueViewers, err = number(app, "SELECT COUNT(*) FROM post_viewers WHERE post = {:id}", id); err != nil {
		return nil, fmt.Errorf("count viewers: %w", err)
	}
	if answer.BookmarksCount, err = number(app, "SELECT COUNT(*) FROM bookmarks WHERE post = {:id}", id); err != nil {
		return nil, fmt.Errorf("count bookmarks: %w", err)
	}
	if answer.ViewCount > 0 {
		answer.EngagementRate = float64(answer.LikesCount+answer.CommentsCount+answer.BookmarksCount) / float64(answer.ViewCount)
	}
	if answer.Series, err = s.series(app, ofPost(p.Id), days); err != nil {
		return nil, err
	}
	err = app.DB().NewQuery("SELECT host, SUM(views) AS views FROM post_referrers WHERE post = {:id} GROUP BY host ORDER BY views DESC, host LIMIT 20").
		Bind(id).All(&answer.Referrers)
	return answer, err
}
