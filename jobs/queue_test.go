package jobs

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/testapp/bare"
)

// clock is a time that the test moves.
type clock struct{ at time.Time }

func newClock() *clock                   { return &clock{time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)} }
func (c *clock) now() time.Time          { return c.at }
func (c *clock) advance(d time.Duration) { c.at = c.at.Add(d) }

// bench is a queue with one kind whose jobs the test claims by hand.
type bench struct {
	*Queue
	app  core.App
	time *clock
	kind Kind
	t    testing.TB
}

func newBench(t testing.TB, k Kind) *bench {
	t.Helper()
	c := newClock()
	b := &bench{Queue: New(c.now), app: bare.New(t), time: c, t: t}
	b.Jitter = func() float64 { return 1 }
	b.Register(k)
	b.kind = b.kinds[0]
	return b
}

func (b *bench) add(o Order) string {
	b.t.Helper()
	if o.Kind == "" {
		o.Kind = b.kind.Name
	}
	id, err := b.Add(b.app, o)
	if err != nil {
		b.t.Fatal(err)
	}
	return id
}

func (b *bench) next() *Job {
	b.t.Helper()
	job, err := b.claim(b.app, b.kind)
	if err != nil {
		b.t.Fatal(err)
	}
	return job
}

// wantNext claims the next job, which must be that one; "" for none.
func (b *bench) wantNext(id string) *Job {
	b.t.Helper()
	job := b.next()
	switch {
	case job == nil && id != "":
		b.t.Fatalf("nothing is due, want %s", id)
	case job != nil && job.ID != id:
		b.t.Fatalf("%s is due, want %q", job.ID, id)
	}
	return job
}

func (b *bench) state(id string) Shown {
	b.t.Helper()
	var s Shown
	if err := b.app.DB().Select("id", "state", "attempts", "progress", "step", "error", "run_at", "finished_at").From(collections.Jobs).Where(dbx.HashExp{"id": id}).One(&s); err != nil {
		b.t.Fatal(err)
	}
	return s
}

func (b *bench) wantState(id string, state collections.JobState) Shown {
	b.t.Helper()
	s := b.state(id)
	if s.State != state {
		b.t.Fatalf("%s is %s, want %s", id, s.State, state)
	}
	return s
}

func want(t testing.TB, got, wanted error) {
	t.Helper()
	if !errors.Is(got, wanted) {
		t.Fatalf("error %v, want %v", got, wanted)
	}
}

func TestAJobStandsOrFallsWithItsTransaction(t *testing.T) {
	b := newBench(t, Kind{Name: "a"})
	broken := errors.New("broken")
	want(t, b.app.RunInTransaction(func(tx core.App) error {
		if _, err := b.Add(tx, Order{Kind: "a"}); err != nil {
			return err
		}
		return broken
	}), broken)
	b.wantNext("")
}

func TestAJobRunsWhenItsTimeHasCome(t *testing.T) {
	b := newBench(t, Kind{Name: "a", Workers: 9})
	later := b.add(Order{At: b.time.at.Add(time.Hour)})
	first := b.add(Order{At: b.time.at.Add(-time.Minute), Payload: map[string]int{"n": 7}})
	var payload struct{ N int }
	if err := b.wantNext(first).Decode(&payload); err != nil || payload.N != 7 {
		t.Fatal(payload, err)
	}
	b.wantNext("")
	b.time.advance(time.Hour)
	b.next() // the first, whose lease has ended
	b.wantNext(later)
}

func TestOnlyOneWithAKeyWaitsOrRuns(t *testing.T) {
	b := newBench(t, Kind{Name: "a", Workers: 9, Attempts: 1})
	id := b.add(Order{Key: "film"})
	if again := b.add(Order{Key: "film"}); again != id {
		t.Fatal("a second one waits")
	}
	if other := b.add(Order{Key: "film", Kind: "b"}); other == id {
		t.Fatal("a key is of its kind")
	}
	job := b.wantNext(id)
	if again := b.add(Order{Key: "film"}); again != id {
		t.Fatal("a second one beside the one that runs")
	}
	if _, err := b.fail(b.app, b.kind, job, errors.New("broken")); err != nil {
		t.Fatal(err)
	}
	twin := b.add(Order{Key: "film"})
	if twin == id {
		t.Fatal("the one that failed neither waits nor runs")
	}
	want(t, b.Retry(b.app, id), ErrTwin)
	want(t, b.Cancel(b.app, twin), nil)
	want(t, b.Retry(b.app, id), nil)
}

