package feed

import (
	"fmt"
	"strconv"
	"time"

	"github.com/pocketbase/dbx"
	validation "github.com/pocketbase/ozzo-validation/v4"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/present"
)

// TimelineParams are the query parameters of GET /api/posts/feed.
type TimelineParams struct {
	present.PageParams
	Of string `query:"of" enum:"people,tags,all" description:"people: those whom one follows, and one's own; tags: followed tags; all: both; by default all, or people with tags_apart"`
}

// Timeline answers GET /api/posts/feed: posts of those whom the caller follows and their
// own, and of the tags that they follow, the newest first, by cursor unless a page is asked for.
func (s *Service) Timeline(e *core.RequestEvent) error {
	page, err := present.ParsePage(e.Request)
	if err != nil {
		return err
	}
	if !e.Request.URL.Query().Has("page") {
		page.ByCursor = true
	}
	problems := validation.Errors{}
	of := oneOf(e.Request.URL.Query(), "of", problems, "", "people", "tags", "all")
	if len(problems) > 0 {
		return present.BadQuery(problems)
	}
	list, err := s.followed(e, of, page)
	if err != nil {
		return present.Failure(err)
	}
	return present.JSON(e, list)
}

// Following is the caller's timeline.
func (s *Service) Following(e *core.RequestEvent, page present.Page) (present.List[present.Post], error) {
	return s.followed(e, "", page)
}

// OfTags is what of it is of the tags that the caller follows.
func (s *Service) OfTags(e *core.RequestEvent, page present.Page) (present.List[present.Post], error) {
	return s.followed(e, "tags", page)
}

const (
	ofPeople = `posts.author = {:me} OR posts.author IN (SELECT following FROM follows WHERE follower = {:me})`
	// note: not of what staff alone see
	ofTags = `posts.visibility = 'public' AND posts.is_hidden = FALSE AND posts.id IN (SELECT pt.post FROM tag_follows tf JOIN tags t ON t.id = tf.tag JOIN post_tags pt ON pt.tag = t.name WHERE tf.user = {:me})`
	// ofTagsEach is the same, to be asked of one post after the other; first, whether one follows a tag at all.
	ofTagsEach = `EXISTS (SELECT 1 FROM tag_follows a WHERE a.user = {:me}) AND posts.visibility = 'public' AND posts.is_hidden = FALSE AND EXISTS (SELECT 1 FROM post_tags pt WHERE pt.post = posts.id
		AND pt.tag IN (SELECT t.name FROM tag_follows tf JOIN tags t ON t.id = tf.tag WHERE tf.user = {:me}))`
)

// followed is the posts of what the caller follows: people, tags or all; "" for what they prefer.
//
// SQLite goes through all posts of those whom one follows, and sorts them. Of who follows many, the newest posts of all hold a page
// of those, or else their newest ones do: so these are looked through first, see [Service.Many].
func (s *Service) followed(e *core.RequestEvent, of string, page present.Page) (present.List[present.Post], error) {
	v := collections.ViewerOf(e.Auth)
	all, each := ofPeople+" OR "+ofTags, ofPeople+" OR "+ofTagsEach
	switch {
	case of == "tags":
		all, each = ofTags, ofTagsEach
	case of == "people" || of == "" && collections.UserOf(e.Auth).KeepsTagsApart():
		all, each = ofPeople, ofPeople
	}
	those := func(condition string) *dbx.SelectQuery {
		// note: SQLite asks the conditions in this order, and nearly all posts are of others
		return s.Show.PostQuery(e.App, v).Where(dbx.NewExp("("+condition+")", dbx.Params{"me": v.ID})).
			AndWhere(dbx.HashExp{"posts.status": collections.Published}).AndWhere(v.Visible()).AndWhere(v.Wanted("posts.author"))
	}
	if page.ByCursor && e.Auth.GetInt("following_count") >= s.Many {
		for _, first := range []*dbx.SelectQuery{
			those(each).From("`posts` INDEXED BY idx_posts_created_at").AndWhere(s.near(page)),
			those(all).AndWhere(s.recent(page)),
		} {
			list, err := s.page(e.App, v, page, first, nil)
			if err != nil || list.Next != nil {
				return list, err
			}
		}
	}
	return s.page(e.App, v, page, those(all), nil)
}

// near is true of the nearest posts of all behind a cursor of the newest.
func (s *Service) near(page present.Page) dbx.Expression {
	return dbx.NewExp(fmt.Sprintf("posts.created_at >= COALESCE((SELECT n.created_at FROM posts n WHERE n.created_at <= {:behind} ORDER BY n.created_at DESC LIMIT 1 OFFSET %d), '')", s.Nearest),
		dbx.Params{"behind": page.Behind("9")})
}

