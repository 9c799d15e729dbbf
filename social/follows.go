package social

import (
	"net/http"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/present"
)

// Followed is the state after a follow or its end.
type Followed struct {
	IsFollowing    bool `json:"is_following"`
	FollowersCount int  `json:"followers_count"`
	IsRequested    bool `json:"is_requested"` // they approve followers, and haven't yet
}

// Follow answers POST /api/users/{id}/follow. Of somebody who approves followers it is a request.
func Follow(e *core.RequestEvent) error {
	u, err := person(e)
	if err != nil {
		return err
	}
	created, err := FollowOrAsk(e.App, e.Auth.Id, u.Id)
	if err != nil {
		return present.Failure(err)
	}
	return answerFollowed(e, u.Id, status(created))
}

// FollowOrAsk makes follower follow the person, or ask to. It reports whether either is new.
func FollowOrAsk(app core.App, follower, following string) (created bool, err error) {
	// note: in one transaction, so that they can't change their mind in between
	err = app.RunInTransaction(func(tx core.App) error {
		follows, err := collections.Exists(tx, collections.FollowPairs, follower, following)
		if err != nil || follows {
			return err
		}
		u, err := collections.FindUser(tx, following)
		if err != nil {
			return err
		}
		pair := collections.FollowPairs
		if u.ApprovesFollowers() {
			pair = collections.RequestPairs
		}
		created, err = Add(tx, pair, follower, following)
		return err
	})
	return created, err
}

// Unfollow answers DELETE /api/users/{id}/unfollow. A request is withdrawn.
func Unfollow(e *core.RequestEvent) error {
	u, err := person(e)
	if err != nil {
		return err
	}
	for _, pair := range []collections.Pair{collections.RequestPairs, collections.FollowPairs} {
		if err := Remove(e.App, pair, e.Auth.Id, u.Id); err != nil {
			return present.Failure(err)
		}
	}
	return answerFollowed(e, u.Id, http.StatusOK)
}

func answerFollowed(e *core.RequestEvent, id string, status int) error {
	var answer Followed
	var err error
	if answer.IsFollowing, err = collections.Exists(e.App, collections.FollowPairs, e.Auth.Id, id); err != nil {
		return present.Failure(err)
	}
	if answer.IsRequested, err = collections.Exists(e.App, collections.RequestPairs, e.Auth.Id, id); err != nil {
		return present.Failure(err)
	}
	if answer.FollowersCount, err = followersOf(e.App, id); err != nil {
		return present.Failure(err)
	}
	return e.JSON(status, answer)
}

func followersOf(app core.App, id string) (n int, err error) {
	err = app.DB().Select("followers_count").From(collections.Users).Where(dbx.HashExp{"id": id}).Row(&n)
	return n, err
}
