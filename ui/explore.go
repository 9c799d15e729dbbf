package ui

import (
	"net/http"
	"slices"

	"github.com/pocketbase/pocketbase/core"

	"madang/i18n"
	"madang/present"
	"madang/text"
)

type exploreMain struct {
	Period   string
	Featured Posts
	Posts    Posts
	People   []present.User
}

// suggestions is how many people explore shows, features how many of the posts that operators feature.
const suggestions, features = 3, 3

// explore answers GET /explore: what is liked most in a period, and people to follow.
func (s *Site) explore(e *core.RequestEvent) error {
	period := e.Request.URL.Query().Get("period")
	if !slices.Contains([]string{"24h", "30d"}, period) {
		period = "7d"
	}
	loved, err := s.do.Trending(e, period, trendingSize)
	if err != nil {
		return present.Failure(err)
	}
	featured, err := s.do.Featured(e, features)
	if err != nil {
		return present.Failure(err)
	}
	people, err := ask[present.List[present.User]](e, s.do.People, "", nil)
	if err != nil {
		return err
	}
	main := exploreMain{Period: period, Featured: present.Whole(featured), Posts: present.Whole(loved)}
	for _, u := range people.Results {
		if !u.IsFollowing && (e.Auth == nil || u.ID != e.Auth.Id) && len(main.People) < suggestions {
			main.People = append(main.People, u)
		}
	}
	p := s.page(e, "explore", i18n.T(langOf(e), "explore.title"), main)
	s.publish(e, p, "/explore", i18n.T(p.Lang, "meta.explore"))
	return s.show(e, http.StatusOK, "explore", p)
}

type tagMain struct {
	Tag   string
	Posts Posts
}

// tag answers GET /tags/{tag}: the posts that have it, the newest first.
func (s *Site) tag(e *core.RequestEvent) error {
	tag := text.Tag(e.Request.PathValue("tag"))
	paging, err := present.ParsePage(e.Request)
	if err != nil {
		return err
	}
	paging.ByCursor = paging.ByCursor || !e.Request.URL.Query().Has("page")
	if tag == "" {
		return present.NotFound()
	}
	posts, err := s.do.Tagged(e, tag, paging)
	if err != nil {
		return present.Failure(err)
	}
	p := s.page(e, "explore", "#"+tag, tagMain{tag, posts})
	s.publish(e, p, tagURL(tag), i18n.T(p.Lang, "meta.tag", tag))
	p.Meta.Feeds = append(p.Meta.Feeds, feedsOf("#"+tag, tagURL(tag)+"/")...)
	if len(posts.Results) == 0 {
		p.Meta.Private = true // nothing for search engines
	}
	return s.show(e, http.StatusOK, "tag", p)
}
