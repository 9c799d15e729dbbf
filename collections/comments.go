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
func (c *Comment) IsHidden() bool  { return c.GetBool("is_hidden") }

// KeepRemoved puts the text of a comment that goes into the trash where nobody reads it, and
// back when it comes out.
func (c *Comment) KeepRemoved() {
	kept := c.GetString("removed_content")
	switch {
	case c.IsRemoved() && c.Content() != "":
		c.Set("removed_content", c.Content())
		c.Set("content", "")
	case !c.IsRemoved() && kept != "":
		c.Set("content", kept)
		c.Set("removed_content", "")
	}
}

// IsRemoved reports whether the comment lies in the moderators' trash. It is deleted to everybody.
func (c *Comment) IsRemoved() bool { return !c.GetDateTime("removed_at").IsZero() }
