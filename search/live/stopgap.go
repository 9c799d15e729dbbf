package live

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/feed"
	"madang/present"
	"madang/search"
)

// stopgap answers from the database while there is no index to ask, since it is missing, damaged or being filled: texts
// that hold every word as it is typed, the newest first, without highlights, facets and near matches. Fields,
// exclusions and who may see what hold as ever.
func (g *Engine) stopgap(app core.App, v collections.Viewer, req search.Request) (search.Result, error) {
	kind := kindAsked(req)
	table := shelf(kind)
	result := search.Result{}
	wanted := conditionsOf(search.ParsePlain(req.Query, g.Zone), table)
	if wanted == nil {
		return result, nil
	}
	q := table.seen(app, v).AndWhere(wanted)
	if !req.Filter.Until.IsZero() {
		q.AndWhere(dbx.NewExp(table.created+" < {:until}", dbx.Params{"until": collections.Stamp(req.Filter.Until)}))
	}
	if err := q.Select("COUNT(*)").Row(&result.Total); err != nil {
		return result, fmt.Errorf("search the database: %w", err)
	}
	var ids []string
	if err := q.Select(table.id).OrderBy(table.order...).Offset(int64(req.From)).Limit(int64(req.Size)).Column(&ids); err != nil {
		return result, fmt.Errorf("search the database: %w", err)
	}
	for _, id := range ids {
		result.Hits = append(result.Hits, search.Hit{ID: id, Kind: kind, Highlights: map[string]string{}})
	}
	return result, nil
}

// kindAsked is the kind that a request is of; type: in the query wins.
func kindAsked(req search.Request) string {
	if kind := search.KindOf(req.Query); kind != "" {
		return kind
	}
	if len(req.Filter.Kinds) > 0 {
		return req.Filter.Kinds[0]
	}
	return search.KindPost
}

