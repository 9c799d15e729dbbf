package hooks

import (
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/notify"
	"madang/present"
	"madang/social"
)

// follows is what happens when somebody follows another, or stops.
//
//	rule    signed in, in your own name, once (schema.txt)
//	before  not oneself, not somebody who blocked you or whom you blocked
//	with    somebody who approves followers has to have (follow_requests.go); what was a request is none
//	        any more; followers_count and following_count move (counters.go), the other is told,
//	        in the same transaction
func follows(app core.App) {
	app.OnRecordCreate(collections.Follows).Bind(named("follows.allowed", mayFollow))
	app.OnRecordCreateExecute(collections.Follows).Bind(with("follows.approved", func(e *core.RecordEvent) error {
		return aroundTx(e, func(tx core.App) (func(core.App) error, error) {
			return func(tx core.App) error {
				return social.Remove(tx, collections.RequestPairs, e.Record.GetString("follower"), e.Record.GetString("following"))
			}, followAllowed(tx, e.Record)
		})
	}))
	app.OnRecordCreateExecute(collections.Follows).Bind(with("follows.tell", func(e *core.RecordEvent) error {
		return inTx(e, func(tx core.App) error { return notify.Tell(tx, followNews(e.Record)) })
	}))
	app.OnRecordDeleteExecute(collections.Follows).Bind(with("follows.forget", func(e *core.RecordEvent) error {
		return inTx(e, func(tx core.App) error { return notify.Forget(tx, followNews(e.Record)) })
	}))
}

func followNews(follow *core.Record) notify.News {
	return notify.News{Type: notify.Follow, Recipient: follow.GetString("following"), Actor: follow.GetString("follower")}
}

// notBlocked answers 404 when one of the two blocked the other, or the other doesn't exist.
func notBlocked(app core.App, person, other string) error {
	if _, err := collections.FindUser(app, other); err != nil {
		return present.Failure(err)
	}
	for _, p := range [][2]string{{person, other}, {other, person}} {
		blocked, err := collections.Exists(app, collections.BlockPairs, p[0], p[1])
		if err != nil {
			return err
		}
		if blocked {
			return present.NotFound()
		}
	}
	return nil
}
