package social

import (
	"database/sql"
	"errors"
	"fmt"
	"net/http"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/present"
)

// FollowRequests answers GET /api/users/me/follow-requests: who asks to follow the caller, the newest first.
func FollowRequests(e *core.RequestEvent) error {
	return listPairs(e, collections.FollowRequests, "follower", dbx.HashExp{"follow_requests.following": e.Auth.Id})
}

// Approved is the state after a request was approved.
type Approved struct {
	IsFollowedBy   bool `json:"is_followed_by"`
	FollowersCount int  `json:"followers_count"` // the caller's
}

// ApproveRequest answers POST /api/users/me/follow-requests/{id}. Doing it again is no error.
func ApproveRequest(e *core.RequestEvent) error {
	follower, err := asker(e)
	if err != nil {
		return err
	}
	if err := Approve(e.App, follower, e.Auth.Id); err != nil {
		return present.Failure(err)
	}
	answer := Approved{IsFollowedBy: true}
	if answer.FollowersCount, err = followersOf(e.App, e.Auth.Id); err != nil {
		return present.Failure(err)
	}
	return e.JSON(http.StatusOK, answer)
}

// DeclineRequest answers DELETE /api/users/me/follow-requests/{id}. Who asked isn't told.
func DeclineRequest(e *core.RequestEvent) error {
	follower, err := asker(e)
	if err != nil {
		return err
	}
	if err := Remove(e.App, collections.RequestPairs, follower, e.Auth.Id); err != nil {
		return present.Failure(err)
	}
	return e.NoContent(http.StatusNoContent)
}

// asker is the id of the person whom the path names: by their request to the caller, their id or @username.
func asker(e *core.RequestEvent) (id string, err error) {
	err = e.App.DB().Select("follower").From(collections.FollowRequests).
		Where(dbx.HashExp{"id": e.Request.PathValue("id"), "following": e.Auth.Id}).Row(&id)
	if err == nil {
		return id, nil
	}
	if !errors.Is(err, sql.ErrNoRows) {
		return "", present.Failure(err)
	}
	u, err := person(e)
	if err != nil {
		return "", err
	}
	return u.Id, nil
}

// Approve makes a follow of the request that follower made. The error is sql.ErrNoRows when
// they neither asked nor follow already.
func Approve(app core.App, follower, following string) error {
	return app.RunInTransaction(func(tx core.App) error {
		follows, err := collections.Exists(tx, collections.FollowPairs, follower, following)
		if err != nil || follows {
			return err
		}
		if _, err := collections.FindPair(tx, collections.RequestPairs, follower, following); err != nil {
			return err
		}
		follow, err := collections.New(tx, collections.Follows)
		if err != nil {
			return err
		}
		follow.Load(map[string]any{"follower": follower, "following": following})
		follow.SetRaw(approvedKey, approval{})
		return tx.Save(follow) // note: which ends the request, see hooks/follows.go
	})
}

// ApproveAll approves everybody who asks to follow the person, in the transaction of tx.
func ApproveAll(tx core.App, following string) error {
	var followers []string
	err := tx.DB().Select("follower").From(collections.FollowRequests).
		Where(dbx.HashExp{"following": following}).OrderBy("created_at", "id").Column(&followers)
	if err != nil {
		return fmt.Errorf("list who asks to follow: %w", err)
	}
	for _, follower := range followers {
		if err := Approve(tx, follower, following); err != nil {
			return fmt.Errorf("approve a follower: %w", err)
		}
	}
	return nil
}

// approval marks a new follow that the followed person agreed to. No client can send one: what
// comes from outside is never of this type.
type approval struct{}

const approvedKey = "@approved"

// IsApproved reports whether a new follow is one that the followed person agreed to.
func IsApproved(follow *core.Record) bool {
	_, approved := follow.GetRaw(approvedKey).(approval)
	return approved
}
