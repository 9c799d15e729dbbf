package hooks

import (
	"errors"
	"net/http"
	"strings"

	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/hook"
	"github.com/pocketbase/pocketbase/tools/router"

	"madang/i18n"
	"madang/present"
)

// serve is what happens to every request, from the outside in, before its route.
//
//	errors   speak the caller's language, and say when it is the disk that is full
//	host     is one of ours
//	recall   whom the access token signs in may be known
//	session  the access token's session is alive, or the browser's cookie signs in
//	suspended people don't write
//	superuser what they change is in the audit log, and SQL of theirs only reads
//	body     is one whole JSON value
//	providers answer PocketBase's own sign-in within bounds, as they do ours
//	thumbs   are ours: PocketBase's file route makes none
//	lists    of posts and what hangs on them are narrowed by indexes; what strangers ask of large ones is bounded
//	links    of mails: PocketBase's routes for them are answered as ours
//	(around and between these: limits.go)
func serve(app core.App, d *Deps) {
	app.OnRecordsListRequest().Bind(named("lists.total", tellTotal))
	app.OnServe().Bind(named("serve", func(e *core.ServeEvent) error {
		e.Router.Bind(
			&hook.Handler[*core.RequestEvent]{Id: "errors", Func: translateErrors, Priority: apis.DefaultActivityLoggerMiddlewarePriority - 1},
			&hook.Handler[*core.RequestEvent]{Id: "host", Func: d.allowedHost, Priority: apis.DefaultLoadAuthTokenMiddlewarePriority - 1},
			&hook.Handler[*core.RequestEvent]{Id: "recall", Func: d.Accounts.Recall, Priority: apis.DefaultLoadAuthTokenMiddlewarePriority - 1},
			// note: right after PocketBase loaded the token, before anything trusts it
			&hook.Handler[*core.RequestEvent]{Id: "session", Func: d.Accounts.Guard, Priority: apis.DefaultLoadAuthTokenMiddlewarePriority + 1},
			&hook.Handler[*core.RequestEvent]{Id: "suspended", Func: d.notSuspended, Priority: apis.DefaultLoadAuthTokenMiddlewarePriority + 2},
			&hook.Handler[*core.RequestEvent]{Id: "audit", Func: attribute, Priority: apis.DefaultLoadAuthTokenMiddlewarePriority + 3},
			&hook.Handler[*core.RequestEvent]{Id: "sql", Func: onlyRead, Priority: apis.DefaultLoadAuthTokenMiddlewarePriority + 6},
			&hook.Handler[*core.RequestEvent]{Id: "body", Func: wholeBody, Priority: apis.DefaultLoadAuthTokenMiddlewarePriority + 4},
			&hook.Handler[*core.RequestEvent]{Id: "lists", Func: d.nativeLists, Priority: apis.DefaultLoadAuthTokenMiddlewarePriority + 6},
			&hook.Handler[*core.RequestEvent]{Id: "providers", Func: d.Accounts.BoundProviders, Priority: 9998},
			&hook.Handler[*core.RequestEvent]{Id: "thumbs", Func: noThumbs, Priority: apis.DefaultLoadAuthTokenMiddlewarePriority + 5},
			&hook.Handler[*core.RequestEvent]{Id: "links", Func: d.Accounts.NativeLinks, Priority: 9999},
		)
		for _, r := range d.routes() {
			r.register(e.Router, d.Kept)
		}
		return e.Next()
	}))
	app.OnTerminate().Bind(named("serve.version", func(e *core.TerminateEvent) error { return errors.Join(d.Version.Close(), e.Next()) }))
}

func translateErrors(e *core.RequestEvent) error {
	err := present.DiskFull(e.Next())
	if err == nil {
		return nil
	}
	lang := i18n.Match(e.Request.Header.Get("Accept-Language"))
	e.Response.Header().Add("Vary", "Accept-Language")
	return i18n.Error(err, lang)
}

// ofPocketBases are the handlers that have to do with PocketBase's own routes alone.
var ofPocketBases = []string{"sql", "lists", "providers", "thumbs", "links", "query"}

// register binds a route with and without its trailing slash. Reads that go well aren't in the request log, where each would be a
// row to write: /metrics counts them.
func (r route) register(to *router.Router[*core.RequestEvent], answers *present.Kept) {
	path := r.doc.Path
	for _, p := range []string{path, strings.TrimSuffix(path, "/") + "/{$}"} {
		bound := to.Route(r.doc.Method, p, r.handler)
		bound.Unbind(ofPocketBases...)
		bound.BindFunc(r.guard.check)
		if r.doc.Method == http.MethodGet {
			bound.Bind(apis.SkipSuccessActivityLog())
		}
		if r.kept > 0 {
			bound.BindFunc(answers.For(r.kept))
		}
		if r.keptForEach > 0 {
			bound.BindFunc(answers.ForEach(r.keptForEach))
		}
		if r.bodyLimit != 0 {
			bound.Unbind(apis.DefaultBodyLimitMiddlewareId)
		}
		if r.bodyLimit > 0 {
			bound.Bind(apis.BodyLimit(r.bodyLimit))
		}
	}
}
