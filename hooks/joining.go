package hooks

import (
	"crypto/sha256"
	"errors"
	"net/http"

	"github.com/pocketbase/pocketbase/core"

	"madang/accounts"
	"madang/collections"
	"madang/i18n"
	"madang/joining"
	"madang/present"
)

// joiningRules are who may join, and what they join by: on our routes, on PocketBase's, and by another site.
//
//	before  the mode of registration, an invitation, proof of work; who has to wait becomes an application, and no
//	        person yet; throwaway addresses are refused, of who is here already too
//	with    the invitation and the proof are used up; who leaves hands those whom they invited on (leaving.go)
//	cron    what is over is forgotten
func joiningRules(app core.App, d *Deps) {
	d.Joining.Key = func() []byte { return secretFor(app, "sign-up") }
	d.Joining.Make = d.Accounts.Admitted
	d.Accounts.Applied = d.Joining.Enclose
	d.Accounts.Admit = func(app core.App, user *core.Record, asked accounts.Asked) error {
		return d.Joining.Admit(app, user, joining.Asked(asked))
	}
	app.OnRecordCreateRequest(collections.Users).Bind(named("joining.admit", d.admitNative))
	app.OnRecordCreateExecute(collections.Users).Bind(with("joining.settle", func(e *core.RecordEvent) error {
		return inTx(e, func(tx core.App) error { return d.Joining.Settle(tx, e.Record) })
	}))
	app.OnRecordValidate(collections.Users).Bind(named("joining.address", func(e *core.RecordEvent) error {
		if address := e.Record.Email(); address != "" && (e.Record.IsNew() || address != e.Record.Original().Email()) {
			if err := d.Joining.CheckAddress(e.App, address); err != nil {
				return err
			}
		}
		return e.Next()
	}))
}

// admitNative asks of somebody who joins by PocketBase's own route what our own asks: "invite", "proof" and "message" are
// read from the body beside the fields.
func (d *Deps) admitNative(e *core.RecordRequestEvent) error {
	if e.HasSuperuserAuth() {
		return e.Next()
	}
	info, err := e.RequestInfo()
	if err != nil {
		return err
	}
	said := func(name string) string { s, _ := info.Body[name].(string); return s }
	if err := accounts.Check(e.App, e.Record); err != nil {
		return err
	}
	err = d.Joining.Admit(e.App, e.Record, joining.Asked{Invite: said("invite"), Proof: said("proof"), Message: said("message")})
	var waiting *joining.Waiting
	if errors.As(err, &waiting) {
		lang := i18n.Match(e.Request.Header.Get("Accept-Language"))
		return e.JSON(http.StatusAccepted, accounts.Waits{WaitsFor: waiting.For, Message: i18n.Sentence(lang, "", waiting.Sentence(), nil)})
	}
	if err != nil {
		return present.Failure(err)
	}
	return e.Next()
}

// secretFor is a key for a purpose. It comes from a secret that PocketBase made at the first
// start and keeps; changing that secret in the dashboard makes worthless what the key signed.
func secretFor(app core.App, purpose string) []byte {
	people, err := app.FindCachedCollectionByNameOrId(collections.Users)
	if err != nil {
		return nil // signs nothing
	}
	key := sha256.Sum256([]byte(purpose + " " + people.FileToken.Secret))
	return key[:]
}
