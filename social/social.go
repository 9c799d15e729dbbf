// Package social is what people do with posts and with each other: like, bookmark, follow, mute, block, comment.
// It doesn't say what follows from it (hooks) – counters, news, refusals.
// Start reading at pairs.go, then comments.go.
package social

import (
	"net/http"

	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/present"
)

// seenPost finds the post of the path, if the caller may see it.
func seenPost(e *core.RequestEvent) (*collections.Post, error) {
	return visiblePost(e, e.Request.PathValue("id"))
}

func visiblePost(e *core.RequestEvent, id string) (*collections.Post, error) {
	post, err := collections.FindPost(e.App, id)
	if err != nil {
		return nil, present.Failure(err)
	}
	sees, err := collections.ViewerOf(e.Auth).Sees(e.App, post)
	if err != nil {
		return nil, present.Failure(err)
	}
	if !sees {
		return nil, present.NotFound()
	}
	return post, nil
}

// person finds the person of the path, by id or @username.
func person(e *core.RequestEvent) (*collections.User, error) {
	u, err := collections.FindUser(e.App, e.Request.PathValue("id"))
	if err != nil {
		return nil, present.Failure(err)
	}
	return u, nil
}

// status is 201 for what was just made and 200 for what was there.
func status(created bool) int {
	if created {
		return http.StatusCreated
	}
	return http.StatusOK
}
