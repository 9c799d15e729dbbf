package feed

import (
	"fmt"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/present"
)

// PartSize is how many posts [Service.Addresses] gives at once. A sitemap may have ten times as many, but whoever asks for it would
// have them all read and written.
const PartSize = 5_000

// Month is how many public posts were created in a month of UTC.
type Month struct {
	Name  string `db:"month"` // as 2026-11
	Posts int    `db:"posts"`
}

// Months are those with public posts, the newest first, by the tally of these.
func (s *Service) Months(app core.App) ([]Month, error) {
	var months []Month
	err := app.DB().Select("SUBSTR(quarter, 1, 7) AS month", "SUM(n) AS posts").From("tallies").Where(dbx.HashExp{"metric": collections.PublicPosts, "subject": ""}).
		GroupBy("month").Having(dbx.NewExp("posts > 0")).OrderBy("month DESC").All(&months)
	if err != nil {
		return nil, fmt.Errorf("count the posts of months: %w", err)
	}
	return months, nil
}

// Addresses is what makes up the address of each public post of a month that the caller may see, the oldest first: id, title,
// username, and when it changed. Parts are counted from 1; one that isn't there is empty.
func (s *Service) Addresses(e *core.RequestEvent, month string, part int) ([]present.Post, error) {
	var rows []struct {
		ID       string `db:"id"`
		Title    string `db:"title"`
		Updated  string `db:"updated_at"`
		Username string `db:"username"`
	}
	err := open(e).Select("posts.id", "posts.title", "posts.updated_at", "users.username").
		InnerJoin(collections.Users, dbx.NewExp("users.id = posts.author")).
		AndWhere(dbx.Between("posts.created_at", month, month+"~")). // "~" comes after whatever follows the month
		OrderBy("posts.created_at", "posts.id").Offset(int64(part-1) * PartSize).Limit(PartSize).All(&rows)
	if err != nil {
		return nil, fmt.Errorf("list addresses: %w", err)
	}
	posts := make([]present.Post, len(rows))
	for i, r := range rows {
		posts[i] = present.Post{ID: r.ID, Title: r.Title, UpdatedAt: present.Time(r.Updated), Author: present.UserBrief{Username: r.Username}}
	}
	return posts, nil
}

// open selects from the posts that everybody may see and that are not kept from the caller.
func open(e *core.RequestEvent) *dbx.SelectQuery {
	v := collections.ViewerOf(e.Auth)
	return e.App.DB().Select().From(collections.Posts).Where(collections.Viewer{}.Visible()).AndWhere(v.Visible()).AndWhere(v.Wanted("posts.author"))
}