// recent is true of the posts of the days behind a cursor of the newest.
func (s *Service) recent(page present.Page) dbx.Expression {
	behind, err := time.Parse(collections.TimeLayout, page.Behind(collections.Stamp(s.Now())))
	if err != nil { // note: a cursor that isn't one is refused where the page is read
		return nil
	}
	return dbx.NewExp("posts.created_at >= {:recent}", dbx.Params{"recent": collections.Stamp(behind.Add(-s.Recent))})
}

// LikedPosts answers GET /api/users/me/liked-posts.
func (s *Service) LikedPosts(e *core.RequestEvent) error { return s.kept(e, collections.Likes) }

// Bookmarks answers GET /api/users/me/bookmarks.
func (s *Service) Bookmarks(e *core.RequestEvent) error { return s.kept(e, collections.Bookmarks) }

func (s *Service) kept(e *core.RequestEvent, pairs string) error {
	v := collections.ViewerOf(e.Auth)
	return s.own(e, nil, func(q *dbx.SelectQuery, me string) {
		q.Where(dbx.NewExp("posts.id IN (SELECT post FROM "+pairs+" WHERE user = {:me})", dbx.Params{"me": me})).
			AndWhere(dbx.HashExp{"posts.status": collections.Published}).AndWhere(v.Visible())
	})
}

// own answers with a list of posts that is the caller's, in an order (nil for the newest first).
func (s *Service) own(e *core.RequestEvent, order []present.Key, narrow func(q *dbx.SelectQuery, me string)) error {
	page, err := present.ParsePage(e.Request)
	if err != nil {
		return err
	}
	v := collections.ViewerOf(e.Auth)
	q := s.Show.PostQuery(e.App, v)
	narrow(q, v.ID)
	list, err := s.page(e.App, v, page, q, order)
	if err != nil {
		return present.Failure(err)
	}
	return present.JSON(e, list)
}

// periods are how far back trending looks.
var periods = map[string]int{"24h": 24, "7d": 7 * 24, "30d": 30 * 24}

// TrendingParams are the query parameters of GET /api/analytics/trending.
type TrendingParams struct {
	Period string `query:"period" enum:"24h,7d,30d" default:"24h"`
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"10"`
	Sort   string `query:"sort" enum:"top,hot" default:"top" description:"top: the most liked, then the most viewed; hot: the same cooled by age"`
}

// Trending answers GET /api/analytics/trending: public posts created in the period, those
// with the most likes first, then the most views; or, with ?sort=hot, cooled by age.
func (s *Service) Trending(e *core.RequestEvent) error {
	q := e.Request.URL.Query()
	period, limit, problems := "24h", 10, validation.Errors{}
	if q.Get("period") != "" {
		period = q.Get("period")
	}
	if periods[period] == 0 {
		problems["period"] = validation.NewError("validation_in_invalid", "Must be one of 24h, 7d, 30d.")
	}
	if q.Get("limit") != "" {
		n, err := strconv.Atoi(q.Get("limit"))
		if err != nil || n < 1 {
			problems["limit"] = validation.NewError("validation_invalid_page", "Must be a whole number of at least 1.")
		}
		limit = min(n, present.MaxPageSize)
	}
	hot := oneOf(q, "sort", problems, "top", "hot") == "hot"
	if len(problems) > 0 {
		return present.BadQuery(problems)
	}
	posts, err := s.Top(e, period, limit)
	if hot {
		posts, err = s.Top(e, period, candidates)
		posts = hottest(posts, s.Now(), limit)
	}
	if err != nil {
		return present.Failure(err)
	}
	return present.JSON(e, present.Whole(posts))
}

// candidates is how many of the most liked are looked at for what is hot.
const candidates = 500

// Top is what Trending answers; period is one of 24h, 7d, 30d.
func (s *Service) Top(e *core.RequestEvent, period string, limit int) ([]present.Post, error) {
	v := collections.ViewerOf(e.Auth)
	since := s.Now().Add(-time.Duration(periods[period]) * time.Hour)
	// note: a day's posts are found by their time; of a longer one, those with the most likes are gone through until enough
	// are of it. SQLite, which can't know how many there are, would read them all.
	from := "`posts` INDEXED BY idx_posts_likes_count"
	if period == "24h" {
		from = "`posts` INDEXED BY idx_posts_created_at"
	}
	q := s.Show.PostQuery(e.App, v).From(from).Where(collections.Viewer{}.Visible()).AndWhere(v.Visible()).AndWhere(v.Wanted("posts.author")).
		AndWhere(dbx.NewExp("posts.created_at >= {:since}", dbx.Params{"since": collections.Stamp(since)})).
		OrderBy("posts.likes_count DESC", "posts.view_count DESC", "posts.created_at DESC", "posts.id DESC").Limit(int64(limit))
	return s.Show.Posts(e.App, v, q)
}
