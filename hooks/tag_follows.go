package hooks

import (
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/present"
)

// tagFollows is what happens when somebody follows a tag. Nobody is told.
//
//	rule    signed in, in your own name, once per tag (schema.txt)
//	before  a tag that some public post has: of others nobody is to know that they are there
//	with    tags.followers_count moves (counters.go)
func tagFollows(app core.App) {
	app.OnRecordCreate(collections.TagFollows).Bind(named("tag_follows.known", func(e *core.RecordEvent) error {
		if err := knowsTag(e.App, e.Record.GetString("tag")); err != nil {
			return err
		}
		return e.Next()
	}))
}

// knowsTag answers 404 for a tag that no public post has.
func knowsTag(app core.App, id string) error {
	tag, err := app.FindRecordById(collections.Tags, id)
	if err != nil {
		return present.Failure(err)
	}
	if tag.GetInt("posts_count") == 0 {
		return present.NotFound()
	}
	return nil
}
