package social

import (
	"net/http"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/present"
)

// Muted is the state after a mute or its end.
type Muted struct {
	IsMuted bool `json:"is_muted"`
}

// Blocked is the state after a block or its end.
type Blocked struct {
	IsBlocked bool `json:"is_blocked"`
}

// Mute answers POST /api/users/{id}/mute: theirs stays out of my lists.
func Mute(e *core.RequestEvent) error { return pair(e, collections.MutePairs, Muted{true}) }

// Unmute answers DELETE /api/users/{id}/mute.
func Unmute(e *core.RequestEvent) error { return unpair(e, collections.MutePairs, Muted{}) }

// Block answers POST /api/users/{id}/block: follows end both ways, mine is hidden from them.
func Block(e *core.RequestEvent) error { return pair(e, collections.BlockPairs, Blocked{true}) }

// Unblock answers DELETE /api/users/{id}/block.
func Unblock(e *core.RequestEvent) error { return unpair(e, collections.BlockPairs, Blocked{}) }

func pair(e *core.RequestEvent, p collections.Pair, answer any) error {
	u, err := person(e)
	if err != nil {
		return err
	}
	created, err := Add(e.App, p, e.Auth.Id, u.Id)
	if err != nil {
		return present.Failure(err)
	}
	return e.JSON(status(created), answer)
}

func unpair(e *core.RequestEvent, p collections.Pair, answer any) error {
	u, err := person(e)
	if err != nil {
		return err
	}
	if err := Remove(e.App, p, e.Auth.Id, u.Id); err != nil {
		return present.Failure(err)
	}
	return e.JSON(http.StatusOK, answer)
}

// Mutes answers GET /api/users/me/mutes.
func Mutes(e *core.RequestEvent) error {
	return listPairs(e, collections.Mutes, "target", dbx.HashExp{"mutes.user": e.Auth.Id})
}

// Blocks answers GET /api/users/me/blocks.
func Blocks(e *core.RequestEvent) error {
	return listPairs(e, collections.Blocks, "target", dbx.HashExp{"blocks.user": e.Auth.Id})
}
