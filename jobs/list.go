package jobs

import (
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/present"
)

// Shown is a job as operators see it.
type Shown struct {
	ID         string               `json:"id" db:"id"`
	Kind       string               `json:"kind" db:"kind"`
	Subject    string               `json:"subject" db:"subject"` // the id of what it is about
	State      collections.JobState `json:"state" db:"state" enum:"queued,running,done,failed,cancelled"`
	Attempts   int                  `json:"attempts" db:"attempts"`
	Progress   int                  `json:"progress" db:"progress"` // per cent
	Step       string               `json:"step" db:"step"`         // what it is at
	Error      string               `json:"error" db:"error"`       // of the last attempt that failed
	RunAt      string               `json:"run_at" db:"run_at"`
	StartedAt  *string              `json:"started_at" db:"started_at"`
	FinishedAt *string              `json:"finished_at" db:"finished_at"`
	CreatedAt  string               `json:"created_at" db:"created_at"`
}

// KindState is how many jobs of a kind there are in each state.
type KindState struct {
	Kind      string `json:"kind"`
	Paused    bool   `json:"paused"`
	HasWorker bool   `json:"has_worker"` // false: they wait for what this instance doesn't have, such as ffmpeg
	Queued    int    `json:"queued"`
	Running   int    `json:"running"`
	Done      int    `json:"done"`
	Failed    int    `json:"failed"`
	Cancelled int    `json:"cancelled"`
}

// Filter chooses jobs; what is empty chooses all.
type Filter struct {
	Kind  string
	State collections.JobState
}

// List is a page of the jobs, the newest first.
func List(app core.App, f Filter, p present.Page) (present.List[Shown], error) {
	keys := []present.Key{{Column: "created_at", Desc: true}, {Column: "id", Desc: true}}
	return present.Paginate(p, f.query(app), keys, shown, func(j Shown) []any { return []any{present.Stored(j.CreatedAt), j.ID} })
}

// Newest are the n newest jobs.
func Newest(app core.App, f Filter, n int64) ([]Shown, error) {
	return shown(f.query(app).OrderBy("created_at DESC", "id DESC").Limit(n))
}

func (f Filter) query(app core.App) *dbx.SelectQuery {
	q := app.DB().Select("id", "kind", "subject", "state", "attempts", "progress", "step", "error", "run_at", "started_at", "finished_at", "created_at").From(collections.Jobs)
	if f.Kind != "" {
		q.AndWhere(dbx.HashExp{"kind": f.Kind})
	}
	if f.State != "" {
		q.AndWhere(dbx.HashExp{"state": string(f.State)})
	}
	return q
}

func shown(q *dbx.SelectQuery) (rows []Shown, err error) {
	err = q.All(&rows)
	for i := range rows {
		rows[i].finish()
	}
	return rows, err
}

func (j *Shown) finish() {
	j.CreatedAt, j.RunAt = present.Time(j.CreatedAt), present.Time(j.RunAt)
	for _, at := range []**string{&j.StartedAt, &j.FinishedAt} {
		if *at != nil && **at == "" {
			*at = nil
		}
		if *at != nil {
			t := present.Time(**at)
			*at = &t
		}
	}
}

// Kinds counts the jobs of every kind: those that are registered, that have jobs, or are paused.
func (q *Queue) Kinds(app core.App) ([]KindState, error) {
	var counts []struct {
		Kind  string               `db:"kind"`
		State collections.JobState `db:"state"`
		N     int                  `db:"n"`
	}
	if err := app.DB().NewQuery("SELECT kind, state, COUNT(*) AS n FROM jobs GROUP BY kind, state ORDER BY kind").All(&counts); err != nil {
		return nil, err
	}
	var paused []string
	if err := app.DB().Select("kind").From(collections.JobPauses).OrderBy("kind").Column(&paused); err != nil {
		return nil, err
	}
	all := &kindStates{}
	for _, k := range q.kinds {
		all.of(k.Name).HasWorker = true
	}
	for _, c := range counts {
		*all.of(c.Kind).in(c.State) = c.N
	}
	for _, kind := range paused {
		all.of(kind).Paused = true
	}
	return all.list, nil
}

// names are the registered kinds.
func (q *Queue) names() []any {
	all := make([]any, len(q.kinds))
	for i, k := range q.kinds {
		all[i] = k.Name
	}
	return all
}

// Idle counts the jobs that wait for a worker which this instance doesn't have, by kind.
func (q *Queue) Idle(app core.App) (map[string]int, error) {
	var rows []struct {
		Kind string `db:"kind"`
		N    int    `db:"n"`
	}
	err := app.DB().Select("kind", "COUNT(*) AS n").From(collections.Jobs).
		Where(dbx.In("state", string(collections.JobQueued), string(collections.JobRunning))).AndWhere(dbx.NotIn("kind", q.names()...)).
		GroupBy("kind").All(&rows)
	idle := make(map[string]int, len(rows))
	for _, r := range rows {
		idle[r.Kind] = r.N
	}
	return idle, err
}

// DueSince is when the job was due that waits longest for a worker, the zero time when none does. Those
// of kinds that are paused, or that nobody here works on, don't count.
func (q *Queue) DueSince(app core.App) (since time.Time, err error) {
	var at string
	err = app.DB().Select("COALESCE(MIN(run_at), '')").From(collections.Jobs).
		Where(dbx.NewExp("state = 'queued' AND run_at <= {:now} AND kind NOT IN (SELECT kind FROM job_pauses)", dbx.Params{"now": collections.Stamp(q.Now())})).
		AndWhere(dbx.In("kind", q.names()...)).Row(&at)
	if err == nil && at != "" {
		since, err = time.Parse(collections.TimeLayout, at)
	}
	return since, err
}

type kindStates struct{ list []KindState }

func (s *kindStates) of(kind string) *KindState {
	for i := range s.list {
		if s.list[i].Kind == kind {
			return &s.list[i]
		}
	}
	s.list = append(s.list, KindState{Kind: kind})
	return &s.list[len(s.list)-1]
}

func (k *KindState) in(state collections.JobState) *int {
	switch state {
	case collections.JobQueued:
		return &k.Queued
	case collections.JobRunning:
		return &k.Running
	case collections.JobDone:
		return &k.Done
	case collections.JobFailed:
		return &k.Failed
	default:
		return &k.Cancelled
	}
}
