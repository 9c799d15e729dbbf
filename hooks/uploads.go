package hooks

import (
	"net/http"
	"time"

	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/hook"

	"madang/collections"
	"madang/media"
)

// uploads is what happens to files that arrive in pieces (media/uploads.go).
//
//	rule    nobody, but through the routes of tus (schema.txt)
//	after   what had arrived goes with the row: cancelled, expired, or its owner left
//	backup  what is on its way is left out
func uploads(app core.App, d *Deps) {
	app.OnServe().Bind(named("uploads.describe", func(e *core.ServeEvent) error {
		for _, path := range []string{"/api/media/uploads", "/api/media/uploads/{id}/content"} {
			e.Router.OPTIONS(path, func(e *core.RequestEvent) error { return e.NoContent(http.StatusNoContent) }).
				Bind(&hook.Handler[*core.RequestEvent]{Func: d.Uploads.Describe, Priority: apis.DefaultCorsMiddlewarePriority - 1})
		}
		return e.Next()
	}))
	app.OnRecordAfterDeleteSuccess(collections.Uploads).Bind(after("uploads.drop", func(e *core.RecordEvent) error {
		return media.DropUploadFile(e.App, e.Record.Id)
	}))
	app.OnBackupCreate().Bind(named("uploads.backup", func(e *core.BackupEvent) error {
		e.Exclude = append(e.Exclude, collections.UploadDir)
		return e.Next()
	}))
}

// sweepUploads ends the uploads that took too long, and removes files that no row names: those
// of one that was killed between making the two.
func (d *Deps) sweepUploads(app core.App) error {
	old, err := media.OverdueUploads(app, d.Now())
	if err != nil {
		return err
	}
	for _, upload := range old {
		if err := app.Delete(upload); err != nil {
			return err
		}
	}
	stray, err := media.StrayUploadFiles(app, d.Now().Add(-time.Hour))
	if err != nil {
		return err
	}
	for _, file := range stray {
		if err := media.DropUploadFile(app, file.Name()); err != nil {
			return err
		}
	}
	return collections.ForgetSentBytes(app, d.Now().AddDate(0, 0, -7))
}
