package hooks

import (
	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/present"
	"madang/social"
)

// followRequests is what happens when somebody asks to follow a person who approves followers.
//
//	rule    signed in, in your own name, once; the two see it, and either may end it (schema.txt)
//	before  not oneself, nobody who blocked you or whom you blocked
//	with    only of who approves followers, and whom one doesn't follow yet; nobody is told before
//	        the follow is made (follows.go); a block ends it (blocks.go); who no longer approves
//	        followers lets everybody in who asked
func followRequests(app core.App) {
	app.OnRecordCreate(collections.FollowRequests).Bind(named("follow_requests.allowed", mayFollow))
	app.OnRecordCreateExecute(collections.FollowRequests).Bind(with("follow_requests.needed", func(e *core.RecordEvent) error {
		return aroundTx(e, func(tx core.App) (func(core.App) error, error) { return nothing, requestNeeded(tx, e.Record) })
	}))
	app.OnRecordUpdateExecute(collections.Users).Bind(with("follow_requests.open", func(e *core.RecordEvent) error {
		return aroundTx(e, func(tx core.App) (func(core.App) error, error) {
			was, err := stored(tx, e.Record)
			return func(tx core.App) error {
				if !collections.UserOf(was).ApprovesFollowers() || collections.UserOf(e.Record).ApprovesFollowers() {
					return nil
				}
				return social.ApproveAll(tx, e.Record.Id)
			}, err
		})
	}))
}

func nothing(core.App) error { return nil }

// mayFollow refuses to follow, or to ask to follow, oneself and those with whom there is a block.
func mayFollow(e *core.RecordEvent) error {
	follower, following := e.Record.GetString("follower"), e.Record.GetString("following")
	if follower == following {
		return present.Invalid("following", "validation_self_follow", "You can't follow yourself.")
	}
	if err := notBlocked(e.App, follower, following); err != nil {
		return err
	}
	return e.Next()
}

func requestNeeded(tx core.App, request *core.Record) error {
	// note: asked again, now that nobody can block in between
	if err := notBlocked(tx, request.GetString("follower"), request.GetString("following")); err != nil {
		return err
	}
	approves, err := approvesFollowers(tx, request.GetString("following"))
	if err != nil {
		return err
	}
	if !approves {
		return present.Invalid("following", "validation_needs_no_approval", "Doesn't approve followers: just follow.")
	}
	follows, err := collections.Exists(tx, collections.FollowPairs, request.GetString("follower"), request.GetString("following"))
	if err == nil && follows {
		err = present.Invalid("following", "validation_not_unique", "You follow them already.")
	}
	return err
}

// followAllowed refuses to follow who approves followers, unless they did.
func followAllowed(tx core.App, follow *core.Record) error {
	if err := notBlocked(tx, follow.GetString("follower"), follow.GetString("following")); err != nil {
		return err
	}
	if social.IsApproved(follow) {
		return nil
	}
	approves, err := approvesFollowers(tx, follow.GetString("following"))
	if err == nil && approves {
		err = present.Invalid("following", "validation_needs_approval", "Approves followers: make a follow request.")
	}
	return err
}

func approvesFollowers(tx core.App, id string) (bool, error) {
	u, err := collections.FindUser(tx, id)
	if err != nil {
		return false, present.Failure(err)
	}
	return u.ApprovesFollowers(), nil
}

// endPairs deletes the rows between two people, either way.
func endPairs(tx core.App, p collections.Pair, one, other string) error {
	rows, err := tx.FindAllRecords(p.Collection, dbx.Or(
		dbx.HashExp{p.Who: one, p.What: other},
		dbx.HashExp{p.Who: other, p.What: one},
	))
	if err != nil {
		return err
	}
	for _, r := range rows {
		if err := tx.Delete(r); err != nil {
			return err
		}
	}
	return nil
}
