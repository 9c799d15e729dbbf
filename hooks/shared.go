package hooks

import (
	"slices"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/hook"

	"madang/collections"
)

// sharing are the collections whose new records are small and many.
var sharing = []string{
	collections.Posts, collections.Comments, collections.Likes, collections.Bookmarks, collections.Follows, collections.FollowRequests,
	collections.TagFollows, collections.NotInterested, collections.Mutes, collections.Blocks,
}

// shared is what keeps a crowd from waiting for the disk one by one.
//
//	with    a new record of those collections shares its transaction with those that are made at the same time, on whatever way
//	        it comes. What may be found out beforehand – that it is valid, that its author may – was found out outside of it,
//	        where nobody waits; what others may change meanwhile is asked again in there
//
// When one of them fails, all are written once more, each alone: so what is bound to the stages with [with] may run twice.
func shared(app core.App) {
	app.OnModelCreateExecute().Bind(&hook.Handler[*core.ModelEvent]{Id: "shared", Priority: beforeRecords, Func: func(e *core.ModelEvent) error {
		r := recordOf(e.Model)
		if r == nil || !slices.Contains(sharing, r.Collection().Name) {
			return e.Next()
		}
		outer, next := e.App, e.Event // note: which holds what is next, and forgets it as it goes
		defer func() { e.App = outer }()
		return collections.Together(outer, func(tx core.App) error {
			e.App, e.Event = tx, next
			e.Model.MarkAsNew()
			return e.Next()
		})
	}})
}

// beforeRecords is a priority before that at which PocketBase makes a record's hooks of a model's.
const beforeRecords = -100
