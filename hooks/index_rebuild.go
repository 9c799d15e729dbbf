package hooks

import (
	"context"
	"net/http"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"madang/jobs"
	"madang/present"
)

// searchRebuild is the kind of the job that makes the index anew.
const searchRebuild = "search.rebuild"

// Queued says which job was queued, or which of the same waited or ran already.
type Queued struct {
	ID string `json:"id"`
}

// indexRebuild registers the rebuild of the index as a job. Searches are answered by the old one until it is done.
func indexRebuild(app core.App, d *Deps) {
	d.Jobs.Register(jobs.Kind{Name: searchRebuild, TimeOut: 4 * time.Hour, Attempts: 3, Pause: time.Minute, Run: func(ctx context.Context, job *jobs.Job) (jobs.Commit, error) {
		total, err := d.Search.Documents(app)
		if err != nil {
			return nil, err
		}
		return nil, d.Search.Rebuild(ctx, func(done int) { job.Progress(min(99, 100*done/max(total, 1)), "documents") })
	}})
}

// rebuildIndex answers POST /api/admin/search/rebuild.
func (d *Deps) rebuildIndex(e *core.RequestEvent) error {
	id, err := d.Jobs.Add(e.App, jobs.Order{Kind: searchRebuild, Key: "index"})
	if err != nil {
		return present.Failure(err)
	}
	return e.JSON(http.StatusAccepted, Queued{id})
}
