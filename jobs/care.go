package jobs

import (
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
)

// Why an operator's wish can't be granted; the other error is sql.ErrNoRows, when there is no such job.
var (
	ErrNotEnded = errors.New("the job has not failed and was not cancelled")
	ErrEnded    = errors.New("the job has ended already")
	ErrTwin     = errors.New("another job for the same waits or runs")
)

// Retry has a job that failed or was cancelled tried again, from its first attempt.
func (q *Queue) Retry(app core.App, id string) error {
	return app.RunInTransaction(func(tx core.App) error {
		var job struct{ Kind, Key string }
		err := tx.DB().Select("kind", "unique_key AS key").From(collections.Jobs).Where(dbx.HashExp{"id": id}).One(&job)
		if err != nil {
			return err
		}
		twin, err := activeWithKey(tx, job.Kind, job.Key)
		if err != nil {
			return err
		}
		if twin != "" && twin != id {
			return ErrTwin
		}
		return move(tx, id, ErrNotEnded, dbx.Params{
			"state": string(collections.JobQueued), "attempts": 0, "run_at": collections.Stamp(q.Now()), "finished_at": "", "error": "", "progress": 0, "step": "",
		}, collections.JobFailed, collections.JobCancelled)
	})
}

// Cancel ends a job that waits or runs. One that runs in another process is ended within some
// seconds; what it has done by then it has done, but it commits nothing.
func (q *Queue) Cancel(app core.App, id string) error {
	err := app.RunInTransaction(func(tx core.App) error {
		return move(tx, id, ErrEnded, dbx.Params{
			"state": string(collections.JobCancelled), "lease": "", "finished_at": collections.Stamp(q.Now()),
		}, collections.JobQueued, collections.JobRunning)
	})
	if err == nil {
		q.drop(id)
	}
	return err
}

// CancelKind ends the jobs of a kind that wait, and returns how many.
func (q *Queue) CancelKind(app core.App, kind string) (n int64, err error) {
	done, err := app.DB().Update(collections.Jobs, dbx.Params{"state": string(collections.JobCancelled), "finished_at": collections.Stamp(q.Now())},
		dbx.HashExp{"kind": kind, "state": string(collections.JobQueued)}).Execute()
	if err != nil {
		return 0, fmt.Errorf("cancel jobs: %w", err)
	}
	return done.RowsAffected()
}

// move changes a job that is in one of the states; otherwise it fails, when it isn't there with sql.ErrNoRows.
func move(tx core.App, id string, otherwise error, change dbx.Params, from ...collections.JobState) error {
	states := make([]any, len(from))
	for i, s := range from {
		states[i] = string(s)
	}
	done, err := tx.DB().Update(collections.Jobs, change, dbx.And(dbx.HashExp{"id": id}, dbx.In("state", states...))).Execute()
	if err != nil {
		return fmt.Errorf("change a job: %w", err)
	}
	if n, err := done.RowsAffected(); err != nil || n == 1 {
		return err
	}
	n, err := tx.CountRecords(collections.Jobs, dbx.HashExp{"id": id})
	if err == nil && n == 0 {
		err = sql.ErrNoRows
	}
	if err == nil {
		err = otherwise
	}
	return err
}

// Pause lets no job of a kind begin until Resume, across restarts; those that run go on.
func (q *Queue) Pause(app core.App, kind string) error {
	_, err := app.DB().NewQuery("INSERT INTO job_pauses (kind, paused_at) VALUES ({:kind}, {:now}) ON CONFLICT (kind) DO NOTHING").
		Bind(dbx.Params{"kind": kind, "now": collections.Stamp(q.Now())}).Execute()
	if err != nil {
		return fmt.Errorf("pause %s: %w", kind, err)
	}
	return nil
}

// Resume lets the jobs of a kind begin again.
func (q *Queue) Resume(app core.App, kind string) error {
	if _, err := app.DB().Delete(collections.JobPauses, dbx.HashExp{"kind": kind}).Execute(); err != nil {
		return fmt.Errorf("resume %s: %w", kind, err)
	}
	q.Wake()
	return nil
}

// What ended is kept for a while, and of each way to end the newest some.
const (
	doneLife   = 7 * 24 * time.Hour
	failedLife = 90 * 24 * time.Hour // of those that were cancelled as well
	kept       = 2000
)

// Sweep forgets the jobs that ended long ago.
func (q *Queue) Sweep(app core.App) error {
	for state, life := range map[collections.JobState]time.Duration{
		collections.JobDone: doneLife, collections.JobCancelled: failedLife, collections.JobFailed: failedLife,
	} {
		_, err := app.DB().NewQuery(`DELETE FROM jobs WHERE state = {:state} AND (finished_at < {:before} OR id IN (
			SELECT id FROM jobs WHERE state = {:state} ORDER BY finished_at DESC, id LIMIT 1000000 OFFSET {:kept}))`).
			Bind(dbx.Params{"state": string(state), "before": collections.Stamp(q.Now().Add(-life)), "kept": kept}).Execute()
		if err != nil {
			return fmt.Errorf("sweep jobs: %w", err)
		}
	}
	return nil
}
