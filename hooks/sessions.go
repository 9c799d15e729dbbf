package hooks

import (
	"errors"

	"github.com/pocketbase/pocketbase/core"

	"madang/accounts"
	"madang/collections"
)

// sessions is what ties every way in to a session that can be ended.
//
//	sign-in   PocketBase's own routes hand out tokens of our sessions, after the second factor
//	before    a code by mail or another site's word changes nothing of who has a second factor
//	realtime  a connection ends with its session
//	files     and so does PocketBase's file token
//	with      a new password or address, and the end of being a moderator, on whatever way it came,
//	          ends every session of the person; who is suspended stays signed in, to read and to leave
//	          (a change of the second factor ends all but one, see accounts/factors.go)
//	(each request is checked by accounts.Guard, see serve.go)
func sessions(app core.App, d *Deps) {
	app.OnRecordAuthRequest(collections.Users).Bind(named("sessions.native", d.Accounts.NativeSignIn))
	app.OnRecordAuthWithOTPRequest(collections.Users).Bind(named("sessions.otp", d.secondFactorFirst))
	app.OnRecordAuthWithOAuth2Request(collections.Users).Bind(named("sessions.oauth2", d.Accounts.NativeSocial))
	app.OnRecordDeleteRequest(core.CollectionNameExternalAuths).Bind(named("sessions.unlink", d.Accounts.NativeUnlink))
	app.OnFileTokenRequest().Bind(named("sessions.file", d.Accounts.MintFileToken))
	app.OnFileDownloadRequest().Bind(named("sessions.download", d.Accounts.LiveFileToken))
	app.OnRealtimeSubscribeRequest().Bind(named("sessions.realtime", accounts.Bind))
	app.OnRecordUpdateExecute(collections.Users).Bind(with("sessions.end", func(e *core.RecordEvent) error {
		return aroundTx(e, func(tx core.App) (func(core.App) error, error) {
			was, err := stored(tx, e.Record)
			return func(tx core.App) error {
				if was.TokenKey() == e.Record.TokenKey() && !demoted(was, e.Record) {
					return nil
				}
				return d.Accounts.RevokeAll(tx, e.Record.Id)
			}, err
		})
	}))
}

// secondFactorFirst asks for the second factor before PocketBase takes a code by mail as proof
// of the address: it then replaces the password of an unproved address. The code is used up.
func (d *Deps) secondFactorFirst(e *core.RecordAuthWithOTPRequestEvent) error {
	if err := d.Accounts.NativeSecondFactor(e.RequestEvent, e.Record); err != nil {
		return errors.Join(err, e.App.Delete(e.OTP))
	}
	return e.Next()
}

// demoted reports whether somebody moderates no more. Connections that are open know them as they
// were; every request reads the role, and a suspension, anew.
func demoted(was, is *core.Record) bool {
	return collections.UserOf(was).IsStaff() && !collections.UserOf(is).IsStaff()
}
