package hooks

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/doctor"
)

// Ready says whether the program can serve: each part is "ok" or "failing".
type Ready struct {
	Status   string `json:"status" enum:"ok,failing"`
	Database string `json:"database" enum:"ok,failing"` // a write was committed within the patience, and the watch over the writer has seen some
	Storage  string `json:"storage" enum:"ok,failing"`  // of files, answers
	Index    string `json:"index" enum:"ok,failing"`    // of search, has caught up; the API answers without it
	Jobs     string `json:"jobs" enum:"ok,failing"`     // whose worker is gone are taken up again
}

const (
	// readyPatience is how long a part may take.
	readyPatience = 2 * time.Second
	// readyFor is how long an answer stands, so that asking often costs nothing.
	readyFor = time.Second
	// orphaned is how long after its lease a job is taken up again at the latest.
	orphaned = time.Minute
)

// readiness keeps the last answer.
type readiness struct {
	mu   sync.Mutex
	at   time.Time
	last Ready
}

// ready answers GET /api/ready: 200, or 503 when a part fails without which nothing goes.
func (d *Deps) ready(e *core.RequestEvent) error {
	d.readiness.mu.Lock()
	defer d.readiness.mu.Unlock()
	if now := time.Now(); now.Sub(d.readiness.at) > readyFor {
		d.readiness.last, d.readiness.at = d.look(e.App), now
	}
	status := http.StatusOK
	if d.readiness.last.Status != "ok" {
		status = http.StatusServiceUnavailable
	}
	e.Response.Header().Set("Cache-Control", "no-store")
	return e.JSON(status, d.readiness.last)
}

func (d *Deps) look(app core.App) Ready {
	ctx, cancel := context.WithTimeout(context.Background(), readyPatience)
	defer cancel()
	say := func(part string, err error) string {
		if err == nil {
			return "ok"
		}
		app.Logger().Error("not ready", "part", part, "error", err)
		return "failing"
	}
	r := Ready{
		Database: say("database", errors.Join(d.Writer.Err(), doctor.Write(ctx, app))), Storage: say("storage", answers(ctx, app)),
		Index: say("index", d.Search.Sync(ctx)), Jobs: say("jobs", d.takenUp(ctx, app)), Status: "ok",
	}
	if r.Database != "ok" || r.Storage != "ok" {
		r.Status = "failing"
	}
	return r
}

// answers asks the storage for a file; that there is none is an answer, too.
func answers(ctx context.Context, app core.App) error {
	storage, err := app.NewFilesystem()
	if err != nil {
		return err
	}
	defer storage.Close() //nolint:errcheck // only read
	storage.SetContext(ctx)
	_, err = storage.Exists("ready")
	return err
}

var errOrphaned = errors.New("jobs whose lease is over are not taken up")

func (d *Deps) takenUp(ctx context.Context, app core.App) error {
	var n int
	err := app.DB().Select("COUNT(*)").From("jobs").Where(dbx.HashExp{"state": "running"}).
		AndWhere(dbx.NewExp("lease_until < {:before}", dbx.Params{"before": collections.Stamp(d.Now().Add(-orphaned))})).WithContext(ctx).Row(&n)
	if err == nil && n > 0 {
		err = errOrphaned
	}
	return err
}
