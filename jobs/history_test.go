package jobs

import (
	"errors"
	"flag"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	"pgregory.net/rapid"

	"madang/collections"
)

// history plays what may happen to a queue in any order – workers die, wake up again, are too
// slow, operators retry, cancel, pause – and holds it to its promises:
//
//	no job is lost            it is in one state, and what may run is found in the end
//	never twice at once       of two workers with a job, one has lost it
//	effects are written once  a job is done when, and only when, its commit is written, once
//	no more run than may      of a kind
type history struct {
	*bench
	added   map[string]string // key by id
	workers []*Job            // that believe to hold a job, dead ones too
	paused  bool
}

// lasting is where commits leave their trace.
const lasting = "CREATE TABLE IF NOT EXISTS effects (job TEXT NOT NULL, lease TEXT NOT NULL)"

func (h *history) do(r *rapid.T, err error, allowed ...error) {
	if err != nil && !slices.ContainsFunc(allowed, func(a error) bool { return errors.Is(err, a) }) {
		r.Fatal(err)
	}
}

func (h *history) worker(r *rapid.T) *Job {
	if len(h.workers) == 0 {
		r.Skip("nobody works")
	}
	return rapid.SampledFrom(h.workers).Draw(r, "worker")
}

func (h *history) job(r *rapid.T) string {
	ids := make([]string, 0, len(h.added))
	for id := range h.added {
		ids = append(ids, id)
	}
	if len(ids) == 0 {
		r.Skip("no jobs")
	}
	slices.Sort(ids)
	return rapid.SampledFrom(ids).Draw(r, "job")
}

func (h *history) commit(job *Job) Commit {
	return func(tx core.App) error {
		_, err := tx.DB().Insert("effects", dbx.Params{"job": job.ID, "lease": job.Lease}).Execute()
		return err
	}
}

func (h *history) actions() map[string]func(*rapid.T) {
	return map[string]func(*rapid.T){
		"add": func(r *rapid.T) {
			o := Order{Kind: h.kind.Name, Key: rapid.SampledFrom([]string{"", "", "x", "y"}).Draw(r, "key")}
			o.At = h.time.at.Add(time.Duration(rapid.IntRange(-5, 60).Draw(r, "seconds")) * time.Second)
			id, err := h.Add(h.app, o)
			h.do(r, err)
			h.added[id] = o.Key
		},
		"claim": func(r *rapid.T) {
			job, err := h.claim(h.app, h.kind)
			h.do(r, err)
			if job == nil {
				return
			}
			if h.paused {
				r.Fatal("it began though it is paused")
			}
			h.workers = append(h.workers, job)
		},
		"renew":  func(r *rapid.T) { h.do(r, h.renew(h.app, h.worker(r)), errLost) },
		"finish": func(r *rapid.T) { w := h.worker(r); h.do(r, h.finish(h.app, w, h.commit(w)), errLost) },
		"refuse": func(r *rapid.T) {
			w, no := h.worker(r), errors.New("no")
			h.do(r, h.finish(h.app, w, func(tx core.App) error { return errors.Join(h.commit(w)(tx), no) }), errLost, no)
		},
		"fail": func(r *rapid.T) {
			err := errors.New("broken")
			if rapid.Bool().Draw(r, "permanent") {
				err = Permanent(err)
			}
			_, err = h.fail(h.app, h.kind, h.worker(r), err)
			h.do(r, err, errLost)
		},
		"release": func(r *rapid.T) { h.do(r, h.release(h.app, h.worker(r)), errLost) },
		"wait": func(r *rapid.T) {
			h.time.advance(time.Duration(rapid.IntRange(1, 60).Draw(r, "seconds")) * time.Second)
		},
		"retry":  func(r *rapid.T) { h.do(r, h.Retry(h.app, h.job(r)), ErrNotEnded, ErrTwin) },
		"cancel": func(r *rapid.T) { h.do(r, h.Cancel(h.app, h.job(r)), ErrEnded) },
		"pause":  func(r *rapid.T) { h.do(r, h.Pause(h.app, h.kind.Name)); h.paused = true },
		"resume": func(r *rapid.T) { h.do(r, h.Resume(h.app, h.kind.Name)); h.paused = false },
		"":       h.check,
	}
}

func (h *history) check(r *rapid.T) {
	var rows []struct {
		ID      string `db:"id"`
		State   string `db:"state"`
		Key     string `db:"unique_key"`
		Lease   string `db:"lease"`
		Until   string `db:"lease_until"`
		Effects int    `db:"effects"`
	}
	h.do(r, h.app.DB().NewQuery("SELECT id, state, unique_key, lease, lease_until, (SELECT COUNT(*) FROM effects WHERE job = jobs.id) AS effects FROM jobs").All(&rows))
	if len(rows) != len(h.added) {
		r.Fatalf("%d jobs, %d were added", len(rows), len(h.added))
	}
	running, keys := 0, map[string]bool{}
	for _, row := range rows {
		if done := row.State == string(collections.JobDone); row.Effects > 1 || done != (row.Effects == 1) {
			r.Fatalf("%s is %s and has %d effects", row.ID, row.State, row.Effects)
		}
		if row.State == string(collections.JobRunning) && row.Until > collections.Stamp(h.time.at) {
			running++
		}
		if active := row.State == string(collections.JobQueued) || row.State == string(collections.JobRunning); active && row.Key != "" {
			if keys[row.Key] {
				r.Fatalf("two with the key %s", row.Key)
			}
			keys[row.Key] = true
		}
		holders := 0
		for _, w := range h.workers {
			if w.ID == row.ID && w.Lease == row.Lease {
				holders++
			}
		}
		if holders > 1 || (row.State == string(collections.JobRunning)) != (holders == 1) {
			r.Fatalf("%s is %s and held by %d", row.ID, row.State, holders)
		}
	}
	if running > h.kind.Workers {
		r.Fatalf("%d run, %d may", running, h.kind.Workers)
	}
}

// settle has everything that may run run to its end.
func (h *history) settle(r *rapid.T) {
	h.do(r, h.Resume(h.app, h.kind.Name))
	h.paused = false
	for range 50 {
		h.time.advance(time.Hour)
		for {
			job, err := h.claim(h.app, h.kind)
			h.do(r, err)
			if job == nil {
				break
			}
			h.workers = append(h.workers, job)
			h.do(r, h.finish(h.app, job, h.commit(job)))
		}
	}
	h.check(r)
	n, err := h.app.CountRecords(collections.Jobs, dbx.In("state", "queued", "running"))
	if h.do(r, err); n > 0 {
		r.Fatalf("%d jobs are never done", n)
	}
}

func TestHistories(t *testing.T) {
	if testing.Short() { // the race detector takes its time with SQLite
		if err := flag.Set("rapid.checks", "10"); err != nil {
			t.Fatal(err)
		}
	}
	b := newBench(t, Kind{Name: "a", Workers: 2, Attempts: 3, Pause: 10 * time.Second})
	b.Jitter = nil
	if _, err := b.app.DB().NewQuery(lasting).Execute(); err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(r *rapid.T) {
		for _, table := range []string{collections.Jobs, collections.JobPauses, "effects"} {
			if _, err := b.app.DB().NewQuery(fmt.Sprintf("DELETE FROM %s", table)).Execute(); err != nil {
				r.Fatal(err)
			}
		}
		b.Jitter = func() float64 { return rapid.Float64Range(0, 0.999).Draw(r, "jitter") }
		h := &history{bench: b, added: map[string]string{}}
		r.Repeat(h.actions())
		h.settle(r)
	})
}
