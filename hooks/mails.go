package hooks

import (
	"github.com/pocketbase/pocketbase/core"

	"madang/accounts"
	"madang/collections"
	"madang/mail"
)

// mails is what goes out to people, and when.
//
//	with    a sign-up queues the mail that confirms its address; a new password or address makes
//	        the links of mails before worthless, and of a new password its owner is told; who leaves
//	        takes their mails along
//	        (of the second factor, passkeys and devices they are told by package accounts)
//	after   a mail in the outbox wakes its worker, and so do the start and each minute (crons.go)
//	shown   the code of PocketBase's sign-in by mail in our words; in development every mail, in a folder
func mails(app core.App, d *Deps) {
	d.Mail.Enclose = d.Accounts.Enclose
	if d.Mail.Dev == nil {
		d.Mail.Dev = app.IsDev
	}

	app.OnRecordCreateRequest(collections.Users).Bind(named("mails.signup", func(e *core.RecordRequestEvent) error {
		if !e.HasSuperuserAuth() {
			accounts.MarkWelcome(e.RequestEvent, e.Record)
		}
		return e.Next()
	}))
	app.OnRecordUpdateRequest(collections.Users).Bind(named("mails.language", func(e *core.RecordRequestEvent) error {
		if !e.HasSuperuserAuth() {
			accounts.MarkLanguage(e.RequestEvent, e.Record)
		}
		return e.Next()
	}))
	app.OnRecordCreateExecute(collections.Users).Bind(with("mails.welcome", func(e *core.RecordEvent) error {
		return inTx(e, func(tx core.App) error { return d.Accounts.Welcome(tx, e.Record) })
	}))
	app.OnRecordUpdateExecute(collections.Users).Bind(with("mails.links", d.endLinks))
	app.OnRecordDeleteExecute(collections.Users).Bind(with("mails.forget", func(e *core.RecordEvent) error {
		return inTx(e, func(tx core.App) error { return accounts.ForgetMails(tx, e.Record) })
	}))

	app.OnRecordAfterCreateSuccess(collections.Mails).Bind(after("mails.wake", func(*core.RecordEvent) error {
		d.Mail.Wake(app)
		return nil
	}))
	app.OnServe().Bind(named("mails.start", func(e *core.ServeEvent) error {
		d.Mail.Wake(app)
		return e.Next()
	}))
	app.OnTerminate().Bind(named("mails.stop", func(e *core.TerminateEvent) error {
		d.Mail.Stop()
		return e.Next()
	}))
	app.OnBackupCreate().Bind(named("mails.exclude", func(e *core.BackupEvent) error {
		e.Exclude = append(e.Exclude, mail.Dir)
		return e.Next()
	}))
	app.OnMailerRecordOTPSend(collections.Users).Bind(named("mails.code", func(e *core.MailerRecordEvent) error {
		code, _ := e.Meta["password"].(string)
		if err := d.Mail.Reword(e.App, e.Message, collections.UserOf(e.Record), code); err != nil {
			return err
		}
		return e.Next()
	}))
}

func (d *Deps) endLinks(e *core.RecordEvent) error {
	return aroundTx(e, func(tx core.App) (func(core.App) error, error) {
		was, err := stored(tx, e.Record)
		return func(tx core.App) error {
			if was.TokenKey() == e.Record.TokenKey() {
				return nil
			}
			if err := accounts.EndLinks(tx, was); err != nil {
				return err
			}
			if was.GetString("password:hash") == e.Record.GetString("password:hash") {
				return nil
			}
			return d.Accounts.Notify(tx, e.Record, collections.MailPassword)
		}, err
	})
}
