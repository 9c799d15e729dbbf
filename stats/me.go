package stats

import (
	"fmt"

	"github.com/pocketbase/dbx"
	validation "github.com/pocketbase/ozzo-validation/v4"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/present"
)

// OwnStats is how a person does: of all that is theirs, also what moderators hid, which counts in no number that others see.
type OwnStats struct {
	FollowersCount int            `json:"followers_count"`
	FollowingCount int            `json:"following_count"`
	PostsCount     int            `json:"posts_count"`
	TotalLikes     int            `json:"total_likes"`
	TotalViews     int            `json:"total_views"`
	TotalComments  int            `json:"total_comments"`
	Series         []Day          `json:"series"`
	TopPosts       []present.Post `json:"top_posts"`
}

// topPosts is how many of a person's best posts their statistics show.
const topPosts = 5

// Me answers GET /api/users/me/stats.
func (s *Service) Me(e *core.RequestEvent) error {
	answer, err := s.askedOwn(e)
	if err != nil {
		return err
	}
	return present.JSON(e, answer)
}

func (s *Service) askedOwn(e *core.RequestEvent) (*OwnStats, error) {
	problems := validation.Errors{}
	apart := flag(e, "apart", problems)
	sp, err := s.spanOf(e, problems)
	if err != nil {
		return nil, err
	}
	answer, err := s.own(e.App, e.Auth, sp, apart)
	return answer, present.Failure(err)
}

// own is how the person does.
func (s *Service) own(app core.App, me *core.Record, sp *span, apart bool) (*OwnStats, error) {
	if err := s.Views.RollUp(app); err != nil {
		return nil, err
	}
	answer := &OwnStats{
		FollowersCount: me.GetInt("followers_count"), FollowingCount: me.GetInt("following_count"),
	}
	err := app.DB().NewQuery(`SELECT COUNT(CASE WHEN status = 'published' THEN 1 END), COALESCE(SUM(likes_count), 0), COALESCE(SUM(view_count), 0), COALESCE(SUM(comments_count), 0)
		FROM posts WHERE author = {:me} AND status != 'removed'`).Bind(dbx.Params{"me": me.Id}).
		Row(&answer.PostsCount, &answer.TotalLikes, &answer.TotalViews, &answer.TotalComments)
	if err != nil {
		return nil, fmt.Errorf("sum up own posts: %w", err)
	}
	if answer.Series, err = s.series(app, ofPerson(me.Id), sp, apart); err != nil {
		return nil, err
	}
	v := collections.ViewerOf(me)
	q := s.Show.PostQuery(app, v).
		Where(dbx.HashExp{"posts.author": me.Id, "posts.status": collections.Published}).
		OrderBy("posts.likes_count DESC", "posts.view_count DESC", "posts.id").Limit(topPosts)
	answer.TopPosts, err = s.Show.Posts(app, v, q)
	return answer, err
}
