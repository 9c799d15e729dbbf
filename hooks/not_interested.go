package hooks

import (
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/present"
)

// notInterested is what happens when somebody doesn't want to be recommended something. Nobody is told.
//
//	rule    signed in, in your own name, once per thing (schema.txt)
//	before  one thing a row: a post that you may see, a person who is there, or a tag that some public post has
func notInterested(app core.App) {
	seen := seesPost("user")
	app.OnRecordCreate(collections.NotInterested).Bind(named("not_interested.one", func(e *core.RecordEvent) error {
		post, target, tag := e.Record.GetString("post"), e.Record.GetString("target"), e.Record.GetString("tag")
		switch {
		case post != "" && target == "" && tag == "":
			return seen(e)
		case post == "" && target != "" && tag == "":
			if target == e.Record.GetString("user") {
				return present.Invalid("target", "validation_self_target", "You can't do that to yourself.")
			}
			if _, err := collections.FindUser(e.App, target); err != nil {
				return present.Failure(err)
			}
		case post == "" && target == "" && tag != "":
			if err := knowsTag(e.App, tag); err != nil {
				return err
			}
		default:
			return present.Invalid("post", "validation_one_of", "Name either a post, a person (target) or a tag.")
		}
		return e.Next()
	}))
}