func TestALeaseEndsUnlessItIsRenewed(t *testing.T) {
	b := newBench(t, Kind{Name: "a", Workers: 9})
	id := b.add(Order{})
	dead := b.wantNext(id)
	b.time.advance(leaseLife - time.Second)
	b.wantNext("")
	dead.Progress(140, "halfway")
	want(t, b.renew(b.app, dead), nil)
	if s := b.state(id); s.Progress != 100 || s.Step != "halfway" {
		t.Errorf("progress: %+v", s)
	}
	b.time.advance(leaseLife - time.Second)
	b.wantNext("")
	b.time.advance(time.Second)
	job := b.wantNext(id)
	if job.Attempts != 2 {
		t.Errorf("attempt %d", job.Attempts)
	}
	// The first wakes up again: it holds nothing any more.
	want(t, b.renew(b.app, dead), errLost)
	want(t, b.finish(b.app, dead, func(core.App) error { t.Error("it committed"); return nil }), errLost)
	_, err := b.fail(b.app, b.kind, dead, errors.New("broken"))
	want(t, err, errLost)
	want(t, b.release(b.app, dead), errLost)
	want(t, b.finish(b.app, job, nil), nil)
	b.wantState(id, collections.JobDone)
}

// A program was killed while its clock was a day ahead; the next one's is right.
func TestALeaseOfATimeToComeIsNone(t *testing.T) {
	b := newBench(t, Kind{Name: "a", Attempts: 2})
	id := b.add(Order{})
	b.time.advance(24 * time.Hour)
	dead := b.wantNext(id)
	b.time.advance(-24 * time.Hour)
	job := b.wantNext(id)
	want(t, b.finish(b.app, dead, func(core.App) error { t.Error("it committed"); return nil }), errLost)
	if job.Attempts != 2 {
		t.Errorf("attempt %d", job.Attempts)
	}
	b.time.advance(-24 * time.Hour)
	b.wantNext("") // its worker died twice
	b.wantState(id, collections.JobFailed)
}

func TestFailuresPauseLongerAndEnd(t *testing.T) {
	b := newBench(t, Kind{Name: "a", Attempts: 4, Pause: time.Minute})
	id := b.add(Order{})
	for n, pause := range []time.Duration{time.Minute, 2 * time.Minute, 4 * time.Minute} {
		gaveUp, err := b.fail(b.app, b.kind, b.wantNext(id), fmt.Errorf("broken %d", n))
		if err != nil || gaveUp {
			t.Fatal(gaveUp, err)
		}
		if s := b.wantState(id, collections.JobQueued); s.Error != fmt.Sprintf("broken %d", n) {
			t.Errorf("error: %q", s.Error)
		}
		b.time.advance(pause - time.Second)
		b.wantNext("")
		b.time.advance(time.Second)
	}
	gaveUp, err := b.fail(b.app, b.kind, b.wantNext(id), errors.New("broken for good"))
	if err != nil || !gaveUp {
		t.Fatal(gaveUp, err)
	}
	b.time.advance(24 * time.Hour)
	b.wantNext("")
	b.wantState(id, collections.JobFailed)
	want(t, b.Retry(b.app, id), nil)
	if job := b.wantNext(id); job.Attempts != 1 {
		t.Errorf("a retry counts from anew: %d", job.Attempts)
	}
	for n := range 64 {
		if p := b.pause(b.kind, n+1); p <= 0 || p > maxPause {
			t.Errorf("pause %d: %s", n+1, p)
		}
	}
}

func TestAPermanentErrorGivesUpAtOnce(t *testing.T) {
	b := newBench(t, Kind{Name: "a"})
	id := b.add(Order{})
	gaveUp, err := b.fail(b.app, b.kind, b.wantNext(id), fmt.Errorf("read: %w", Permanent(sql.ErrNoRows)))
	if err != nil || !gaveUp {
		t.Fatal(gaveUp, err)
	}
	b.wantState(id, collections.JobFailed)
}

func TestAJobThatKillsTheProgramIsGivenUp(t *testing.T) {
	b := newBench(t, Kind{Name: "a", Attempts: 2})
	id := b.add(Order{})
	for range 2 {
		b.wantNext(id)
		b.time.advance(leaseLife)
	}
	b.wantNext("")
	b.wantState(id, collections.JobFailed)
}

func TestNoMoreRunThanMay(t *testing.T) {
	b := newBench(t, Kind{Name: "a", Workers: 2})
	for range 3 {
		b.add(Order{})
	}
	first := b.next()
	b.next()
	b.wantNext("")
	want(t, b.finish(b.app, first, nil), nil)
	if b.next() == nil {
		t.Fatal("the third may run")
	}
}

