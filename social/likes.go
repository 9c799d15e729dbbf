package social

import (
	"database/sql"
	"errors"
	"net/http"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/present"
)

// Liked is the state after a like or its end.
type Liked struct {
	IsLiked    bool `json:"is_liked"`
	LikesCount int  `json:"likes_count"`
}

// Like answers POST /api/posts/{id}/like: 201 the first time, 200 after.
func Like(e *core.RequestEvent) error {
	record, err := addSeen(e, collections.LikePairs)
	if err != nil {
		return err
	}
	return answerLiked(e, record, status(record != nil), true)
}

// addSeen makes the pair of the caller and the post of the path, which they see: of a new one, which it returns, the hooks make sure.
func addSeen(e *core.RequestEvent, p collections.Pair) (*core.Record, error) {
	record, err := add(e.App, p, e.Auth.Id, e.Request.PathValue("id"))
	if err != nil {
		return nil, present.Failure(err)
	}
	if record == nil {
		_, err = seenPost(e)
	}
	return record, err
}

// Unlike answers DELETE /api/posts/{id}/unlike. A like can be taken back of a post that
// is no longer visible.
func Unlike(e *core.RequestEvent) error {
	record, err := removeSeen(e, collections.LikePairs)
	if err != nil {
		return err
	}
	return answerLiked(e, record, http.StatusOK, false)
}

// removeSeen takes away the pair of the caller and the post of the path, which they see if there is none, and returns it.
func removeSeen(e *core.RequestEvent, p collections.Pair) (*core.Record, error) {
	record, err := collections.FindPair(e.App, p, e.Auth.Id, e.Request.PathValue("id"))
	if errors.Is(err, sql.ErrNoRows) {
		_, err := seenPost(e)
		return nil, err
	}
	if err == nil {
		err = remove(e.App, p, record)
	}
	return record, present.Failure(err)
}

// answerLiked answers with the count that the post of the path came to by a like or its end, if there was one.
func answerLiked(e *core.RequestEvent, like *core.Record, status int, liked bool) error {
	answer := Liked{IsLiked: liked}
	known := false
	if like != nil {
		answer.LikesCount, known = collections.CountBy(like, "likes_count")
	}
	if !known {
		err := e.App.DB().NewQuery("SELECT likes_count FROM posts WHERE id = {:id}").Bind(dbx.Params{"id": e.Request.PathValue("id")}).Row(&answer.LikesCount)
		if err != nil {
			return present.Failure(err)
		}
	}
	return e.JSON(status, answer)
}

// Likers answers GET /api/posts/{id}/likes: who liked the post, the newest first.
func Likers(e *core.RequestEvent) error {
	page, err := present.ParsePage(e.Request)
	if err != nil {
		return err
	}
	post, err := seenPost(e)
	if err != nil {
		return err
	}
	v := collections.ViewerOf(e.Auth)
	q := present.ListedQuery(e.App, v, collections.Likes).
		Where(dbx.HashExp{"likes.post": post.Id}).AndWhere(v.Wanted("likes.user"))
	list, err := present.Listeds(page, q, collections.Likes, "user")
	if err != nil {
		return present.Failure(err)
	}
	return present.JSON(e, list)
}

// Bookmarked is the state after a bookmark or its end.
type Bookmarked struct {
	IsBookmarked bool `json:"is_bookmarked"`
}

// Bookmark answers POST /api/posts/{id}/bookmark.
func Bookmark(e *core.RequestEvent) error {
	record, err := addSeen(e, collections.BookmarkPairs)
	if err != nil {
		return err
	}
	return e.JSON(status(record != nil), Bookmarked{true})
}

// Unbookmark answers DELETE /api/posts/{id}/bookmark.
func Unbookmark(e *core.RequestEvent) error {
	if _, err := removeSeen(e, collections.BookmarkPairs); err != nil {
		return err
	}
	return e.JSON(http.StatusOK, Bookmarked{})
}
