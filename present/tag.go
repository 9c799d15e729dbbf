package present

import (
	"database/sql"
	"errors"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
)

// Tag is a tag as somebody sees it.
type Tag struct {
	ID             string `json:"id" db:"id"`
	Name           string `json:"name" db:"name"`
	PostsCount     int    `json:"posts_count" db:"posts_count"` // of posts that everybody may see
	FollowersCount int    `json:"followers_count" db:"followers_count"`
	IsFollowing    bool   `json:"is_following" db:"is_following"` // the viewer follows it
}

// TagQuery selects tags as v sees them.
func TagQuery(app core.App, v collections.Viewer) *dbx.SelectQuery {
	return app.DB().Select("tags.id", "tags.name", "tags.posts_count", "tags.followers_count",
		"EXISTS (SELECT 1 FROM tag_follows f WHERE f.user = {:me} AND f.tag = tags.id) AS is_following").
		From(collections.Tags).Bind(dbx.Params{"me": v.ID})
}

// TagByName is one tag that v may know of: some public post has it, or they follow it. The error is sql.ErrNoRows else.
func TagByName(app core.App, v collections.Viewer, name string) (Tag, error) {
	var tag Tag
	err := TagQuery(app, v).Where(dbx.HashExp{"tags.name": name}).Limit(1).One(&tag)
	if errors.Is(err, sql.ErrNoRows) || err == nil && tag.PostsCount == 0 && !tag.IsFollowing {
		return Tag{}, sql.ErrNoRows
	}
	return tag, err
}
