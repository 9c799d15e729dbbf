package live

import (
	"context"
	"fmt"
	"time"

	"github.com/pocketbase/dbx"

	"madang/collections"
	"madang/search"
)

type personRow struct {
	ID        string `db:"id"`
	Username  string `db:"username"`
	Name      string `db:"name"`
	Followers int    `db:"followers_count"`
	CreatedAt string `db:"created_at"`
}

// people are found by name and username, by everybody.
func (s *source) people(ctx context.Context, match dbx.Expression, limit int) ([]search.Document, error) {
	var rows []personRow
	err := s.app.DB().Select("users.id", "users.username", "users.name", "users.followers_count", "users.created_at").
		From(collections.Users).WithContext(ctx).Where(match).OrderBy("users.id").Limit(int64(limit)).All(&rows)
	if err != nil {
		return nil, fmt.Errorf("read people for the index: %w", err)
	}
	documents := make([]search.Document, len(rows))
	for i, r := range rows {
		documents[i] = search.Document{
			Kind: search.KindUser, ID: r.ID, Title: r.Name, AuthorID: r.ID, AuthorUsername: r.Username, AuthorName: r.Name,
			Visibility: collections.Public, Status: collections.Published, Likes: r.Followers, CreatedAt: s.at(r.CreatedAt),
		}
	}
	return documents, nil
}

type tagRow struct {
	Name       string `db:"name"`
	PostsCount int    `db:"posts_count"`
	CreatedAt  string `db:"created_at"`
}

// tags that no public post has are not found: their names may be of private ones.
func (s *source) tags(ctx context.Context, match dbx.Expression, limit int) ([]search.Document, error) {
	var rows []tagRow
	err := s.app.DB().Select("tags.name", "tags.posts_count", "tags.created_at").From(collections.Tags).WithContext(ctx).
		Where(match).AndWhere(dbx.NewExp("tags.posts_count > 0")).OrderBy("tags.name").Limit(int64(limit)).All(&rows)
	if err != nil {
		return nil, fmt.Errorf("read tags for the index: %w", err)
	}
	documents := make([]search.Document, len(rows))
	for i, r := range rows {
		documents[i] = search.Document{
			Kind: search.KindTag, ID: r.Name, Title: r.Name, Tags: []string{r.Name},
			Visibility: collections.Public, Status: collections.Published, Likes: r.PostsCount, CreatedAt: s.at(r.CreatedAt),
		}
	}
	return documents, nil
}

type commentRow struct {
	ID         string `db:"id"`
	Content    string `db:"content"`
	Author     string `db:"author"`
	Username   string `db:"username"`
	Owner      string `db:"owner"`
	Visibility string `db:"visibility"`
	Status     string `db:"status"`
	IsHidden   bool   `db:"is_hidden"` // its post is
	Silenced   bool   `db:"silenced"`  // it is itself
	CreatedAt  string `db:"created_at"`
}

// comments are seen by who sees their post; one that moderation hid, by its author and staff.
func (s *source) comments(ctx context.Context, match dbx.Expression, limit int) ([]search.Document, error) {
	var rows []commentRow
	err := s.app.DB().Select("comments.id", "comments.content", "comments.author", "users.username", "posts.author AS owner",
		"posts.visibility", "posts.status", "posts.is_hidden", "comments.is_hidden AS silenced", "comments.created_at").
		From(collections.Comments).InnerJoin("posts", dbx.NewExp("posts.id = comments.post")).
		InnerJoin("users", dbx.NewExp("users.id = comments.author")).WithContext(ctx).
		Where(match).AndWhere(dbx.NewExp("comments.is_deleted = FALSE")).OrderBy("comments.id").Limit(int64(limit)).All(&rows)
	if err != nil {
		return nil, fmt.Errorf("read comments for the index: %w", err)
	}
	documents := make([]search.Document, len(rows))
	for i, r := range rows {
		documents[i] = search.Document{
			Kind: search.KindComment, ID: r.ID, Content: r.Content, AuthorID: r.Author, AuthorUsername: r.Username, OwnerID: r.Owner,
			Visibility: r.Visibility, Status: r.Status, Hidden: r.IsHidden, CreatedAt: s.at(r.CreatedAt),
		}
		if r.Silenced {
			documents[i].Hidden, documents[i].OwnerID = true, r.Author
		}
	}
	return documents, nil
}

// at is a stored time in the configured zone; the server wrote it, and what doesn't parse is left empty.
func (s *source) at(stored string) time.Time {
	at, err := time.Parse(collections.TimeLayout, stored)
	if err != nil {
		return time.Time{}
	}
	return at.In(s.engine.Zone)
}
