package stats

import (
	"fmt"
	"net/http"

	"github.com/pocketbase/dbx"
	validation "github.com/pocketbase/ozzo-validation/v4"
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

// Referrer is a host from which readers came in the period.
type Referrer struct {
	Host  string `json:"host" db:"host"`
	Views int    `json:"views" db:"views"`
}

// Post answers GET /api/analytics/posts/{id}: its author's, a moderator's.
func (s *Service) Post(e *core.RequestEvent) error {
	answer, _, err := s.askedPost(e)
	if err != nil {
		return err
	}
	return e.JSON(http.StatusOK, answer)
}

// askedPost is how the post of the path does, for those who may know.
func (s *Service) askedPost(e *core.RequestEvent) (*PostStats, *collections.Post, error) {
	problems := validation.Errors{}
	apart := flag(e, "apart", problems)
	sp, err := s.spanOf(e, problems)
	if err != nil {
		return nil, nil, err
	}
	post, err := collections.FindPost(e.App, e.Request.PathValue("id"))
	if err != nil {
		return nil, nil, present.Failure(err)
	}
	v := collections.ViewerOf(e.Auth)
	sees, err := v.Sees(e.App, post)
	switch {
	case err != nil:
		return nil, nil, present.Failure(err)
	case !sees:
		return nil, nil, present.NotFound()
	case post.Author() != v.ID && !v.IsStaff():
		return nil, nil, e.ForbiddenError("Only its author sees how a post does.", nil)
	}
	answer, err := s.post(e.App, post, sp, apart)
	return answer, post, present.Failure(err)
}

func (s *Service) post(app core.App, p *collections.Post, sp *span, apart bool) (*PostStats, error) {
	if err := s.Views.RollUp(app); err != nil {
		return nil, err
	}
	answer := &PostStats{
		ViewCount: p.GetInt("view_count"), LikesCount: p.GetInt("likes_count"), CommentsCount: p.GetInt("comments_count"),
		Referrers: []Referrer{},
	}
	var err error
	of := dbx.Params{"id": p.Id, "day": sp.day()}
	if answer.UniqueViewers, err = number(app, `SELECT (SELECT COALESCE(SUM(viewers), 0) FROM post_days WHERE post = {:id})
		+ (SELECT COUNT(*) FROM post_viewers WHERE post = {:id})`, of); err != nil {
		return nil, fmt.Errorf("count viewers: %w", err)
	}
	if answer.BookmarksCount, err = number(app, "SELECT COUNT(*) FROM bookmarks WHERE post = {:id}", of); err != nil {
		return nil, fmt.Errorf("count bookmarks: %w", err)
	}
	if answer.ViewCount > 0 {
		answer.EngagementRate = float64(answer.LikesCount+answer.CommentsCount+answer.BookmarksCount) / float64(answer.ViewCount)
	}
	if answer.Series, err = s.series(app, ofPost(p.Id), sp, apart); err != nil {
		return nil, err
	}
	err = app.DB().NewQuery("SELECT host, SUM(views) AS views FROM post_referrers WHERE post = {:id} AND day >= {:day} GROUP BY host ORDER BY views DESC, host LIMIT 20").
		Bind(of).All(&answer.Referrers)
	return answer, err
}
