package hooks

import (
	"crypto/sha256"
	"database/sql"

	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/notify"
	"madang/present"
)

// notificationSettings is what people want to hear of, and the mail that gathers what they didn't read.
//
//	rule    your own (schema.txt)
//	before  quiet hours have two ends, zones have names; when the next digest goes out follows from how often
//	        (what a notification is told by is asked when it is made: notify.Tell, push.go; digests go out by crons.go)
func notificationSettings(app core.App, d *Deps) {
	d.Digests.Key = func() []byte { return digestKey(app) }
	d.Digests.Queue = func(tx core.App, person *core.Record) error {
		return d.Accounts.Notify(tx, person, collections.MailDigest)
	}
	d.Mail.Gather = d.gather

	plan := func(e *core.RecordEvent) error {
		if err := notify.CheckSettings(e.Record); err != nil {
			return err
		}
		d.Digests.Plan(e.Record)
		return e.Next()
	}
	app.OnRecordCreate(collections.NotificationSettings).Bind(named("notification_settings.plan.create", plan))
	app.OnRecordUpdate(collections.NotificationSettings).Bind(named("notification_settings.plan.update", plan))
}

// gather counts for a digest that is about to go out, unless it was ended meanwhile or all was read.
func (d *Deps) gather(tx core.App, to *collections.User) ([]present.NewsCount, string, error) {
	person := to.ProxyRecord()
	wishes, err := collections.NewsSettingsOf(tx, person.Id)
	if err != nil {
		return nil, "", err
	}
	counts, err := present.CountNews(tx, collections.ViewerOf(person), wishes)
	if err == nil && (len(counts) == 0 || wishes.Digest() == collections.DigestOff) {
		err = sql.ErrNoRows
	}
	return counts, d.Digests.Token(person.Id), err
}

// digestKey signs the links that end digests, from a secret that PocketBase made at the first start and keeps.
func digestKey(app core.App) []byte {
	people, err := app.FindCachedCollectionByNameOrId(collections.Users)
	if err != nil {
		return nil // signs nothing
	}
	key := sha256.Sum256([]byte("digest " + people.FileToken.Secret))
	return key[:]
}
