package jobs

import (
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/types"

	"madang/collections"
	"madang/text"
)

// A lease ends leaseLife after it was last renewed, which happens every renewal. So work of a
// killed program is taken up again after leaseLife at the latest.
const (
	leaseLife = 20 * time.Second
	renewal   = 2 * time.Second
)

// leased is SQL for a running job whose worker lives, as far as its lease says: one that ends later than a lease may was
// taken while the clock was ahead, and nobody renews it.
const leased = "(state = 'running' AND lease_until > {:now} AND lease_until <= {:latest})"

// orphaned is SQL for a running job whose worker does not.
const orphaned = "(state = 'running' AND NOT (lease_until > {:now} AND lease_until <= {:latest}))"

// latest is when a lease ends at the latest that is in force; clocks of two programs may differ by as long as one lasts.
func latest(now time.Time) string { return collections.Stamp(now.Add(2 * leaseLife)) }

// maxPause is the longest between two attempts.
const maxPause = 6 * time.Hour

// errLost is that a job is no longer ours: cancelled, gone with its subject, or taken by another
// worker since we were too slow.
var errLost = errors.New("the job is no longer ours")

// Job is a job that this process holds.
type Job struct {
	ID       string        `db:"id"`
	Kind     string        `db:"kind"`
	Subject  string        `db:"subject"`
	Payload  types.JSONRaw `db:"payload"`
	Attempts int           `db:"attempts"` // this one included
	Lease    string        `db:"lease"`

	progress atomic.Pointer[progress]
}

type progress struct {
	percent int
	step    string
}

// Decode reads the payload into v.
func (j *Job) Decode(v any) error {
	if err := json.Unmarshal(j.Payload, v); err != nil {
		return Permanent(fmt.Errorf("read the payload: %w", err))
	}
	return nil
}

// Progress says how far the job is, from 0 to 100, and in a word what it is at. It is written
// down with the next renewal.
func (j *Job) Progress(percent int, step string) {
	j.progress.Store(&progress{max(0, min(percent, 100)), text.Shorten(step, 50)})
}

// claim takes the job of a kind that is due first, for leaseLife; nil when there is none, or as
// many run as may, of all or of each subject, or the kind is paused. One whose worker died counts as due.
func (q *Queue) claim(app core.App, k Kind) (*Job, error) {
	if err := q.bury(app, k); err != nil {
		return nil, err
	}
	now := q.Now()
	var job Job
	err := app.DB().NewQuery(`UPDATE jobs
		SET state = 'running', attempts = attempts + 1, lease = {:lease}, lease_until = {:until}, started_at = {:now}, progress = 0, step = ''
		WHERE id = (
			SELECT id FROM jobs
			WHERE kind = {:kind} AND (state = 'queued' AND run_at <= {:now} OR ` + orphaned + `)
			AND NOT EXISTS (SELECT 1 FROM job_pauses WHERE kind = {:kind})
			AND (SELECT COUNT(*) FROM jobs WHERE kind = {:kind} AND ` + leased + `) < {:workers}
			AND (subject = '' OR {:share} = 0 OR subject NOT IN (SELECT subject FROM jobs WHERE kind = {:kind} AND ` + leased + `
				GROUP BY subject HAVING COUNT(*) >= {:share}))
			ORDER BY run_at, id LIMIT 1)
		RETURNING id, kind, subject, payload, attempts, lease`).
		Bind(dbx.Params{"kind": k.Name, "workers": k.Workers, "share": k.PerSubject, "lease": rand.Text(), "now": collections.Stamp(now), "latest": latest(now), "until": collections.Stamp(now.Add(leaseLife))}).
		One(&job)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("claim a job: %w", err)
	}
	return &job, nil
}

