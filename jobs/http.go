package jobs

import (
	"errors"
	"net/http"
	"slices"

	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/present"
)

// ListParams are the query parameters of the list.
type ListParams struct {
	present.PageParams
	Kind  string `query:"kind" description:"jobs of that kind alone"`
	State string `query:"state" enum:"queued,running,done,failed,cancelled" description:"jobs in that state alone"`
}

// Listing is a page of jobs, and how many there are of every kind.
type Listing struct {
	present.List[Shown]
	Kinds []KindState `json:"kinds"`
}

// All answers GET /api/jobs.
func (q *Queue) All(e *core.RequestEvent) error {
	page, err := present.ParsePage(e.Request)
	if err != nil {
		return err
	}
	asked := e.Request.URL.Query()
	filter := Filter{Kind: asked.Get("kind"), State: collections.JobState(asked.Get("state"))}
	if filter.State != "" && !slices.Contains(collections.JobStates(), filter.State) {
		return present.Invalid("state", "validation_in_invalid", "Must be one of queued, running, done, failed, cancelled.")
	}
	list := Listing{}
	if list.List, err = List(e.App, filter, page); err == nil {
		list.Kinds, err = q.Kinds(e.App)
	}
	if err != nil {
		return present.Failure(err)
	}
	return e.JSON(http.StatusOK, list)
}

// RetryOne answers POST /api/jobs/{id}/retry.
func (q *Queue) RetryOne(e *core.RequestEvent) error {
	err := q.Retry(e.App, e.Request.PathValue("id"))
	if err == nil {
		q.Wake()
	}
	return moved(e, err)
}

// CancelOne answers POST /api/jobs/{id}/cancel.
func (q *Queue) CancelOne(e *core.RequestEvent) error {
	return moved(e, q.Cancel(e.App, e.Request.PathValue("id")))
}

// PauseKind answers POST /api/jobs/kinds/{kind}/pause.
func (q *Queue) PauseKind(e *core.RequestEvent) error { return q.ofKind(e, q.Pause) }

// ResumeKind answers POST /api/jobs/kinds/{kind}/resume.
func (q *Queue) ResumeKind(e *core.RequestEvent) error { return q.ofKind(e, q.Resume) }

func (q *Queue) ofKind(e *core.RequestEvent, do func(core.App, string) error) error {
	kind := e.Request.PathValue("kind")
	kinds, err := q.Kinds(e.App)
	if err != nil {
		return present.Failure(err)
	}
	if !slices.ContainsFunc(kinds, func(k KindState) bool { return k.Kind == kind }) {
		return present.NotFound()
	}
	return moved(e, do(e.App, kind))
}

// moved answers 204, or says why a job can't be moved.
func moved(e *core.RequestEvent, err error) error {
	switch {
	case err == nil:
		return e.NoContent(http.StatusNoContent)
	case errors.Is(err, ErrNotEnded):
		return e.Error(http.StatusConflict, "The job has not failed and was not cancelled.", nil)
	case errors.Is(err, ErrEnded):
		return e.Error(http.StatusConflict, "The job has ended already.", nil)
	case errors.Is(err, ErrTwin):
		return e.Error(http.StatusConflict, "Another job for the same waits or runs.", nil)
	}
	return present.Failure(err)
}
