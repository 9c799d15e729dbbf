package ui

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"madang/i18n"
	"madang/present"
)

// foundPost and the others are results of the search, as the API answers them.
type foundPost struct {
	present.Post
	IsNear     bool              `json:"is_near"`
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
	IsNear     bool              `json:"is_near"`
	Highlights map[string]string `json:"highlights"`
}

type foundMedium struct {
	present.Media
	Author     present.UserBrief `json:"author"`
	In         *foundIn          `json:"post"`
	IsNear     bool              `json:"is_near"`
	Highlights map[string]string `json:"highlights"`
}

type foundIn struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

// Home is where a medium is shown: its post or, while none has it, the file.
func (m foundMedium) Home() string {
	if m.In == nil {
		return m.URL
	}
	return postURL(present.Post{ID: m.In.ID, Title: m.In.Title, Author: m.Author})
}

// foundPage is what the API says of a page besides its results, which are of five kinds.
type foundPage struct {
	present.List[json.RawMessage]
	DidYouMean string `json:"did_you_mean"`
	NearCount  int    `json:"near_count"`
	Rebuilding bool   `json:"is_rebuilding"`
	Partial    bool   `json:"is_partial"`
	Facets     struct {
		Tags       []facet `json:"tags"`
		Authors    []facet `json:"authors"`
		MediaTypes []facet `json:"media_types"`
		Months     []facet `json:"months"`
	} `json:"facets"`
}

// facet is a value and how many of what was found have it.
type facet struct {
	Value string `json:"value"`
	Count int    `json:"count"`
}

// narrower is the same query, within a tag, of an author, with media of a type or from a month.
type narrower struct {
	facet
	Query string
}

// searched is an earlier search: one's own, or one of many.
type searched struct {
	Type string `json:"type"`
	Text string `json:"text"`
	ID   string `json:"id"`
}

type searchMain struct {
	Query, Type string
	Searches    []searched // while nothing is asked
	DidYouMean  string
	Rebuilding  bool
	Partial     bool // there may be more
	Narrower    narrowing
	Comments    []foundComment
	Media       []foundMedium
	Count       int // of what matches
	Near        int // of what is near, behind that
	Posts       []foundPost
	People      []foundPerson
	Tags        []foundTag
	Around      present.List[json.RawMessage] // the links around the page
	Skipped     int                           // how many results come before the page
}

// Any reports whether something was found.
func (m searchMain) Any() bool {
	return len(m.Posts)+len(m.People)+len(m.Tags)+len(m.Comments)+len(m.Media) > 0
}

// Earlier are the searches of a type: recent or popular.
func (m searchMain) Earlier(kind string) (of []searched) {
	for _, s := range m.Searches {
		if s.Type == kind {
			of = append(of, s)
		}
	}
	return of
}

// NearHead reports whether the near matches begin with the i-th result of the page.
func (m searchMain) NearHead(i int, near bool) bool { return near && m.Skipped+i == m.Count }

// search answers GET /search.
func (s *Site) search(e *core.RequestEvent) error {
	q := e.Request.URL.Query()
	main := searchMain{Query: strings.TrimSpace(q.Get("q"))}
	main.Type = cmp.Or(s.do.SearchType(main.Query), q.Get("type"))
	if !slices.Contains([]string{"users", "tags", "comments", "media"}, main.Type) {
		main.Type = "posts"
	}
	title := i18n.T(langOf(e), "nav.search")
	if main.Query == "" {
		asked, err := ask[present.List[searched]](e, s.do.Suggest, "", nil)
		if err != nil {
			return err
		}
		main.Searches = asked.Results
	} else {
		title = i18n.T(langOf(e), "search.title", main.Query)
		if err := s.find(e, &main); err != nil {
			return err
		}
	}
	return s.show(e, http.StatusOK, "search", s.page(e, "search", title, main))
}

// forgetSearch answers POST /search/forget: one of one's searches, or all of them.
func (s *Site) forgetSearch(e *core.RequestEvent) error {
	if err := tell(e, s.do.ForgetSearch, e.Request.PostFormValue("id"), nothing{}); err != nil {
		return err
	}
	return e.Redirect(http.StatusSeeOther, "/search")
}

func (s *Site) find(e *core.RequestEvent, main *searchMain) error {
	page, err := present.ParsePage(e.Request)
	if err != nil {
		return err
	}
	main.Skipped = page.Offset()
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
	case "media":
		err = json.Unmarshal(raw, &main.Media)
	default:
		err = json.Unmarshal(raw, &main.Posts)
		main.Narrower = narrowed(main.Query, around)
	}
	if around.Count != nil {
		main.Near = around.NearCount
		main.Count = *around.Count - main.Near
	}
	around.Results = nil
	main.Around, main.DidYouMean, main.Rebuilding = around.List, around.DidYouMean, around.Rebuilding
	main.Partial = around.Partial
	return err
}

// narrowing is how a query may be narrowed: what some of what was found have and others don't.
type narrowing struct{ Tags, Authors, Media, Months []narrower }

// Further reports whether there is something besides tags.
func (n narrowing) Further() bool { return len(n.Authors)+len(n.Media)+len(n.Months) > 0 }

func narrowed(query string, found foundPage) narrowing {
	by := func(facets []facet, field string, term func(value string) string) (out []narrower) {
		for _, f := range facets {
			if found.Count != nil && f.Count < *found.Count && !strings.Contains(query, field) {
				out = append(out, narrower{f, query + " " + term(f.Value)})
			}
		}
		return out
	}
	return narrowing{
		Tags:    by(found.Facets.Tags, "tag:", func(tag string) string { return `tag:"` + tag + `"` }),
		Authors: by(found.Facets.Authors, "author:", func(name string) string { return "author:" + name }),
		Media:   by(found.Facets.MediaTypes, "has:", func(kind string) string { return "has:" + kind }),
		Months:  by(found.Facets.Months, "after:", within),
	}
}

// within is the terms of a query for a month, YYYY-MM.
func within(month string) string {
	first, err := time.Parse("2006-01", month)
	if err != nil {
		return ""
	}
	return "after:" + first.Format(time.DateOnly) + " before:" + first.AddDate(0, 1, 0).Format(time.DateOnly)
}