// TestNobodyHoldsUpTheOthers: jobs about one subject run one after another where the kind says so, and leave workers to others.
func TestNobodyHoldsUpTheOthers(t *testing.T) {
	b := newBench(t, Kind{Name: "a", Workers: 3, PerSubject: 1})
	first, second := b.add(Order{Subject: "many"}), ""
	for range 3 {
		b.time.advance(time.Second)
		second = either(second, b.add(Order{Subject: "many"}))
	}
	b.time.advance(time.Second)
	other := b.add(Order{Subject: "other"})
	running := b.wantNext(first)
	b.wantNext(other)
	b.wantNext("")
	want(t, b.finish(b.app, running, nil), nil)
	b.wantNext(second)
	b.add(Order{})
	if b.next() == nil {
		t.Fatal("one about nothing in particular may run")
	}
}

func either(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func TestPausedKindsDoNotBegin(t *testing.T) {
	b := newBench(t, Kind{Name: "a", Workers: 2})
	running := b.add(Order{})
	job := b.wantNext(running)
	waiting := b.add(Order{})
	want(t, b.Pause(b.app, "a"), nil)
	want(t, b.Pause(b.app, "a"), nil)
	b.wantNext("")
	want(t, b.finish(b.app, job, nil), nil)
	kinds, err := b.Kinds(b.app)
	if err != nil || len(kinds) != 1 || !kinds[0].Paused || kinds[0].Done != 1 || kinds[0].Queued != 1 {
		t.Fatal(kinds, err)
	}
	want(t, b.Resume(b.app, "a"), nil)
	b.wantNext(waiting)
}

func TestWhatNobodyWorksOnIsSeen(t *testing.T) {
	b := newBench(t, Kind{Name: "here"})
	for range 2 {
		b.add(Order{Kind: "film.preview"})
	}
	idle, err := b.Idle(b.app)
	if err != nil || len(idle) != 1 || idle["film.preview"] != 2 {
		t.Error(idle, err)
	}
	kinds, err := b.Kinds(b.app)
	if err != nil || len(kinds) != 2 || !kinds[0].HasWorker || kinds[1].HasWorker {
		t.Error(kinds, err)
	}
	if since, err := b.DueSince(b.app); err != nil || !since.IsZero() {
		t.Error("overdue since", since, err)
	}
	here := b.add(Order{})
	if since, err := b.DueSince(b.app); err != nil || !since.Equal(b.time.at) {
		t.Error("due since", since, err)
	}
	if n, err := b.CancelKind(b.app, "film.preview"); err != nil || n != 2 {
		t.Error(n, err)
	}
	if idle, err := b.Idle(b.app); err != nil || len(idle) != 0 {
		t.Error(idle, err)
	}
	b.wantNext(here)
}

func TestWhatIsCancelledCommitsNothing(t *testing.T) {
	b := newBench(t, Kind{Name: "a"})
	id := b.add(Order{})
	job := b.wantNext(id)
	want(t, b.Cancel(b.app, id), nil)
	want(t, b.finish(b.app, job, func(core.App) error { t.Error("it committed"); return nil }), errLost)
	want(t, b.Cancel(b.app, id), ErrEnded)
	want(t, b.Cancel(b.app, "nosuchjobatall0"), sql.ErrNoRows)
	want(t, b.Retry(b.app, "nosuchjobatall0"), sql.ErrNoRows)
	want(t, b.Retry(b.app, id), nil)
	want(t, b.Retry(b.app, id), ErrNotEnded)
}

func TestAJobGoesWithItsSubject(t *testing.T) {
	b := newBench(t, Kind{Name: "a"})
	id := b.add(Order{Subject: "film"})
	other := b.add(Order{Subject: "other", At: b.time.at.Add(time.Hour)})
	job := b.wantNext(id)
	want(t, Forget(b.app, "film"), nil)
	want(t, b.renew(b.app, job), errLost)
	want(t, b.finish(b.app, job, func(core.App) error { t.Error("it committed"); return nil }), errLost)
	b.wantState(other, collections.JobQueued)
}

func TestHistoryIsBounded(t *testing.T) {
	b := newBench(t, Kind{Name: "a", Workers: 9})
	end := func() string {
		id := b.add(Order{})
		want(t, b.finish(b.app, b.wantNext(id), nil), nil)
		return id
	}
	old := end()
	failed := b.add(Order{})
	if _, err := b.fail(b.app, b.kind, b.wantNext(failed), Permanent(errors.New("broken"))); err != nil {
		t.Fatal(err)
	}
	b.time.advance(doneLife + time.Second)
	young := end()
	waiting := b.add(Order{At: b.time.at.Add(time.Hour)})
	want(t, b.Sweep(b.app), nil)
	if n, err := b.app.CountRecords(collections.Jobs); err != nil || n != 3 {
		t.Fatal(n, err)
	}
	if _, err := b.app.FindRecordById(collections.Jobs, old); !errors.Is(err, sql.ErrNoRows) {
		t.Error("the old one is still there")
	}
	b.wantState(young, collections.JobDone)
	b.wantState(failed, collections.JobFailed)
	b.wantState(waiting, collections.JobQueued)
	_, err := b.app.DB().NewQuery(`INSERT INTO jobs (id, kind, state, run_at, finished_at)
		WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {:n}) SELECT 'x' || i, 'a', 'done', {:at}, {:at} FROM n`).
		Bind(dbx.Params{"n": kept + 10, "at": collections.Stamp(b.time.at)}).Execute()
	want(t, err, nil)
	want(t, b.Sweep(b.app), nil)
	if n, err := b.app.CountRecords(collections.Jobs, dbx.HashExp{"state": "done"}); err != nil || n != kept {
		t.Fatal(n, err)
	}
}

// startQueue runs a queue of one kind for real.
func startQueue(t *testing.T, app core.App, k Kind) *Queue {
	t.Helper()
	q := New(time.Now)
	q.Register(k)
	app.OnRecordAfterCreateSuccess(collections.Jobs).BindFunc(func(e *core.RecordEvent) error { q.Wake(); return e.Next() })
	q.Start(app)
	t.Cleanup(q.Stop)
	return q
}

func receive[T any](t *testing.T, from <-chan T) T {
	t.Helper()
	select {
	case v := <-from:
		return v
	case <-time.After(30 * time.Second):
		t.Fatal("nothing happens")
		panic("unreachable")
	}
}

// settles waits until a job is in that state.
func settles(t *testing.T, app core.App, id string, state collections.JobState) Shown {
	t.Helper()
	b := &bench{app: app, t: t}
	for began := time.Now(); ; <-time.After(10 * time.Millisecond) {
		s := b.state(id)
		if s.State == state {
			return s
		}
		if time.Since(began) > 30*time.Second {
			t.Fatalf("%s is still %s, want %s: %s", id, s.State, state, s.Error)
		}
	}
}

func TestTheQueueRuns(t *testing.T) {
	app := bare.New(t)
	ran := make(chan string, 10)
	q := startQueue(t, app, Kind{Name: "a", TimeOut: time.Second, Attempts: 1, Run: func(ctx context.Context, job *Job) (Commit, error) {
		var do string
		if err := job.Decode(&do); err != nil {
			return nil, err
		}
		switch do {
		case "panic":
			panic("oh no")
		case "hang":
			<-ctx.Done()
			return nil, ctx.Err()
		case "refuse":
			return func(core.App) error { return errors.New("the database says no") }, nil
		}
		ran <- do
		return func(tx core.App) error { return nil }, nil
	}})
	add := func(do any) string {
		id, err := q.Add(app, Order{Kind: "a", Payload: do})
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	good := add("good")
	if got := receive(t, ran); got != "good" {
		t.Fatal(got)
	}
	if s := settles(t, app, good, collections.JobDone); s.Progress != 100 || s.FinishedAt == nil {
		t.Errorf("%+v", s)
	}
	for do, why := range map[any]string{
		"panic": "the handler panicked: oh no", "hang": "it took too long: context deadline exceeded", "refuse": "the database says no", 7: "read the payload: json: cannot unmarshal number into Go value of type string",
	} {
		if s := settles(t, app, add(do), collections.JobFailed); s.Error != why {
			t.Errorf("%v: %q", do, s.Error)
		}
	}
}

func TestCancelReachesARunningJob(t *testing.T) {
	app := bare.New(t)
	began, ended := make(chan string, 1), make(chan error, 1)
	q := startQueue(t, app, Kind{Name: "a", Run: func(ctx context.Context, job *Job) (Commit, error) {
		began <- job.ID
		<-ctx.Done()
		ended <- context.Cause(ctx)
		return nil, ctx.Err()
	}})
	for _, cancel := range []func(id string) error{
		func(id string) error { return q.Cancel(app, id) },
		func(id string) error { return New(time.Now).Cancel(app, id) }, // as another process does
	} {
		if _, err := q.Add(app, Order{Kind: "a"}); err != nil {
			t.Fatal(err)
		}
		id := receive(t, began)
		want(t, cancel(id), nil)
		want(t, receive(t, ended), errLost)
		settles(t, app, id, collections.JobCancelled)
	}
}

func TestStopGivesBackWhatRuns(t *testing.T) {
	app := bare.New(t)
	began := make(chan string, 1)
	q := startQueue(t, app, Kind{Name: "a", Run: func(ctx context.Context, job *Job) (Commit, error) {
		began <- job.ID
		<-ctx.Done()
		return nil, ctx.Err()
	}})
	if _, err := q.Add(app, Order{Kind: "a"}); err != nil {
		t.Fatal(err)
	}
	id := receive(t, began)
	q.Stop()
	if s := settles(t, app, id, collections.JobQueued); s.Attempts != 0 {
		t.Errorf("the attempt counts: %d", s.Attempts)
	}
}
