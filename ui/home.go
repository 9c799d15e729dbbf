package ui

import (
	"net/http"

	"github.com/pocketbase/pocketbase/core"

	"madang/i18n"
	"madang/present"
)

type homeMain struct {
	Everyone bool
	Posts    Posts
}

// home answers GET /: those whom one follows or everyone; to strangers, what this place is.
func (s *Site) home(e *core.RequestEvent) error {
	paging, err := present.ParsePage(e.Request)
	if err != nil {
		return err
	}
	if !e.Request.URL.Query().Has("page") {
		paging.ByCursor = true // note: pages would show a post twice when a new one comes in
	}
	main := homeMain{Everyone: e.Request.URL.Query().Get("tab") == "everyone"}
	switch {
	case main.Everyone:
		main.Posts, err = s.do.Everyone(e, paging)
	case signedIn(e):
		main.Posts, err = s.do.Following(e, paging)
	default:
		main, err = s.welcome(e, paging)
	}
	if err != nil {
		return present.Failure(err)
	}
	p := s.page(e, "home", "", main)
	s.publish(e, p, "/", i18n.T(p.Lang, "meta.site"))
	p.Meta.Title = i18n.T(p.Lang, "meta.home")
	if main.Everyone {
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
	return homeMain{Everyone: true, Posts: all}, err
}
