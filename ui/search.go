package ui

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/pocketbase/pocketbase/core"

	"madang/i18n"
	"madang/present"
)

// foundPost and the others are results of the search, as the API answers them.
type foundPost struct {
	present.Post
	Highlights map[string]string `json:"highlights"`
}

type foundPerson struct {
	present.User
	Highlights map[string]string `json:"highlights"`
}

type foundTag struct {
	Name       string            `json:"name"`
	PostsCount int               `json:"posts_count"`
	Highlights map[string]string `json:"highlights"`
}

type searchMain struct {
	Query, Type string
	Count       int
	Posts       []foundPost
	People      []foundPerson
	Tags        []foundTag
	Around      present.List[json.RawMessage] // the links around the page
}

// Any reports whether something was found.
func (m searchMain) Any() bool { return len(m.Posts)+len(m.People)+len(m.Tags) > 0 }

// search answers GET /search.
func (s *Site) search(e *core.RequestEvent) error {
	q := e.Request.URL.Query()
	main := searchMain{Query: strings.TrimSpace(q.Get("q")), Type: q.Get("type")}
	if !slices.Contains([]string{"users", "tags"}, main.Type) {
		main.Type = "posts"
	}
	title := i18n.T(langOf(e), "nav.search")
	if main.Query != "" {
		title = i18n.T(langOf(e), "search.title", main.Query)
		if err := s.find(e, &main); err != nil {
			return err
		}
	}
	return s.show(e, http.StatusOK, "search", s.page(e, "search", title, main))
}

func (s *Site) find(e *core.RequestEvent, main *searchMain) error {
	around, err := ask[present.List[json.RawMessage]](e, s.do.Search, "", nil)
	if err != nil {
		return err
	}
	raw, err := json.Marshal(around.Results)
	if err != nil {
		return err
	}
	switch main.Type {
	case "users":
		err = json.Unmarshal(raw, &main.People)
	case "tags":
		err = json.Unmarshal(raw, &main.Tags)
	default:
		err = json.Unmarshal(raw, &main.Posts)
	}
	if around.Count != nil {
		main.Count = *around.Count
	}
	around.Results = nil
	main.Around = around
	return err
}
