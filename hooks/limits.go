package hooks

import (
	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/hook"

	"madang/limits"
)

// private are the fields of people that nobody filters or sorts by, on whatever path.
var private = []string{"email", "emailVisibility", "verified", "phone", "locale", "messages_from", "tags_apart", "recommendations_off", "suspended_until", "password", "tokenKey"}

// bounds is what keeps one caller from taking what is everybody's (package limits), from the
// outside in.
//
//	address   of the caller: the peer's, or what a trusted proxy says
//	headers   of security, on every answer
//	log       has no tokens in it
//	query     of PocketBase's lists: short, shallow, and nothing private in it
//	rates     by account and by address, in the classes of limits/table.go
//	batch     each of its requests counts; none says whose or from where it is
//	realtime  few connections and subscriptions; nobody who is out or doesn't read is kept on
//	server    has no patience with large or slow headers
func bounds(app core.App, d *Deps) {
	l := d.Limits
	app.OnServe().Bind(named("limits", func(e *core.ServeEvent) error {
		const log = apis.DefaultActivityLoggerMiddlewarePriority
		e.Router.Bind(
			&hook.Handler[*core.RequestEvent]{Id: "address", Func: l.Address, Priority: log - 3},
			&hook.Handler[*core.RequestEvent]{Id: "headers", Func: limits.Headers, Priority: log - 2},
			// note: bound after those of the same priority, so inside of them
			&hook.Handler[*core.RequestEvent]{Id: "restore", Func: limits.Restore, Priority: log - 1},
			&hook.Handler[*core.RequestEvent]{Id: "redact", Func: limits.Redact, Priority: log + 1},
			&hook.Handler[*core.RequestEvent]{Id: "query", Func: l.Query, Priority: apis.DefaultLoadAuthTokenMiddlewarePriority + 3},
			// note: behind the limit of the body, which it reads
			&hook.Handler[*core.RequestEvent]{Id: "rates", Func: l.Rate, Priority: apis.DefaultBodyLimitMiddlewarePriority + 1},
		)
		if e.Server != nil {
			e.Server.MaxHeaderBytes = limits.HeaderBytes
			e.Server.ReadHeaderTimeout = limits.ReadHeaderTimeout
		}
		return e.Next()
	}))
	app.OnBatchRequest().Bind(named("limits.batch", l.Batch))
	app.OnRealtimeConnectRequest().Bind(named("limits.connect", l.Connect))
	app.OnRealtimeSubscribeRequest().Bind(named("limits.subscribe", l.Subscribe))
	app.OnRealtimeMessageSend().Bind(named("limits.deliver", l.Deliver))
}
