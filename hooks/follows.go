package hooks

import (
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/notify"
	"madang/present"
)

// follows is what happens when somebody follows another, or stops.
//
//	rule    signed in, in your own name, once (schema.txt)
//	before  not oneself, not somebody who blocked you or whom you blocked
//	with    followers_count and following_count move (counters.go), the other is told, in the same transaction
func follows(app core.App) {
	app.OnRecordCreate(collections.Follows).Bind(named("follows.allowed", func(e *core.RecordEvent) error {
		follower, following := e.Record.GetString("follower"), e.Record.GetString("following")
		if follower == following {
			return present.Invalid("following", "validation_self_follow", "You can't follow yourself.")
		}
		if err := notBlocked(e.App, follower, following); err != nil {
			return err
		}
		return e.Next()
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
		return present.NotFound()
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
