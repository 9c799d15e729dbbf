package live

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/search"
)

// source is the database as the index reads it; see [search.Source].
type source struct {
	app    core.App
	engine *Engine
}

func (s *source) Head(context.Context) (int64, error) {
	_, last, err := collections.ChangeLogEnds(s.app)
	return last, err
}

func (s *source) Oldest(context.Context) (int64, error) {
	first, _, err := collections.ChangeLogEnds(s.app)
	return first, err
}

func (s *source) Changes(_ context.Context, after int64, limit int) ([]search.Change, error) {
	rows, err := collections.Changes(s.app, after, limit)
	if err != nil {
		return nil, err
	}
	changes := make([]search.Change, len(rows))
	for i, r := range rows {
		changes[i] = search.Change(r)
	}
	return changes, nil
}

// Hanging lists posts, comments and media of a person, and comments and media of a post.
func (s *source) Hanging(ctx context.Context, kind string, on search.Ref, after string, limit int) (ids []string, err error) {
	table, column := collections.Posts, "author"
	switch kind {
	case search.KindComment:
		table = collections.Comments
	case search.KindMedia:
		table, column = collections.Media, "owner"
	}
	if on.Kind == search.KindPost {
		column = "post"
	}
	err = s.app.DB().Select("id").From(table).WithContext(ctx).
		Where(dbx.HashExp{column: on.ID}).AndWhere(dbx.NewExp("id > {:after}", dbx.Params{"after": after})).
		OrderBy("id").Limit(int64(limit)).Column(&ids)
	return ids, err
}

// reader reads the documents of a kind: those that match, in the order of key, which is their id in the index.
type reader struct {
	kind, key string
	read      func(ctx context.Context, match dbx.Expression, limit int) ([]search.Document, error)
}

func (s *source) readers() []reader {
	return []reader{
		{search.KindPost, "posts.id", s.posts},
		{search.KindUser, "users.id", s.people},
		{search.KindTag, "tags.name", s.tags},
		{search.KindComment, "comments.id", s.comments},
		{search.KindMedia, "media.id", s.mediaDocuments},
	}
}

func (s *source) Documents(ctx context.Context, kind string, ids []string) ([]search.Document, error) {
	in := make([]any, len(ids))
	for i, id := range ids {
		in[i] = id
	}
	for _, r := range s.readers() {
		if r.kind == kind {
			return r.read(ctx, dbx.In(r.key, in...), len(ids))
		}
	}
	return nil, fmt.Errorf("no documents of kind %q", kind)
}

func (s *source) Each(ctx context.Context, yield func(search.Document) error) error {
	for _, r := range s.readers() {
		for after := ""; ; {
			page, err := r.read(ctx, dbx.NewExp(r.key+" > {:after}", dbx.Params{"after": after}), search.BatchSize)
			if err != nil {
				return err
			}
			if len(page) == 0 {
				break
			}
			for _, d := range page {
				if err := yield(d); err != nil {
					return err
				}
			}
			after = page[len(page)-1].ID
		}
	}
	return nil
}

type documentRow struct {
	ID         string `db:"id"`
	Author     string `db:"author"`
	Username   string `db:"username"`
	Name       string `db:"name"`
	Title      string `db:"title"`
	Content    string `db:"content"`
	Tags       string `db:"tags"`
	Visibility string `db:"visibility"`
	Status     string `db:"status"`
	IsHidden   bool   `db:"is_hidden"`
	CreatedAt  string `db:"created_at"`
	Likes      int    `db:"likes_count"`
	Views      int    `db:"view_count"`
}

func (s *source) posts(ctx context.Context, match dbx.Expression, limit int) ([]search.Document, error) {
	var rows []documentRow
	err := s.app.DB().Select("posts.id", "posts.author", "users.username", "users.name", "posts.title", "posts.content", "posts.tags",
		"posts.visibility", "posts.status", "posts.is_hidden", "posts.created_at", "posts.likes_count", "posts.view_count").
		From("posts").InnerJoin("users", dbx.NewExp("users.id = posts.author")).WithContext(ctx).
		Where(match).OrderBy("posts.id").Limit(int64(limit)).All(&rows)
	if err != nil {
		return nil, fmt.Errorf("read posts for the index: %w", err)
	}
	media, err := s.media(ctx, rows)
	if err != nil {
		return nil, err
	}
	documents := make([]search.Document, len(rows))
	for i, r := range rows {
		documents[i] = s.document(r)
		for _, m := range media[r.ID] {
			documents[i].MediaTypes = append(documents[i].MediaTypes, m.Kind)
			documents[i].Content = strings.TrimSpace(documents[i].Content + "\n" + m.AltText)
		}
	}
	return documents, nil
}

func (s *source) document(r documentRow) search.Document {
	d := search.Document{
		ID: r.ID, AuthorID: r.Author, AuthorUsername: r.Username, AuthorName: r.Name,
		Title: r.Title, Content: s.engine.Markdown.Plain(r.Content), Visibility: r.Visibility, Status: r.Status,
		Hidden: r.IsHidden, Likes: r.Likes, Views: r.Views,
	}
	// note: written by the server; what doesn't parse is left empty
	_ = json.Unmarshal([]byte(r.Tags), &d.Tags)
	d.CreatedAt = s.at(r.CreatedAt)
	return d
}

type mediaRow struct {
	Post    string `db:"post"`
	Kind    string `db:"media_type"`
	AltText string `db:"alt_text"`
}

func (s *source) media(ctx context.Context, posts []documentRow) (map[string][]mediaRow, error) {
	ids := make([]any, len(posts))
	for i, p := range posts {
		ids[i] = p.ID
	}
	var rows []mediaRow
	err := s.app.DB().Select("post", "media_type", "alt_text").From(collections.Media).WithContext(ctx).
		Where(dbx.In("post", ids...)).OrderBy("post", "position").All(&rows)
	if err != nil {
		return nil, fmt.Errorf("read media for the index: %w", err)
	}
	of := map[string][]mediaRow{}
	for _, r := range rows {
		of[r.Post] = append(of[r.Post], r)
	}
	return of, nil
}
