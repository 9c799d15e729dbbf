package live

import (
	"fmt"
	"strings"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/present"
	"madang/search"
)

// stopgap answers from the database while a damaged index is rebuilt: texts that hold every word as it is typed, the
// newest first, without highlights and facets.
func (g *Engine) stopgap(app core.App, v collections.Viewer, req search.Request) (search.Result, error) {
	kind := search.KindPost
	if len(req.Filter.Kinds) > 0 {
		kind = req.Filter.Kinds[0]
	}
	q := app.DB().Select("COUNT(*)")
	id, texts := "posts.id", []string{"posts.title", "posts.content", "posts.tags"}
	switch kind {
	case search.KindUser:
		q, id, texts = q.From("users").Where(v.Wanted("users.id")), "users.id", []string{"users.username", "users.name"}
	case search.KindTag:
		q, id, texts = q.From("tags").Where(dbx.NewExp("tags.posts_count > 0")), "tags.name", []string{"tags.name"}
	case search.KindComment:
		q = q.From("comments").InnerJoin("posts", dbx.NewExp("posts.id = comments.post")).
			Where(v.Visible()).AndWhere(v.Wanted("posts.author")).AndWhere(v.Wanted("comments.author"))
		id, texts = "comments.id", []string{"comments.content"}
	default:
		q = q.From("posts").Where(v.Visible()).AndWhere(v.Wanted("posts.author")).AndWhere(dbx.HashExp{"posts.status": collections.Published})
	}
	for i, word := range strings.Fields(req.Query) {
		q.AndWhere(holds(texts, word, fmt.Sprintf("word%d", i)))
	}
	result := search.Result{}
	if err := q.Row(&result.Total); err != nil {
		return result, fmt.Errorf("search the database: %w", err)
	}
	var ids []string
	if err := q.Select(id).OrderBy(id + " DESC").Offset(int64(req.From)).Limit(int64(req.Size)).Column(&ids); err != nil {
		return result, fmt.Errorf("search the database: %w", err)
	}
	for _, id := range ids {
		result.Hits = append(result.Hits, search.Hit{ID: id, Kind: kind, Highlights: map[string]string{}})
	}
	return result, nil
}

// holds matches rows one of whose texts has word in it.
func holds(texts []string, word, name string) dbx.Expression {
	either := make([]string, len(texts))
	for i, t := range texts {
		either[i] = t + " LIKE {:" + name + `} ESCAPE '\'`
	}
	return dbx.NewExp("("+strings.Join(either, " OR ")+")", dbx.Params{name: present.Containing(word)})
}