// isOver reports whether a request's own end is why the index didn't answer.
func isOver(ctx context.Context, err error) bool {
	return ctx.Err() != nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

// note says in the log why the database answers, unless that is known: the index is missing or already found damaged.
func (g *Engine) note(app core.App, err error) {
	for _, known := range []error{search.ErrDamaged, search.ErrUnfilled, search.ErrClosed, ErrNotOpen} {
		if errors.Is(err, known) {
			return
		}
	}
	app.Logger().Error("search index can't answer; the database does", "error", err)
}

// shelfOf is where the rows of a kind are: how a viewer reads them, and what in them is what. post and author are
// columns with ids, "" where a kind has none.
type shelfOf struct {
	id, created, author, post string
	texts, order              []string
	seen                      func(app core.App, v collections.Viewer) *dbx.SelectQuery
}

func shelf(kind string) shelfOf {
	switch kind {
	case search.KindUser:
		return shelfOf{id: "users.id", created: "users.created_at", author: "users.id", texts: []string{"users.username", "users.name"},
			order: []string{"users.followers_count DESC", "users.id DESC"}, seen: seenPeople}
	case search.KindTag:
		return shelfOf{id: "tags.name", created: "tags.created_at", texts: []string{"tags.name"}, order: []string{"tags.posts_count DESC", "tags.name"}, seen: seenTags}
	case search.KindComment:
		return shelfOf{id: "comments.id", created: "comments.created_at", author: "comments.author", post: "comments.post",
			texts: []string{"comments.content"}, order: []string{"comments.created_at DESC", "comments.id DESC"}, seen: seenComments}
	case search.KindMedia:
		return shelfOf{id: "media.id", created: "media.created_at", author: "media.owner", post: "media.post",
			texts: []string{"media.alt_text", "media.title", "media.artist", "posts.tags"}, order: []string{"media.created_at DESC", "media.id DESC"}, seen: seenMedia}
	}
	return shelfOf{id: "posts.id", created: "posts.created_at", author: "posts.author", post: "posts.id",
		texts: []string{"posts.title", "posts.content", "posts.tags"}, order: []string{"posts.created_at DESC", "posts.id DESC"}, seen: seenPosts}
}

func seenPeople(app core.App, v collections.Viewer) *dbx.SelectQuery {
	return app.DB().Select().From("users").Where(v.Wanted("users.id"))
}

func seenTags(app core.App, _ collections.Viewer) *dbx.SelectQuery {
	return app.DB().Select().From("tags").Where(dbx.NewExp("tags.posts_count > 0"))
}

func seenPosts(app core.App, v collections.Viewer) *dbx.SelectQuery {
	return app.DB().Select().From("posts").Where(foundOnPosts(v))
}

func seenComments(app core.App, v collections.Viewer) *dbx.SelectQuery {
	return app.DB().Select().From("comments").InnerJoin("posts", dbx.NewExp("posts.id = comments.post")).
		Where(foundOnPosts(v)).AndWhere(v.Wanted("comments.author")).AndWhere(present.Readable(v))
}

func seenMedia(app core.App, v collections.Viewer) *dbx.SelectQuery {
	return app.DB().Select().From(collections.Media).LeftJoin("posts", dbx.NewExp("posts.id = media.post")).
		Where(foundMedia(v)).AndWhere(dbx.NewExp("media.status != 'failed'"))
}

// foundOnPosts matches posts that are out and that v may see and wants to.
func foundOnPosts(v collections.Viewer) dbx.Expression {
	return dbx.And(dbx.HashExp{"posts.status": collections.Published}, v.Visible(), v.Wanted("posts.author"))
}

// foundMedia matches media on such posts, and v's own that no post has.
func foundMedia(v collections.Viewer) dbx.Expression {
	return dbx.Or(foundOnPosts(v), dbx.And(dbx.HashExp{"media.post": "", "media.owner": v.ID}, dbx.NewExp("media.owner != ''")))
}

// conditionsOf is what a query asks of a kind's rows; nil when it asks for nothing.
func conditionsOf(plain search.Plain, table shelfOf) dbx.Expression {
	if len(plain.All) == 0 {
		return nil
	}
	var all []dbx.Expression
	n := 0
	condition := func(a search.Atom) dbx.Expression {
		n++
		return table.holds(a, fmt.Sprintf("atom%d", n))
	}
	for _, clause := range plain.All {
		var any []dbx.Expression
		for _, a := range clause {
			any = append(any, condition(a))
		}
		all = append(all, dbx.Or(any...))
	}
	for _, a := range plain.None {
		all = append(all, dbx.Not(condition(a)))
	}
	return dbx.And(all...)
}

// holds matches rows for which an atom is true; name is its parameter's. What a kind doesn't have is never true.
func (s shelfOf) holds(a search.Atom, name string) dbx.Expression {
	with := func(sql string, value any) dbx.Expression {
		return dbx.NewExp(strings.ReplaceAll(sql, "{:it}", "{:"+name+"}"), dbx.Params{name: value})
	}
	switch {
	case a.Field == "":
		either := make([]string, len(s.texts))
		for i, t := range s.texts {
			either[i] = "COALESCE(" + t + `, '') LIKE {:it} ESCAPE '\'`
		}
		return with("("+strings.Join(either, " OR ")+")", present.Containing(a.Text))
	case a.Field == "before":
		return with(s.created+" < {:it}", collections.Stamp(a.Day))
	case a.Field == "after":
		return with(s.created+" >= {:it}", collections.Stamp(a.Day))
	case a.Field == "author" && s.author != "":
		return with(s.author+" IN (SELECT id FROM users WHERE username = {:it})", a.Text)
	case a.Field == "tag" && s.post != "":
		return with(s.post+" IN (SELECT post FROM post_tags WHERE tag = {:it})", a.Text)
	case a.Field == "has" && s.id == "media.id":
		return with("media.media_type = {:it}", a.Text)
	case a.Field == "has" && s.id == "posts.id":
		return with("posts.id IN (SELECT post FROM media WHERE media_type = {:it})", a.Text)
	}
	return dbx.NewExp("1 = 0")
}

// matchPlainly is [Engine.Match] without the index: all match equally well.
func (g *Engine) matchPlainly(app core.App, v collections.Viewer, query string) ([]feed.Scored, error) {
	table := shelf(search.KindPost)
	wanted := conditionsOf(search.ParsePlain(query, g.Zone), table)
	if wanted == nil {
		return nil, nil
	}
	var ids []string
	err := table.seen(app, v).AndWhere(wanted).Select(table.id).OrderBy(table.order...).Limit(maxMatches).Column(&ids)
	if err != nil {
		return nil, fmt.Errorf("search the database: %w", err)
	}
	matches := make([]feed.Scored, len(ids))
	for i, id := range ids {
		matches[i] = feed.Scored{ID: id, Score: 1}
	}
	return matches, nil
}

// suggestPlainly suggests tags and people without the index.
func (g *Engine) suggestPlainly(app core.App, v collections.Viewer, typed string) (out []search.Suggestion, err error) {
	for _, part := range []struct {
		kind, text string
		match      dbx.Expression
	}{
		{search.KindTag, "tags.name", present.TagLike(typed)},
		{search.KindUser, "(CASE WHEN users.name = '' THEN users.username ELSE users.name END)", present.NameLike(typed)},
	} {
		var rows []struct {
			ID   string `db:"id"`
			Text string `db:"text"`
		}
		table := shelf(part.kind)
		err := table.seen(app, v).AndWhere(part.match).Select(table.id+" AS id", part.text+" AS text").OrderBy(table.order...).Limit(mostSuggestions / 2).All(&rows)
		if err != nil {
			return nil, fmt.Errorf("suggest from the database: %w", err)
		}
		for _, r := range rows {
			out = append(out, search.Suggestion{Kind: part.kind, ID: r.ID, Text: r.Text})
		}
	}
	return out, nil
}
