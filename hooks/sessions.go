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
//	with      a new password or address, on whatever way it came, ends every session of the person
//	(each request is checked by accounts.Guard, see serve.go)
func sessions(app core.App, d *Deps) {
	app.OnRecordAuthRequest(collections.Users).Bind(named("sessions.native", d.Accounts.NativeSignIn))
	app.OnRealtimeSubscribeRequest().Bind(named("sessions.realtime", accounts.Bind))
	app.OnRecordUpdateExecute(collections.Users).Bind(with("sessions.end", func(e *core.RecordEvent) error {
		return aroundTx(e, func(tx core.App) (func(core.App) error, error) {
			was, err := stored(tx, e.Record)
			return func(tx core.App) error {
				if was.TokenKey() == e.Record.TokenKey() {
					return nil
				}
				return d.Accounts.RevokeAll(tx, e.Record.Id)
			}, err
		})
	}))
}
