package hooks

import (
	"log/slog"
	"time"

	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/hook"

	"madang/collections"
	"madang/faults"
	"madang/metrics"
)

const requestIDKey = "request_id"

// identify is the middleware that gives a request its id: in the header X-Request-Id of the answer, in the log and in
// what is told of faults, so that somebody's “it said 500” leads to the cause.
func identify(e *core.RequestEvent) error {
	id := collections.NewID()
	e.Set(requestIDKey, id)
	e.Set(apis.RequestEventKeyLogMeta, map[string]any{requestIDKey: id})
	e.Response.Header().Set("X-Request-Id", id)
	return e.Next()
}

// told is what may be told of a request to others.
func told(e *core.RequestEvent) faults.Request {
	id, _ := e.Get(requestIDKey).(string)
	return faults.Request{ID: id, Method: e.Request.Method, Route: metrics.Route(e.Request)}
}

// faultsOf is what a Sentry server hears of (package faults), if the operator named one: requests that ended in a 500, and
// errors in the log of work apart from them.
func faultsOf(app core.App, d *Deps) {
	app.OnServe().Bind(named("faults", func(e *core.ServeEvent) error {
		reporter, err := faults.New(d.Config.SentryDSN)
		if err != nil {
			return err
		}
		e.Router.Bind(
			&hook.Handler[*core.RequestEvent]{Id: "identify", Func: identify, Priority: apis.DefaultActivityLoggerMiddlewarePriority - 4},
			&hook.Handler[*core.RequestEvent]{Id: "faults", Func: reporter.Watch(told), Priority: apis.DefaultPanicRecoverMiddlewarePriority + 1},
		)
		// note: of a batch of lines PocketBase saves one model again and again, so it is read as it is saved
		app.OnModelCreateExecute(core.LogsTableName).Bind(&hook.Handler[*core.ModelEvent]{Id: "faults.logged", Func: func(e *core.ModelEvent) error {
			if line, ok := e.Model.(*core.Log); ok {
				reporter.Logged(slog.Level(line.Level), line.Message, line.Data)
			}
			return e.Next()
		}})
		app.OnTerminate().Bind(named("faults.flush", func(e *core.TerminateEvent) error {
			reporter.Flush(2 * time.Second)
			return e.Next()
		}))
		return e.Next()
	}))
}
