// Package jobs is the durable queue: work that takes longer than a request, a row for each piece, done by workers that hold it by leases.
// It doesn't know what the work is: hooks registers the kinds, and their handlers live where their subject does.
// Start reading at Queue and Kind, then lease.go, which has every step of a job's life.
package jobs

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
)

// Queue runs what is added to it. What it guarantees: a job whose row is committed is tried until
// it is done, given up or cancelled, across crashes and restarts; never twice at the same time;
// and what its [Commit] writes is written once. What a handler does besides may happen again after
// a crash, so it must bear that.
type Queue struct {
	Now    func() time.Time
	Jitter func() float64 // in [0, 1)

	kinds   []Kind
	wake    chan struct{}
	stop    sync.Once
	stopped chan struct{}

	mu      sync.Mutex
	running map[string]context.CancelCauseFunc // by the id of the job
	busy    sync.WaitGroup
}

// New makes a queue of no kinds. It starts nothing.
func New(now func() time.Time) *Queue {
	return &Queue{
		Now: now, Jitter: rand.Float64,
		wake: make(chan struct{}, 1), stopped: make(chan struct{}), running: map[string]context.CancelCauseFunc{},
	}
}

// Kind is one sort of work.
type Kind struct {
	Name string
	// Run does a job. It must return soon after ctx ends: the job is held until then. Its error is
	// tried again later, unless it is [Permanent] or the attempts are used up.
	Run func(ctx context.Context, job *Job) (Commit, error)
	// Workers is how many run at once, in all processes together; 0 means 1.
	Workers int
	// PerSubject is how many about one subject run at once, so that those of one don't hold up the others; 0 means
	// as many as there are workers.
	PerSubject int
	// TimeOut is how long one attempt may take; 0 means ten minutes.
	TimeOut time.Duration
	// Attempts is after how many a job is given up; 0 means 5.
	Attempts int
	// Pause is how long after the first attempt the second comes; it doubles from there, up to six
	// hours. 0 means half a minute.
	Pause time.Duration
	// GaveUp, when set, runs in the transaction that marks a job failed for good.
	GaveUp func(tx core.App, job *Job) error
}

// Commit is what a job leaves in the database. It runs in the transaction that marks the job
// done, and only if nobody else holds the job by then. Nil leaves nothing.
type Commit func(tx core.App) error

// Register adds a kind; before Start. A job of a kind that nobody registers waits.
func (q *Queue) Register(k Kind) {
	k.Workers = defaulted(k.Workers, 1)
	k.Attempts = defaulted(k.Attempts, 5)
	k.TimeOut = defaulted(k.TimeOut, 10*time.Minute)
	k.Pause = defaulted(k.Pause, 30*time.Second)
	q.kinds = append(q.kinds, k)
}

func defaulted[T int | time.Duration](value, otherwise T) T {
	if value == 0 {
		return otherwise
	}
	return value
}

// Order is what a new job is to be.
type Order struct {
	Kind string
	// Payload is what its handler gets, as JSON of at most 64 KB. Ids, not copies: what they name may
	// change meanwhile.
	Payload any
	// Key, when set, makes it the only one of its kind with that key that waits or runs.
	Key string
	// Subject is the id of what it is about, if anything; see [Forget].
	Subject string
	// At is not before when; the zero time means now.
	At time.Time
}

// Add queues a job in the transaction of app, with which it stands or falls, and returns its id –
// that of the one that waits or runs already, if there is one with the same key.
func (q *Queue) Add(app core.App, o Order) (id string, err error) {
	payload, err := json.Marshal(o.Payload)
	if err != nil {
		return "", fmt.Errorf("encode the payload of a job: %w", err)
	}
	if o.At.IsZero() {
		o.At = q.Now()
	}
	err = app.RunInTransaction(func(tx core.App) error {
		if o.Key != "" {
			id, err = activeWithKey(tx, o.Kind, o.Key)
			if id != "" || err != nil {
				return err
			}
		}
		r, err := collections.New(tx, collections.Jobs)
		if err != nil {
			return err
		}
		r.Load(map[string]any{
			"kind": o.Kind, "unique_key": o.Key, "subject": o.Subject, "payload": string(payload),
			"state": string(collections.JobQueued), "run_at": o.At,
		})
		if err := tx.Save(r); err != nil {
			return fmt.Errorf("queue a job: %w", err)
		}
		id = r.Id
		return nil
	})
	return id, err
}

// activeWithKey is the id of the job with that key that waits or runs, "" when there is none.
func activeWithKey(tx core.App, kind, key string) (id string, err error) {
	err = tx.DB().NewQuery("SELECT id FROM jobs WHERE kind = {:kind} AND unique_key = {:key} AND unique_key != '' AND state IN ('queued', 'running')").
		Bind(dbx.Params{"kind": kind, "key": key}).Row(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return id, err
}

// Forget drops the jobs about something that goes, in the transaction of app. One that runs ends
// within some seconds and leaves nothing.
func Forget(app core.App, subject string) error {
	if _, err := app.DB().Delete(collections.Jobs, dbx.HashExp{"subject": subject}).Execute(); err != nil {
		return fmt.Errorf("drop the jobs about %s: %w", subject, err)
	}
	return nil
}

// permanent is an error that trying again doesn't mend.
type permanent struct{ error }

func (p permanent) Unwrap() error { return p.error }

// Permanent makes err one that trying again doesn't mend: the job is given up at once.
func Permanent(err error) error { return permanent{err} }