// bury gives up the jobs whose worker died at the last attempt: they may be why it did.
func (q *Queue) bury(app core.App, k Kind) error {
	at := q.Now()
	now := collections.Stamp(at)
	return app.RunInTransaction(func(tx core.App) error {
		var buried []*Job
		err := tx.DB().NewQuery(`UPDATE jobs SET state = 'failed', lease = '', finished_at = {:now}, error = 'the program ended while it ran'
			WHERE kind = {:kind} AND ` + orphaned + ` AND attempts >= {:attempts}
			RETURNING id, kind, subject, payload, attempts, lease`).
			Bind(dbx.Params{"kind": k.Name, "now": now, "latest": latest(at), "attempts": k.Attempts}).All(&buried)
		if err != nil {
			return fmt.Errorf("give up jobs whose worker died: %w", err)
		}
		for _, job := range buried {
			if err := k.gaveUp(tx, job); err != nil {
				return err
			}
		}
		return nil
	})
}

func (k Kind) gaveUp(tx core.App, job *Job) error {
	if k.GaveUp == nil {
		return nil
	}
	if err := k.GaveUp(tx, job); err != nil {
		return fmt.Errorf("say that a job was given up: %w", err)
	}
	return nil
}

// renew holds the job for another leaseLife and writes its progress down; errLost when it is no longer ours.
func (q *Queue) renew(app core.App, job *Job) error {
	change := dbx.Params{"lease_until": collections.Stamp(q.Now().Add(leaseLife))}
	if p := job.progress.Load(); p != nil {
		change["progress"], change["step"] = p.percent, p.step
	}
	return held(app, job, change)
}

// finish marks the job done and commits what it leaves, both or neither; errLost when it is no longer ours.
func (q *Queue) finish(app core.App, job *Job, commit Commit) error {
	return app.RunInTransaction(func(tx core.App) error {
		err := held(tx, job, dbx.Params{
			"state": string(collections.JobDone), "lease": "", "progress": 100, "step": "", "error": "", "finished_at": collections.Stamp(q.Now()),
		})
		if err != nil || commit == nil {
			return err
		}
		return commit(tx)
	})
}

// fail writes down why an attempt came to nothing, and when the next one is – none after a
// [Permanent] error or the last one. It reports whether the job was given up.
func (q *Queue) fail(app core.App, k Kind, job *Job, why error) (gaveUp bool, err error) {
	change := dbx.Params{"lease": "", "error": text.Shorten(text.CleanLine(why.Error()), 1000)}
	gaveUp = errors.As(why, &permanent{}) || job.Attempts >= k.Attempts
	if gaveUp {
		change["state"], change["finished_at"] = string(collections.JobFailed), collections.Stamp(q.Now())
	} else {
		change["state"], change["run_at"] = string(collections.JobQueued), collections.Stamp(q.Now().Add(q.pause(k, job.Attempts)))
	}
	return gaveUp, app.RunInTransaction(func(tx core.App) error {
		if err := held(tx, job, change); err != nil || !gaveUp {
			return err
		}
		return k.gaveUp(tx, job)
	})
}

// pause is how long after the nth attempt the next one is: twice as long each time, the last
// half of it by chance, so that what failed together doesn't come back together.
func (q *Queue) pause(k Kind, n int) time.Duration {
	whole := maxPause
	if doublings := n - 1; doublings < 20 {
		whole = min(maxPause, k.Pause<<doublings)
	}
	return whole/2 + time.Duration(q.Jitter()*float64(whole/2))
}

// release gives a job back that we didn't get to finish; the attempt doesn't count.
func (q *Queue) release(app core.App, job *Job) error {
	return held(app, job, dbx.Params{"state": string(collections.JobQueued), "lease": "", "attempts": job.Attempts - 1, "run_at": collections.Stamp(q.Now())})
}

// held changes a job if it is still ours, else it is errLost.
func held(app core.App, job *Job, change dbx.Params) error {
	done, err := app.DB().Update(collections.Jobs, change, dbx.HashExp{"id": job.ID, "lease": job.Lease, "state": string(collections.JobRunning)}).Execute()
	if err != nil {
		return fmt.Errorf("write down how a job is: %w", err)
	}
	n, err := done.RowsAffected()
	if err == nil && n == 0 {
		err = errLost
	}
	return err
}
