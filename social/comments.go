package social

import (
	"fmt"
	"net/http"

	"github.com/pocketbase/dbx"
	validation "github.com/pocketbase/ozzo-validation/v4"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/present"
)

// CommentForm is what a client sends to comment. Parent makes it a reply.
type CommentForm struct {
	Content string `json:"content" form:"content" required:"true" minLength:"1" maxLength:"2000"`
	Parent  string `json:"parent" form:"parent"`
}

// ReplyForm is a comment whose parent is in the path, or the new text of one.
type ReplyForm struct {
	Content string `json:"content" form:"content" required:"true" minLength:"1" maxLength:"2000"`
}

// CommentsParams are the query parameters of the lists of comments.
type CommentsParams struct {
	present.PageParams
	Ordering string `query:"ordering" enum:"created_at,-created_at" default:"created_at"`
}

// Comments answers GET /api/posts/{id}/comments: the top-level ones, the newest last.
func Comments(e *core.RequestEvent) error {
	post, err := seenPost(e)
	if err != nil {
		return err
	}
	v := collections.ViewerOf(e.Auth)
	count := func() (int, error) { return v.CountComments(e.App, post.Id) }
	return listComments(e, topLevel(v, post.Id), count)
}

// Replies answers GET /api/comments/{id}/replies, the newest last.
func Replies(e *core.RequestEvent) error {
	parent, err := seenComment(e)
	if err != nil {
		return err
	}
	return listComments(e, dbx.And(dbx.HashExp{"comments.parent": parent.Id}, present.Readable(collections.ViewerOf(e.Auth))), nil)
}

// topLevel are the comments on a post that are no replies: those that v may read, and the
// places of others that have replies. [collections.Viewer.CountComments] counts them.
func topLevel(v collections.Viewer, post string) dbx.Expression {
	return dbx.And(dbx.HashExp{"comments.post": post, "comments.parent": ""},
		dbx.Or(present.Readable(v), dbx.NewExp("comments.replies_count > 0")))
}

// listComments answers with those that match; count, unless nil, knows how many they are.
func listComments(e *core.RequestEvent, match dbx.Expression, count func() (int, error)) error {
	page, err := present.ParsePage(e.Request)
	if err != nil {
		return err
	}
	page = page.Counting(count)
	desc := false
	switch e.Request.URL.Query().Get("ordering") {
	case "", "created_at":
	case "-created_at":
		desc = true
	default:
		return present.BadQuery(validation.Errors{"ordering": validation.NewError("validation_invalid_ordering", "Must be created_at or -created_at.")})
	}
	v := collections.ViewerOf(e.Auth)
	order := []present.Key{{Column: "comments.created_at", Desc: desc}, {Column: "comments.id", Desc: desc}}
	load := func(q *dbx.SelectQuery) ([]present.Comment, error) { return present.Comments(e.App, v, q) }
	list, err := present.Paginate(page, present.CommentQuery(e.App, v).AndWhere(match), order, load,
		func(c present.Comment) []any { return []any{present.Stored(c.CreatedAt), c.ID} })
	if err != nil {
		return present.Failure(err)
	}
	return present.JSON(e, list)
}

// Comment answers POST /api/posts/{id}/comments.
func Comment(e *core.RequestEvent) error {
	form := CommentForm{}
	if err := present.Bind(e, &form); err != nil {
		return err
	}
	return say(e, e.Request.PathValue("id"), form)
}

// Reply answers POST /api/comments/{id}/reply.
func Reply(e *core.RequestEvent) error {
	form := ReplyForm{}
	if err := present.Bind(e, &form); err != nil {
		return err
	}
	parent, err := seenComment(e)
	if err != nil {
		return err
	}
	return say(e, parent.Post(), CommentForm{form.Content, parent.Id})
}

// say makes a comment on a post. That its author sees the post the hooks make sure.
func say(e *core.RequestEvent, post string, form CommentForm) error {
	record, err := collections.New(e.App, collections.Comments)
	if err != nil {
		return present.Failure(err)
	}
	record.Load(map[string]any{"post": post, "author": e.Auth.Id, "parent": form.Parent, "content": form.Content})
	if err := e.App.Save(record); err != nil {
		return present.Failure(err)
	}
	return e.JSON(http.StatusCreated, present.NewComment(collections.CommentOf(record), e.Auth))
}

func answerComment(e *core.RequestEvent, id string, status int) error {
	v := collections.ViewerOf(e.Auth)
	comments, err := present.Comments(e.App, v, present.CommentQuery(e.App, v).AndWhere(dbx.HashExp{"comments.id": id}))
	if err != nil || len(comments) == 0 {
		return present.Failure(err)
	}
	return e.JSON(status, comments[0])
}

// EditComment answers PATCH /api/comments/{id}: one's own alone.
func EditComment(e *core.RequestEvent) error {
	form := ReplyForm{}
	if err := present.Bind(e, &form); err != nil {
		return err
	}
	c, err := seenComment(e)
	if err != nil {
		return err
	}
	if c.Author() != e.Auth.Id {
		return e.ForbiddenError("Only its author can change a comment.", nil)
	}
	c.Set("content", form.Content)
	if err := e.App.Save(c); err != nil {
		return present.Failure(err)
	}
	return answerComment(e, c.Id, http.StatusOK)
}

// DeleteComment answers DELETE /api/comments/{id}: its author's, the post's author's, or a moderator's.
func DeleteComment(e *core.RequestEvent) error {
	c, err := seenComment(e)
	if err != nil {
		return err
	}
	if v := collections.ViewerOf(e.Auth); c.Author() != v.ID && !v.IsStaff() {
		post, err := collections.FindPost(e.App, c.Post())
		if err != nil {
			return present.Failure(err)
		}
		if post.Author() != v.ID {
			return e.ForbiddenError("Only its author can delete a comment.", nil)
		}
	}
	if err := RemoveComment(e.App, c); err != nil {
		return present.Failure(err)
	}
	return e.NoContent(http.StatusNoContent)
}

// RemoveComment deletes a comment. One with replies stays as a place in the thread, without
// its text; that place goes with its last reply.
func RemoveComment(app core.App, c *collections.Comment) error {
	return app.RunInTransaction(func(tx core.App) error {
		now, err := collections.FindComment(tx, c.Id)
		if err != nil {
			return err
		}
		if now.GetInt("replies_count") > 0 {
			now.Set("is_deleted", true)
			now.Set("content", "")
			if _, err := tx.DB().Delete(collections.Notifications, dbx.HashExp{"comment": now.Id}).Execute(); err != nil {
				return fmt.Errorf("take back the news of a comment: %w", err)
			}
			return tx.Save(now)
		}
		if err := tx.Delete(now); err != nil {
			return err
		}
		if now.Parent() == "" {
			return nil
		}
		parent, err := collections.FindComment(tx, now.Parent())
		if err != nil || !parent.IsDeleted() || parent.GetInt("replies_count") > 0 {
			return err
		}
		return tx.Delete(parent)
	})
}

// seenComment finds the comment of the path, if it wasn't deleted and the caller may see its post.
func seenComment(e *core.RequestEvent) (*collections.Comment, error) {
	c, err := collections.FindComment(e.App, e.Request.PathValue("id"))
	if err != nil {
		return nil, present.Failure(err)
	}
	if _, err := visiblePost(e, c.Post()); err != nil {
		return nil, err
	}
	if (c.IsDeleted() || !collections.ViewerOf(e.Auth).SeesComment(c)) && e.Request.Method != http.MethodGet {
		return nil, present.NotFound()
	}
	return c, nil
}
