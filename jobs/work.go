package jobs

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/routine"
)

// poll is how often the queue is looked at without being woken: for jobs whose time has come and
// for what another process did, such as the command line.
const poll = 2 * time.Second

// stopPatience is how long Stop waits for what runs.
const stopPatience = 5 * time.Second

// Why the context of a job ends.
var (
	errStopped = errors.New("the program ends")
	errTimeOut = errors.New("it took too long")
)

// Start has the jobs run until Stop, and returns at once.
func (q *Queue) Start(app core.App) {
	if len(q.kinds) == 0 {
		return
	}
	routine.FireAndForget(func() {
		tick := time.NewTicker(poll)
		defer tick.Stop()
		for {
			q.startDue(app)
			select {
			case <-q.stopped:
				return
			case <-q.wake:
			case <-tick.C:
			}
		}
	})
}

// Wake has the queue looked at soon, and returns at once.
func (q *Queue) Wake() {
	select {
	case q.wake <- struct{}{}:
	default: // it will be anyway
	}
}

// Stop ends the work. What runs is told to end and given back, for which it waits 5 s; what
// doesn't end by then is taken up again when its lease has ended.
func (q *Queue) Stop() {
	q.stop.Do(func() {
		q.mu.Lock()
		close(q.stopped)
		for _, cancel := range q.running {
			cancel(errStopped)
		}
		q.mu.Unlock()
		ended := make(chan struct{})
		routine.FireAndForget(func() { q.busy.Wait(); close(ended) })
		select {
		case <-ended:
		case <-time.After(stopPatience):
		}
	})
}

// startDue starts everything that is due and may run.
func (q *Queue) startDue(app core.App) {
	for _, k := range q.kinds {
		for {
			ctx, done, ok := q.enter()
			if !ok {
				return
			}
			job, err := q.claim(app, k)
			if err != nil {
				app.Logger().Error("look for a job", "kind", k.Name, "error", err)
			}
			if job == nil {
				done("")
				break
			}
			q.hold(job.ID, ctx.cancel)
			routine.FireAndForget(func() {
				defer q.Wake()
				defer done(job.ID)
				q.work(ctx, app, k, job)
			})
		}
	}
}

// run is the context of a job with what ends it.
type run struct {
	context.Context
	cancel context.CancelCauseFunc
}

// enter counts one more that Stop waits for, unless it was called; done counts it off.
func (q *Queue) enter() (ctx run, done func(id string), ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	select {
	case <-q.stopped:
		return run{}, nil, false
	default:
	}
	ctx.Context, ctx.cancel = context.WithCancelCause(context.Background())
	q.busy.Add(1)
	return ctx, func(id string) {
		q.mu.Lock()
		delete(q.running, id)
		q.mu.Unlock()
		ctx.cancel(nil)
		q.busy.Done()
	}, true
}

// hold lets Stop and Cancel end a job.
func (q *Queue) hold(id string, cancel context.CancelCauseFunc) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.running[id] = cancel
	select {
	case <-q.stopped:
		cancel(errStopped)
	default:
	}
}

// drop ends a job that this process runs, as no longer ours.
func (q *Queue) drop(id string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if cancel, runs := q.running[id]; runs {
		cancel(errLost)
	}
}

// work runs one job and writes down what became of it.
func (q *Queue) work(ctx run, app core.App, k Kind, job *Job) {
	err := q.attempt(ctx, app, k, job)
	cause := context.Cause(ctx)
	gaveUp := false
	switch {
	case err == nil, errors.Is(err, errLost), errors.Is(cause, errLost):
		return
	case errors.Is(cause, errStopped):
		err = q.release(app, job)
	default:
		gaveUp, err = q.fail(app, k, job, err)
		// note: the cause may hold what people wrote, so it stays in the row, which goes with its subject
		if gaveUp {
			app.Logger().Error("a job was given up; its row in the collection jobs says why", "job", job.ID, "kind", k.Name)
		}
	}
	if err != nil && !errors.Is(err, errLost) {
		app.Logger().Error("write down what became of a job", "job", job.ID, "kind", k.Name, "error", err)
	}
}

// attempt runs the handler while its lease is renewed, and commits what it leaves.
func (q *Queue) attempt(ctx run, app core.App, k Kind, job *Job) error {
	timed, cancel := context.WithTimeoutCause(ctx, k.TimeOut, errTimeOut)
	defer cancel()
	ended := make(chan struct{})
	renewed := make(chan struct{})
	routine.FireAndForget(func() {
		defer close(renewed)
		q.keep(ctx, app, job, ended)
	})
	commit, err := guarded(timed, k, job)
	close(ended)
	<-renewed
	if cause := context.Cause(timed); err != nil && cause != nil {
		return fmt.Errorf("%w: %w", cause, err)
	}
	if err != nil {
		return err
	}
	return q.finish(app, job, commit)
}

// guarded runs the handler; a panic in it is an error.
func guarded(ctx context.Context, k Kind, job *Job) (commit Commit, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			commit, err = nil, fmt.Errorf("the handler panicked: %v", cause)
		}
	}()
	return k.Run(ctx, job)
}

// keep renews the lease until the attempt has ended. When the job is lost, or couldn't be renewed
// for so long that it may be, ctx ends.
func (q *Queue) keep(ctx run, app core.App, job *Job, ended <-chan struct{}) {
	tick := time.NewTicker(renewal)
	defer tick.Stop()
	last := time.Now()
	for {
		select {
		case <-ended:
			return
		case <-tick.C:
		}
		began := time.Now()
		err := q.renew(app, job)
		switch {
		case err == nil:
			last = began
		case errors.Is(err, errLost) || time.Since(last) > leaseLife-renewal:
			ctx.cancel(errLost)
			return
		}
	}
}
