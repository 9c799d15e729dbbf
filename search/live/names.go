package live

import (
	"html"
	"strings"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/present"
	"madang/search"
)

// people finds names that have the query in them; where there are none, the index may know what was meant: a typo,
// initial consonants, the other keyboard layout.
func (g *Engine) people(e *core.RequestEvent, query string, page present.Page) (*Answer[FoundUser], error) {
	v := collections.ViewerOf(e.Auth)
	q := present.UserQuery(e.App, v).Where(present.NameLike(query)).AndWhere(v.Wanted("users.id"))
	order := []present.Key{{Column: "users.followers_count", Desc: true}, {Column: "users.id", Desc: true}}
	list, err := present.Paginate(page, q, order, present.Users, func(u present.User) []any { return []any{u.FollowersCount, u.ID} })
	if err != nil {
		return nil, err
	}
	if len(list.Results) == 0 && !page.Further() {
		return meant(g, e, query, page, search.KindUser, g.loadPeople)
	}
	answer := &Answer[FoundUser]{List: present.List[FoundUser]{Count: list.Count, Next: list.Next, Previous: list.Previous, Results: []FoundUser{}}, Facets: facets(search.Facets{})}
	for _, u := range list.Results {
		name := u.Name
		if name == "" {
			name = u.Username
		}
		answer.Results = append(answer.Results, FoundUser{u, 1, false, map[string]string{"title": mark(name, query)}})
	}
	return answer, nil
}

// tags finds tags likewise.
func (g *Engine) tags(e *core.RequestEvent, query string, page present.Page) (*Answer[FoundTag], error) {
	q := e.App.DB().Select("id", "name", "posts_count").From(collections.Tags).
		Where(dbx.NewExp("posts_count > 0")).AndWhere(present.TagLike(query))
	order := []present.Key{{Column: "posts_count", Desc: true}, {Column: "name"}}
	load := func(q *dbx.SelectQuery) (tags []Tag, err error) { return tags, q.All(&tags) }
	list, err := present.Paginate(page, q, order, load, func(t Tag) []any { return []any{t.PostsCount, t.Name} })
	if err != nil {
		return nil, err
	}
	if len(list.Results) == 0 && !page.Further() {
		return meant(g, e, query, page, search.KindTag, g.loadTags)
	}
	answer := &Answer[FoundTag]{List: present.List[FoundTag]{Count: list.Count, Next: list.Next, Previous: list.Previous, Results: []FoundTag{}}, Facets: facets(search.Facets{})}
	for _, t := range list.Results {
		answer.Results = append(answer.Results, FoundTag{t, 1, false, map[string]string{"title": mark(t.Name, query)}})
	}
	return answer, nil
}

// meant is what the index finds, on one page.
func meant[T any](g *Engine, e *core.RequestEvent, query string, page present.Page, kind string, load loader[T]) (*Answer[T], error) {
	answer, err := find(g, e, query, page, kind, load)
	if err != nil {
		return nil, err
	}
	count := len(answer.Results)
	answer.List = present.List[T]{Count: &count, Results: answer.Results}
	answer.NearCount = min(answer.NearCount, count)
	return answer, nil
}

// mark escapes s and marks where the query stands in it, whatever the case.
func mark(s, query string) string {
	query = strings.TrimLeft(strings.ToLower(strings.TrimSpace(query)), "@#")
	at := strings.Index(strings.ToLower(s), query)
	if query == "" || at < 0 || len(strings.ToLower(s)) != len(s) {
		return html.EscapeString(s)
	}
	end := at + len(query)
	return html.EscapeString(s[:at]) + "<mark>" + html.EscapeString(s[at:end]) + "</mark>" + html.EscapeString(s[end:])
}
