package feed

import (
	"fmt"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/present"
)

// maxAddresses is how many posts [Service.Addresses] gives.
const maxAddresses = 10_000

// Addresses is what makes up the address of each public post that the caller may see, the newest first: id, title, username, and when it changed.
func (s *Service) Addresses(e *core.RequestEvent) ([]present.Post, error) {
	v := collections.ViewerOf(e.Auth)
	var rows []struct {
		ID       string `db:"id"`
		Title    string `db:"title"`
		Updated  string `db:"updated_at"`
		Username string `db:"username"`
	}
	err := e.App.DB().Select("posts.id", "posts.title", "posts.updated_at", "users.username").From(collections.Posts).
		InnerJoin(collections.Users, dbx.NewExp("users.id = posts.author")).Where(collections.Viewer{}.Visible()).AndWhere(v.Visible()).AndWhere(v.Wanted("posts.author")).
		OrderBy("posts.created_at DESC", "posts.id DESC").Limit(maxAddresses).All(&rows)
	if err != nil {
		return nil, fmt.Errorf("list addresses: %w", err)
	}
	posts := make([]present.Post, len(rows))
	for i, r := range rows {
		posts[i] = present.Post{ID: r.ID, Title: r.Title, UpdatedAt: present.Time(r.Updated), Author: present.UserBrief{Username: r.Username}}
	}
	return posts, nil
}
