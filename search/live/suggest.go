package live

import (
	"fmt"
	"net/http"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/present"
	"madang/search"
)

// mostSuggestions is how many suggestions there are at most.
const mostSuggestions = 10

// SuggestParams are the query parameters of GET /api/search/suggest.
type SuggestParams struct {
	Query string `query:"q" description:"what has been typed so far; also initial consonants and half syllables of Hangul"`
}

// Suggestion is something one may be typing. ID is a post's or person's; Username is a person's.
type Suggestion struct {
	Type     string `json:"type" enum:"tag,user,post,recent,popular"`
	Text     string `json:"text"`
	ID       string `json:"id,omitempty"`
	Username string `json:"username,omitempty"`
}

// Suggest answers GET /api/search/suggest: tags, people and titles that begin like what was typed. With nothing typed
// it is what the caller searched for lately and what many search for.
func (g *Engine) Suggest(e *core.RequestEvent) error {
	typed := e.Request.URL.Query().Get("q")
	var found []Suggestion
	var err error
	if typed == "" {
		found, err = g.searches(e.App, collections.ViewerOf(e.Auth))
	} else {
		found, err = g.suggest(e, typed)
	}
	if err != nil {
		return present.Failure(err)
	}
	e.Response.Header().Set("Cache-Control", "private, no-cache")
	return e.JSON(http.StatusOK, present.Whole(found))
}

func (g *Engine) suggest(e *core.RequestEvent, typed string) ([]Suggestion, error) {
	v := collections.ViewerOf(e.Auth)
	who, err := audience(e.App, v)
	if err != nil {
		return nil, err
	}
	var found []search.Suggestion
	err = ErrNotOpen
	if o := g.open.Load(); o != nil {
		found, err = o.index.Suggest(e.Request.Context(), typed, who, mostSuggestions)
	}
	if err != nil && !isOver(e.Request.Context(), err) {
		g.note(e.App, err)
		found, err = g.suggestPlainly(e.App, v, typed)
	}
	if err != nil {
		return nil, fmt.Errorf("suggest: %w", err)
	}
	return stillThere(e.App, v, found)
}

// stillThere looks the suggestions up in the database: what has been hidden or deleted meanwhile is left out.
func stillThere(app core.App, v collections.Viewer, found []search.Suggestion) ([]Suggestion, error) {
	there := map[string]string{} // by kind and id; a person's username
	for _, look := range []struct {
		kind, table, id, name string
		match                 dbx.Expression
	}{
		{search.KindTag, "tags", "tags.name", "tags.name", dbx.NewExp("tags.posts_count > 0")},
		{search.KindUser, "users", "users.id", "users.username", v.Wanted("users.id")},
		{search.KindPost, "posts", "posts.id", "posts.id", dbx.And(collections.Viewer{}.Visible(), v.Wanted("posts.author"))},
	} {
		var ids []any
		for _, s := range found {
			if s.Kind == look.kind {
				ids = append(ids, s.ID)
			}
		}
		if len(ids) == 0 {
			continue
		}
		var rows []struct {
			ID   string `db:"id"`
			Name string `db:"name"`
		}
		err := app.DB().Select(look.id+" AS id", look.name+" AS name").From(look.table).Where(dbx.In(look.id, ids...)).AndWhere(look.match).All(&rows)
		if err != nil {
			return nil, fmt.Errorf("look suggestions up: %w", err)
		}
		for _, r := range rows {
			there[look.kind+"/"+r.ID] = r.Name
		}
	}
	out := []Suggestion{}
	for _, s := range found {
		name, ok := there[s.Kind+"/"+s.ID]
		if !ok {
			continue
		}
		suggestion := Suggestion{Type: s.Kind, Text: s.Text, ID: s.ID}
		switch s.Kind {
		case search.KindUser:
			suggestion.Username = name
		case search.KindTag:
			suggestion.ID = ""
		}
		out = append(out, suggestion)
	}
	return out, nil
}
