package hooks

import (
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
)

// bookmarks is what happens when somebody keeps a post for later. Nobody is told.
//
//	rule    signed in, in your own name, once per post (schema.txt)
//	before  of a post that you may see
func bookmarks(app core.App) {
	app.OnRecordCreate(collections.Bookmarks).Bind(named("bookmarks.seen", seesPost("user")))
}
