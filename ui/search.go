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

type foundComment struct {
	present.Comment
	Highlights map[string]string `json:"highlights"`
}

// foundPage is what the API says of a page besides its results, which are of four kinds.
type foundPage struct {
	present.List[json.RawMessage]
	DidYouMean string `json:"did_you_mean"`
	Facets     struct {
		Tags []struct {
			Value string `json:"value"`
			Count int    `json:"count"`
		} `json:"tags"`
	} `json:"facets"`
}

// narrower is the same query, within a tag.
type narrower struct {
	Tag, Query string
	Count      int
}

type searchMain struct {
	Query, Type string
	DidYouMean  string
	Narrower    []narrower
	Comments    []foundComment
	Count       int
	Posts       []foundPost
	People      []foundPerson
	Tags        []foundTag
	Around      present.List[json.RawMessage] // the links around the page
}

// Any reports whether something was found.
func (m searchMain) Any() bool { return len(m.Posts)+len(m.People)+len(m.Tags)+len(m.Comments) > 0 }

// search answers GET /search.
func (s *Site) search(e *core.RequestEvent) error {
	q := e.Request.URL.Query()
	main := searchMain{Query: strings.TrimSpace(q.Get("q")), Type: q.Get("type")}
	if !slices.Contains([]string{"users", "tags", "comments"}, main.Type) {
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
	around, err := ask[foundPage](e, s.do.Search, "", nil)
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
	case "comments":
		err = json.Unmarshal(raw, &main.Comments)
	default:
		err = json.Unmarshal(raw, &main.Posts)
		main.Narrower = narrowed(main.Query, around)
	}
	if around.Count != nil {
		main.Count = *around.Count
	}
	around.Results = nil
	main.Around, main.DidYouMean = around.List, around.DidYouMean
	return err
}

// narrowed are the tags that some of what was found have and others don't.
func narrowed(query string, found foundPage) (out []narrower) {
	for _, t := range found.Facets.Tags {
		if found.Count != nil && t.Count < *found.Count && !strings.Contains(query, "tag:") {
			out = append(out, narrower{t.Value, query + ` tag:"` + t.Value + `"`, t.Count})
		}
	}
	return out
}
