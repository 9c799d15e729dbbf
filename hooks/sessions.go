package hooks

import (
	"github.com/pocketbase/pocketbase/core"

	"madang/accounts"
	"madang/collections"
)

// sessions is what ties every way in to a session that can be ended.
//
//	sign-in   PocketBase's own routes hand out tokens of our sessions
//	realtime  a connection ends with its session
//	(each request is checked by accounts.Guard, see serve.go)
func sessions(app core.App, d *Deps) {
	app.OnRecordAuthRequest(collections.Users).Bind(named("sessions.native", d.Accounts.NativeSignIn))
	app.OnRealtimeSubscribeRequest().Bind(named("sessions.realtime", accounts.Bind))
}
