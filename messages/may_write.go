package messages

import (
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/router"

	"madang/collections"
	"madang/present"
)

// MayWrite refuses what from may not write to the other: 400 to oneself, 404 when there is no such
// person or one of the two blocked the other, 403 when one of them accepts no messages or they
// don't follow each other. What was written before stays readable.
func MayWrite(app core.App, from, to string) error {
	if from == to {
		return present.Invalid("recipient", "validation_self_target", "You can't do that to yourself.")
	}
	other, err := collections.FindUser(app, to)
	if err != nil {
		return present.Failure(err)
	}
	blocked, err := collections.AreBlocked(app, from, to)
	switch {
	case err != nil:
		return err
	case blocked:
		return present.NotFound()
	}
	me, err := collections.FindUser(app, from)
	switch {
	case err != nil:
		return present.Failure(err)
	case !me.AcceptsMessages():
		return router.NewForbiddenError("You accept no messages, so nobody could answer. Change that in the settings.", nil)
	case !other.AcceptsMessages():
		return router.NewForbiddenError("They accept no messages.", nil)
	}
	for _, pair := range [][2]string{{from, to}, {to, from}} {
		follows, err := collections.Exists(app, collections.FollowPairs, pair[0], pair[1])
		if err != nil {
			return err
		}
		if !follows {
			return router.NewForbiddenError("Only people who follow each other can write to each other.", nil)
		}
	}
	return nil
}
