package collections

import "github.com/pocketbase/pocketbase/core"

// Comments is the collection of comments and replies.
const Comments = "comments"

// Comment is a typed view of a record of [Comments].
type Comment struct{ core.BaseRecordProxy }

// CommentOf wraps r.
func CommentOf(r *core.Record) *Comment {
	c := &Comment{}
	c.SetProxyRecord(r)
	return c
}

// FindComment finds the comment with that id; sql.ErrNoRows when there is none.
func FindComment(app core.App, id string) (*Comment, error) {
	r, err := app.FindRecordById(Comments, id)
	if err != nil {
		return nil, err
	}
	return CommentOf(r), nil
}

func (c *Comment) Post() string    { return c.GetString("post") }
func (c *Comment) Author() string  { return c.GetString("author") }
func (c *Comment) Parent() string  { return c.GetString("parent") }
func (c *Comment) Content() string { return c.GetString("content") }
func (c *Comment) IsDeleted() bool { return c.GetBool("is_deleted") }
