package ui

import (
	"database/sql"
	"errors"
	"net/http"
	"slices"

	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/i18n"
	"madang/present"
	"madang/text"
)

type exploreMain struct {
	Period   string
	Featured Posts
	Posts    Posts
	People   []suggested
}

// suggested is somebody to follow, and why; nothing where there is no reason but that many do.
type suggested struct {
	present.User
	Reason Reason `json:"reason"`
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
	main := exploreMain{Period: period, Featured: present.Whole(featured), Posts: present.Whole(loved)}
	if main.People, err = s.toFollow(e); err != nil {
		return err
	}
	p := s.page(e, "explore", i18n.T(langOf(e), "explore.title"), main)
	s.publish(e, p, "/explore", i18n.T(p.Lang, "meta.explore"))
	return s.show(e, http.StatusOK, "explore", p)
}

// toFollow is some people to follow: those who are recommended to somebody who is signed in and wants that, else the most followed.
func (s *Site) toFollow(e *core.RequestEvent) (some []suggested, err error) {
	if signedIn(e) {
		people, err := ask[present.List[suggested]](e, s.do.Suggested, "", nil)
		if err != nil || len(people.Results) > 0 {
			return people.Results[:min(len(people.Results), suggestions)], err
		}
	}
	people, err := ask[present.List[suggested]](e, s.do.People, "", nil)
	for _, u := range people.Results {
		if !u.IsFollowing && (e.Auth == nil || u.ID != e.Auth.Id) && len(some) < suggestions {
			some = append(some, u)
		}
	}
	return some, err
}

type tagMain struct {
	Tag   string
	About present.Tag // empty when no public post has it
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
	about, err := present.TagByName(e.App, collections.ViewerOf(e.Auth), tag)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return present.Failure(err)
	}
	p := s.page(e, "explore", "#"+tag, tagMain{tag, about, posts})
	s.publish(e, p, tagURL(tag), i18n.T(p.Lang, "meta.tag", tag))
	p.Meta.Feeds = append(p.Meta.Feeds, feedsOf("#"+tag, tagURL(tag)+"/")...)
	if len(posts.Results) == 0 {
		p.Meta.Private = true // nothing for search engines
	}
	return s.show(e, http.StatusOK, "tag", p)
}
