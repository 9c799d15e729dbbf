package hooks

import (
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/present"
)

// reports is what happens when somebody reports a post, a comment, a person or a file.
//
//	rule    signed in, in your own name, once per target; moderators read them (schema.txt)
//	before  the target exists; a new report is open
func reports(app core.App) {
	tables := map[string]string{
		"post": collections.Posts, "comment": collections.Comments, "user": collections.Users, "media": collections.Media,
	}
	app.OnRecordCreate(collections.Reports).Bind(named("reports.check", func(e *core.RecordEvent) error {
		e.Record.Set("status", "open")
		if table := tables[e.Record.GetString("target_type")]; table != "" {
			if _, err := e.App.FindRecordById(table, e.Record.GetString("target_id")); err != nil {
				return present.Invalid("target_id", "validation_missing_rel_records", "There is no such thing to report.")
			}
		}
		return e.Next()
	}))
}
