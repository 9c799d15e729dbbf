package hooks

import (
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
)

// bannedWords is what happens when the list of banned words changes.
//
//	rule    moderators and admins (schema.txt)
//	after   the list in memory is read again: in force at once
func bannedWords(app core.App, d *Deps) {
	reload := func(e *core.RecordEvent) error { return d.Words.Load(e.App) }
	app.OnRecordAfterCreateSuccess(collections.BannedWords).Bind(after("banned_words.reload", reload))
	app.OnRecordAfterUpdateSuccess(collections.BannedWords).Bind(after("banned_words.reload", reload))
	app.OnRecordAfterDeleteSuccess(collections.BannedWords).Bind(after("banned_words.reload", reload))
}
