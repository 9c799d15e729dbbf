package hooks

import (
	"context"
	"crypto/subtle"
	"strings"
	"time"

	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/hook"

	"madang/collections"
	"madang/doctor"
	"madang/media"
	"madang/metrics"
	"madang/present"
)

// measures is what a Prometheus server reads (package metrics): of every request, and each time it asks, of
// what else is in motion.
func measures(app core.App, d *Deps) {
	d.Metrics.Complain = app.Logger
	d.Metrics.Register(metrics.Pools(app))
	d.Metrics.Add(metrics.Sizes(app), freeDisk(app), metrics.Single("madang_realtime_clients", "Connections that wait for events.", func(context.Context) (float64, error) {
		return float64(app.SubscriptionsBroker().TotalClients()), nil
	}))
	d.Metrics.Add(d.measureWriter()...)
	d.Metrics.Add(d.measureIndex(app)...)
	d.Metrics.Add(d.measureJobs(app)...)
	d.Metrics.Add(measureUploads(app)...)
	d.Metrics.Add(d.measureMails(app)...)
	app.OnServe().Bind(named("metrics", func(e *core.ServeEvent) error {
		e.Router.Bind(&hook.Handler[*core.RequestEvent]{Id: "metrics", Func: d.Metrics.Measure, Priority: apis.DefaultActivityLoggerMiddlewarePriority - 5})
		return e.Next()
	}))
}

// age is how long ago something was, in seconds; 0 of what never was.
func (d *Deps) age(since time.Time) float64 {
	if since.IsZero() {
		return 0
	}
	return max(0, d.Now().Sub(since).Seconds())
}

// showMetrics answers GET /metrics on the public port, for those alone who know the operator's token:
// to everybody else there is no such page.
func (d *Deps) showMetrics(e *core.RequestEvent) error {
	said, isBearer := strings.CutPrefix(e.Request.Header.Get("Authorization"), "Bearer ")
	token := d.Config.MetricsToken
	if token == "" || !isBearer || subtle.ConstantTimeCompare([]byte(said), []byte(token)) != 1 {
		return present.NotFound()
	}
	e.Response.Header().Set("Cache-Control", "no-store")
	return apis.WrapStdHandler(d.Metrics.Handler())(e)
}

func freeDisk(app core.App) metrics.Source {
	return metrics.Single("madang_disk_free_bytes", "Room left on the disk of the data folder.", func(context.Context) (float64, error) {
		free, total, err := doctor.DiskOf(app.DataDir())
		if err == nil && total == 0 {
			err = metrics.ErrNone
		}
		return float64(free), err
	})
}

func (d *Deps) measureWriter() []metrics.Source {
	return []metrics.Source{
		metrics.Single("madang_sqlite_writer_stuck_seconds", "For how long the database has taken no write, 0 when the last try went through.", func(context.Context) (float64, error) {
			stuck, _ := d.Writer.State()
			return stuck.Seconds(), nil
		}),
		metrics.Single("madang_sqlite_write_seconds", "How long the last write took that looks whether writes go through.", func(context.Context) (float64, error) {
			_, took := d.Writer.State()
			return took.Seconds(), nil
		}),
	}
}

func (d *Deps) measureIndex(app core.App) []metrics.Source {
	return []metrics.Source{
		metrics.Single("madang_search_documents", "Documents in the search index.", func(context.Context) (float64, error) {
			n, err := d.Search.Indexed()
			return float64(n), err
		}),
		metrics.Single("madang_search_lag_changes", "Changes in the log that the search index doesn't have yet.", func(ctx context.Context) (float64, error) {
			n, _, err := d.Search.Behind(ctx, app)
			return float64(n), err
		}),
		metrics.Single("madang_search_lag_seconds", "Age of the oldest change that the search index doesn't have yet, 0 when it has all.", func(ctx context.Context) (float64, error) {
			_, since, err := d.Search.Behind(ctx, app)
			return d.age(since), err
		}),
	}
}

func (d *Deps) measureJobs(app core.App) []metrics.Source {
	return []metrics.Source{
		{
			Name: "madang_jobs", Help: "Jobs of each kind in each state. Those that ended are forgotten after a while.", Labels: []string{"kind", "state"},
			Read: func(_ context.Context, tell func(float64, ...string)) error {
				kinds, err := d.Jobs.Kinds(app)
				for _, k := range kinds {
					for state, n := range map[collections.JobState]int{
						collections.JobQueued: k.Queued, collections.JobRunning: k.Running, collections.JobDone: k.Done,
						collections.JobFailed: k.Failed, collections.JobCancelled: k.Cancelled,
					} {
						tell(float64(n), k.Kind, string(state))
					}
				}
				return err
			},
		},
		{
			Name: "madang_jobs_paused", Help: "1 for a kind of jobs of which none begins.", Labels: []string{"kind"},
			Read: func(_ context.Context, tell func(float64, ...string)) error {
				kinds, err := d.Jobs.Kinds(app)
				for _, k := range kinds {
					tell(map[bool]float64{true: 1}[k.Paused], k.Kind)
				}
				return err
			},
		},
		metrics.Single("madang_jobs_overdue_seconds", "How long the job that is due first has waited for a worker, 0 when none waits.", func(context.Context) (float64, error) {
			since, err := d.Jobs.DueSince(app)
			return d.age(since), err
		}),
	}
}

func measureUploads(app core.App) []metrics.Source {
	return []metrics.Source{
		metrics.Single("madang_uploads_pending", "Uploads by pieces that have begun and not finished.", func(context.Context) (float64, error) {
			pending, err := collections.AllPending(app)
			return float64(pending.Count), err
		}),
		metrics.Single("madang_uploads_pending_bytes", "How large they will be, together.", func(context.Context) (float64, error) {
			pending, err := collections.AllPending(app)
			return float64(pending.Bytes), err
		}),
		metrics.Single("madang_uploads_arrived_bytes", "What has arrived of them, together.", func(context.Context) (float64, error) {
			n, err := media.ArrivedBytes(app)
			return float64(n), err
		}),
	}
}

func (d *Deps) measureMails(app core.App) []metrics.Source {
	return []metrics.Source{
		{
			Name: "madang_mails", Help: "Mails of the last week that wait, went out, or were given up.", Labels: []string{"state"},
			Read: func(_ context.Context, tell func(float64, ...string)) error {
				outbox, err := d.Mail.Outbox(app)
				if err != nil {
					return err
				}
				tell(float64(outbox.Waiting), "waiting")
				tell(float64(outbox.Sent), "sent")
				tell(float64(outbox.GivenUp), "given_up")
				return nil
			},
		},
		metrics.Single("madang_mails_waiting_seconds", "Age of the oldest mail that waits, 0 when none does.", func(context.Context) (float64, error) {
			outbox, err := d.Mail.Outbox(app)
			return d.age(outbox.Oldest), err
		}),
	}
}
