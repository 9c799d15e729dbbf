package hooks

import (
	"context"
	"database/sql"
	"errors"
	"net/http"
	"time"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/router"

	"madang/collections"
	"madang/jobs"
	"madang/media"
	"madang/present"
)

// mediaThumbnails is the kind of the jobs that make the thumbnails of a picture or a sound anew.
const mediaThumbnails = "media.thumbnails"

// mediaAgain is what is done when an admin wants a medium processed again.
func mediaAgain(app core.App, d *Deps) {
	d.Jobs.Register(jobs.Kind{Name: mediaThumbnails, TimeOut: 5 * time.Minute, Attempts: 3, Run: func(ctx context.Context, job *jobs.Job) (jobs.Commit, error) {
		err := d.rethumb(ctx, app, job.Subject)
		var problem *media.Problem
		if errors.As(err, &problem) {
			err = jobs.Permanent(err)
		}
		return nil, err
	}})
}

// rethumb makes thumbnails anew; a medium that is gone meanwhile is no error.
func (d *Deps) rethumb(ctx context.Context, app core.App, id string) error {
	m, err := collections.FindMedium(app, id)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := d.Media.Rethumb(ctx, app, m.ProxyRecord()); err != nil {
		return err
	}
	return app.Save(m.ProxyRecord())
}

// processAgain answers POST /api/admin/media/{id}/process: the work on a medium is queued, as it
// was when it came. 409 where there is no file, or for a film no ffmpeg.
func (d *Deps) processAgain(e *core.RequestEvent) error {
	if err := d.queueAgain(e.App, e.Request.PathValue("id")); err != nil {
		return present.Failure(err)
	}
	return e.NoContent(http.StatusAccepted)
}

// queueAgain queues the work on a medium: sql.ErrNoRows when there is none, 409 when nothing can be done.
func (d *Deps) queueAgain(app core.App, id string) error {
	m, err := collections.FindMedium(app, id)
	if err != nil {
		return err
	}
	kinds := []string{mediaThumbnails}
	switch {
	case m.File() == "":
		return router.NewApiError(http.StatusConflict, "There is no file to process.", nil)
	case m.Kind() == collections.Video && d.Films == nil:
		return router.NewApiError(http.StatusConflict, "Films need ffmpeg, which is not set up.", nil)
	case m.Kind() == collections.Video:
		kinds = []string{filmPreview, filmTranscode}
	}
	return app.RunInTransaction(func(tx core.App) error {
		var problems []error
		for _, kind := range kinds {
			problems = append(problems, d.queueMedium(tx, kind, m.Id))
		}
		return errors.Join(problems...)
	})
}
