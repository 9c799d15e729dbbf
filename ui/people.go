package ui

import (
	"net/http"
	"strings"

	"github.com/pocketbase/pocketbase/core"

	"madang/present"
)

// elsewhere answers what no other route does: people under /@, paths with a slash too
// many, and everything that isn't there.
func (s *Site) elsewhere(e *core.RequestEvent) error {
	path := e.Request.URL.Path
	reads := e.Request.Method == http.MethodGet || e.Request.Method == http.MethodHead
	if !reads || ofPrograms(path) {
		return present.NotFound()
	}
	if bare := strings.TrimRight(path, "/"); bare != path && bare != "" && !strings.HasPrefix(bare, "//") {
		u := *e.Request.URL
		u.Path, u.RawPath = bare, strings.TrimRight(u.RawPath, "/")
		return e.Redirect(http.StatusMovedPermanently, u.RequestURI())
	}
	handle, rest, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	if !strings.HasPrefix(handle, "@") || len(handle) < 2 {
		return present.NotFound()
	}
	switch rest {
	case "", "media", "likes", "followers", "following":
		return s.person(e, handle, rest)
	}
	if _, ok := feedFormat(rest); ok {
		return s.personFeed(e, handle, rest)
	}
	if bare, ok := strings.CutSuffix(rest, ".md"); ok {
		if id, ok := postID(bare); ok {
			return s.twin(e, id)
		}
	}
	if id, ok := postID(rest); ok {
		return s.post(e, id)
	}
	return present.NotFound()
}

type personMain struct {
	User   *present.User
	Tab    string // posts, media, likes, followers, following
	Posts  Posts
	People present.List[present.User]
	To     Relation // of the viewer
}

// person answers GET /@{username} and its lists.
func (s *Site) person(e *core.RequestEvent, handle, tab string) error {
	u, err := ask[*present.User](e, s.do.Person, handle, nothing{})
	if err != nil {
		return err
	}
	if handle != "@"+u.Username {
		return e.Redirect(http.StatusMovedPermanently, userURL(u))
	}
	main := personMain{User: u, Tab: tab}
	switch tab {
	case "followers":
		main.People, err = ask[present.List[present.User]](e, s.do.Followers, u.ID, nil)
	case "following":
		main.People, err = ask[present.List[present.User]](e, s.do.FollowedBy, u.ID, nil)
	case "media":
		main.Posts, err = postsOf(e, u.Username, s.do.MediaOfPerson)
	case "likes":
		if !signedIn(e) || e.Auth.Id != u.ID {
			return present.NotFound() // what one likes is one's own affair
		}
		main.Posts, err = ask[Posts](e, s.do.Liked, "", nil)
	default:
		main.Tab = "posts"
		main.Posts, err = postsOf(e, u.Username, s.do.OfPerson)
	}
	if err != nil {
		return err
	}
	nav := ""
	switch {
	case !signedIn(e):
	case e.Auth.Id == u.ID:
		nav = "me"
	default:
		if main.To, err = s.do.RelationTo(e, u.ID); err != nil {
			return err
		}
	}
	p := s.page(e, nav, name(u)+" (@"+u.Username+")", main)
	if tab == "" {
		s.publishPerson(e, p, u)
	}
	return s.show(e, http.StatusOK, "profile", p)
}

func postsOf(e *core.RequestEvent, username string, list func(*core.RequestEvent, string, present.Page) (Posts, error)) (Posts, error) {
	paging, err := present.ParsePage(e.Request)
	if err != nil {
		return Posts{}, err
	}
	paging.ByCursor = paging.ByCursor || !e.Request.URL.Query().Has("page")
	posts, err := list(e, username, paging)
	return posts, present.Failure(err)
}
