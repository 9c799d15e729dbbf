package present

import (
	"database/sql"
	"fmt"
	"slices"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
)

var errNoRows = sql.ErrNoRows

// Comment is a comment or a reply. A deleted one that has replies keeps its place without its text.
type Comment struct {
	ID           string    `json:"id" db:"id"`
	Post         string    `json:"post" db:"post"`
	Parent       string    `json:"parent" db:"parent"` // "" on a top-level comment
	Author       UserBrief `json:"author" db:"-"`
	Content      string    `json:"content" db:"content"`
	RepliesCount int       `json:"replies_count" db:"replies_count"`
	Replies      []Comment `json:"replies" db:"-"` // the first three, on a top-level comment
	IsDeleted    bool      `json:"is_deleted" db:"is_deleted"`
	IsHidden     bool      `json:"is_hidden" db:"is_hidden"` // by moderation; only its author and staff still read it
	CreatedAt    string    `json:"created_at" db:"created_at"`
	UpdatedAt    string    `json:"updated_at" db:"updated_at"`
}

type commentRow struct {
	Comment
	AuthorID       string `db:"author_id"`
	AuthorUsername string `db:"author_username"`
	AuthorName     string `db:"author_name"`
	AuthorImage    string `db:"author_image"`
	AuthorVerified bool   `db:"author_verified"`
}

var commentColumns = []string{
	"comments.id", "comments.post", "comments.parent", "comments.replies_count",
	"comments.created_at", "comments.updated_at", "users.id AS author_id", "users.username AS author_username",
	"users.name AS author_name", "users.profile_image AS author_image", "users.is_verified AS author_verified",
}

// previewReplies is how many replies come with a top-level comment.
const previewReplies = 3

// CommentQuery is a query over comments that leaves out those by whom v muted or blocked, to be given to [Comments]. It joins
// nothing, so that counting them looks no author up.
func CommentQuery(app core.App, v collections.Viewer) *dbx.SelectQuery {
	return app.DB().Select().From("comments").Where(v.Wanted("comments.author")).Bind(dbx.Params{"viewer": v.ID})
}

// Readable leaves out comments that were deleted, or that v may not read.
func Readable(v collections.Viewer) dbx.Expression {
	return dbx.NewExp("comments.is_deleted = FALSE AND "+v.Readable(), dbx.Params{"viewer": v.ID})
}

// Comments runs a query made by [CommentQuery] and adds the first replies: two queries in all.
func Comments(app core.App, v collections.Viewer, q *dbx.SelectQuery) ([]Comment, error) {
	comments, err := loadComments(q, v)
	if err != nil || len(comments) == 0 {
		return comments, err
	}
	parents, at := []any{}, map[string]int{}
	for i, c := range comments {
		if c.Parent == "" && c.RepliesCount > 0 {
			parents = append(parents, c.ID)
			at[c.ID] = i
		}
	}
	if len(parents) == 0 {
		return comments, nil
	}
	ranked := app.DB().Select("comments.id", "ROW_NUMBER() OVER (PARTITION BY parent ORDER BY created_at, id) AS nth").
		From("comments").Where(dbx.In("parent", parents...)).AndWhere(Readable(v)).
		AndWhere(v.Wanted("comments.author")).Build()
	first := CommentQuery(app, v).
		AndWhere(dbx.NewExp(fmt.Sprintf("comments.id IN (SELECT id FROM (%s) r WHERE r.nth <= %d)", ranked.SQL(), previewReplies), ranked.Params())).
		OrderBy("comments.created_at", "comments.id")
	replies, err := loadComments(first, v)
	for _, reply := range replies {
		parent := &comments[at[reply.Parent]]
		parent.Replies = append(parent.Replies, reply)
	}
	return comments, err
}

// loadComments runs a query made by [CommentQuery]. A comment that v may not read is as if deleted: its place alone is left.
func loadComments(q *dbx.SelectQuery, v collections.Viewer) ([]Comment, error) {
	readable := v.Readable()
	q.Select(slices.Concat(commentColumns, []string{
		"(CASE WHEN " + readable + " THEN comments.content ELSE '' END) AS content",
		"(CASE WHEN " + readable + " THEN comments.is_deleted ELSE TRUE END) AS is_deleted",
		"(CASE WHEN " + readable + " THEN comments.is_hidden ELSE FALSE END) AS is_hidden",
	})...).InnerJoin("users", dbx.NewExp("users.id = comments.author"))
	var rows []commentRow
	if err := q.All(&rows); err != nil {
		return nil, fmt.Errorf("load comments: %w", err)
	}
	comments := make([]Comment, len(rows))
	for i, r := range rows {
		comments[i] = r.finish(UserBrief{
			ID: r.AuthorID, Username: r.AuthorUsername, Name: r.AuthorName,
			ProfileImage: fileURL(collections.Users, r.AuthorID, r.AuthorImage), IsVerified: r.AuthorVerified,
		})
	}
	return comments, nil
}

// finish words what was read of a comment.
func (c Comment) finish(author UserBrief) Comment {
	c.Author, c.Replies = author, []Comment{}
	c.CreatedAt, c.UpdatedAt = Time(c.CreatedAt), Time(c.UpdatedAt)
	return c
}

// NewComment is what author sees of a comment that they just made, from what was stored.
func NewComment(c *collections.Comment, author *core.Record) Comment {
	return Comment{
		ID: c.Id, Post: c.Post(), Parent: c.Parent(), Content: c.Content(),
		CreatedAt: c.GetString("created_at"), UpdatedAt: c.GetString("updated_at"),
	}.finish(Brief(author))
}
