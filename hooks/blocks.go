package hooks

import (
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/present"
)

// blocks is what happens when somebody blocks or mutes another.
//
//	rule    signed in, in your own name, once (schema.txt)
//	before  not oneself
//	with    a block ends follows and requests to follow both ways, in the same transaction
func blocks(app core.App) {
	for _, name := range []string{collections.Mutes, collections.Blocks} {
		app.OnRecordCreate(name).Bind(named(name+".allowed", func(e *core.RecordEvent) error {
			if e.Record.GetString("user") == e.Record.GetString("target") {
				return present.Invalid("target", "validation_self_target", "You can't do that to yourself.")
			}
			return e.Next()
		}))
	}
	app.OnRecordCreateExecute(collections.Blocks).Bind(with("blocks.unfollow", func(e *core.RecordEvent) error {
		return inTx(e, func(tx core.App) error {
			user, target := e.Record.GetString("user"), e.Record.GetString("target")
			for _, pairs := range []collections.Pair{collections.FollowPairs, collections.RequestPairs} {
				if err := endPairs(tx, pairs, user, target); err != nil {
					return err
				}
			}
			return nil
		})
	}))
}
