package ui

import (
	"net/http"

	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/i18n"
	"madang/present"
)

type homeMain struct {
	Tab    string // following, for-you, tags or everyone
	Posts  Posts
	ForYou present.List[Recommended]
	// Recommends says that the place recommends anything, Off that the reader has turned that off.
	Recommends, Off bool
}

// Recommended is a post and why it is recommended, as the API answers.
type Recommended struct {
	present.Post
	Reason Reason `json:"reason"`
}

// Reason is why something is recommended, in the language of the reader.
type Reason struct {
	Text string `json:"text"`
}

// homeSize is how many posts Home shows at first: some screens full, so that it is there at once; more come as one scrolls.
const homeSize = 15

// home answers GET /: those whom one follows, what is recommended, followed tags or everyone; to strangers, what this place is.
func (s *Site) home(e *core.RequestEvent) error {
	paging, err := present.ParsePage(e.Request)
	if err != nil {
		return err
	}
	if !e.Request.URL.Query().Has("page") {
		paging.ByCursor = true // note: pages would show a post twice when a new one comes in
	}
	if !e.Request.URL.Query().Has("page_size") {
		paging.Size = homeSize
	}
	main := homeMain{Tab: e.Request.URL.Query().Get("tab"), Recommends: s.Recommends}
	switch {
	case main.Tab == "everyone":
		main.Posts, err = s.do.Everyone(e, paging)
	case !signedIn(e):
		main, err = s.welcome(e, paging)
	case main.Tab == "for-you" && s.Recommends:
		main.Off = !collections.UserOf(e.Auth).WantsRecommendations()
		main.ForYou, err = ask[present.List[Recommended]](e, s.do.ForYou, "", nil)
	case main.Tab == "tags":
		main.Posts, err = s.do.OfTags(e, paging)
	default:
		main.Tab = "following"
		main.Posts, err = s.do.Following(e, paging)
	}
	if err != nil {
		return present.Failure(err)
	}
	p := s.page(e, "home", "", main)
	s.publish(e, p, "/", i18n.T(p.Lang, "meta.site"))
	p.Meta.Title = i18n.T(p.Lang, "meta.home")
	if main.Tab == "everyone" {
		p.Meta.Canonical += "?tab=everyone"
	}
	return s.show(e, http.StatusOK, "home", p)
}

// trendingSize is how many posts trending shows.
const trendingSize = 20

// welcome is what strangers see: what was loved this week, or in a quiet one what is new.
func (s *Site) welcome(e *core.RequestEvent, paging present.Page) (homeMain, error) {
	loved, err := s.do.Trending(e, "7d", trendingSize/2)
	if err != nil || len(loved) > 0 {
		return homeMain{Posts: present.Whole(loved)}, err
	}
	all, err := s.do.Everyone(e, paging)
	return homeMain{Tab: "everyone", Posts: all}, err
}
