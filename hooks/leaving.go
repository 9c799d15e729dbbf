package hooks

import (
	"context"
	"fmt"

	"github.com/pocketbase/dbx"
	validation "github.com/pocketbase/ozzo-validation/v4"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/hook"

	"madang/accounts"
	"madang/collections"
	"madang/notify"
	"madang/present"
)

// leaving is what happens when somebody leaves, or an operator removes them.
//
//	rule    oneself, with the password and, where there is a second factor, a code; not in a batch
//	with    all that is theirs goes in one transaction: PocketBase deletes what belongs to them record
//	        by record, so counters, news, the change log and files follow; tags that nobody else
//	        uses or follows go; their name stays taken for 30 days
//	after   their realtime connections end, those of meanwhile too
//	before  nobody joins under a name that rests
//	with    nothing is made for somebody who left meanwhile, or hangs on what is gone
//	        (the disk is cleaned at night: scrub)
func leaving(app core.App, d *Deps) {
	app.OnRecordDeleteRequest(collections.Users).Bind(named("leaving.confirm", d.confirmLeave))
	plain(app).OnRecordDeleteExecute(collections.Users).Bind(&hook.Handler[*core.RecordEvent]{
		Id: "leaving.go", Func: d.leave, Priority: cascades - 1,
	})
	app.OnRecordAfterDeleteSuccess(collections.Users).Bind(after("leaving.disconnect", func(e *core.RecordEvent) error {
		sessions, _ := e.Record.GetRaw(lastSessions).([]string)
		accounts.Disconnect(e.App, sessions)
		return nil
	}))
	app.OnRecordValidate(collections.Users).Bind(named("leaving.name", func(e *core.RecordEvent) error {
		if err := d.nameIsFree(e.App, e.Record); err != nil {
			return err
		}
		return e.Next()
	}))
	app.OnRecordCreateExecute(collections.Users).Bind(with("leaving.name", func(e *core.RecordEvent) error {
		return aroundTx(e, func(tx core.App) (func(core.App) error, error) { return nothing, d.nameIsFree(tx, e.Record) })
	}))
	app.OnRecordCreateExecute().Bind(with("leaving.gone", func(e *core.RecordEvent) error {
		return aroundTx(e, func(tx core.App) (func(core.App) error, error) { return nothing, belongsToWhatIs(tx, e.Record) })
	}))
}

// cascades is the priority of PocketBase's handler that deletes a record and then what belongs to it.
const cascades = 99

// lastSessions is where the record of somebody who leaves keeps the sessions that end by it.
const lastSessions = "@lastSessions"

// confirmLeave asks on PocketBase's own route for what our own asks.
func (d *Deps) confirmLeave(e *core.RecordRequestEvent) error {
	switch {
	case e.HasSuperuserAuth():
		return e.Next()
	case e.App.IsTransactional(): // note: a batch that fails would forget that a password was tried
		return e.BadRequestError("An account can't be deleted in a batch.", nil)
	case e.Auth == nil || e.Auth.Id != e.Record.Id: // note: whatever an operator made of the rule
		return present.NotFound()
	}
	if err := d.Accounts.ConfirmOwner(e.RequestEvent); err != nil {
		return err
	}
	return e.Next()
}

func (d *Deps) leave(e *core.RecordEvent) error {
	return aroundTx(e, func(tx core.App) (func(core.App) error, error) {
		person, err := stored(tx, e.Record) // note: with the name that it has now
		if err != nil {
			return nil, err
		}
		sessions, err := accounts.SessionsOf(tx, person.Id)
		if err != nil {
			return nil, err
		}
		e.Record.SetRaw(lastSessions, sessions)
		accounts.Disconnect(tx, sessions) // note: already here, so that nobody hears of their own going
		if err := collections.LeaveBranch(tx, person.Id); err != nil {
			return nil, err
		}
		tags, err := tagsOf(tx, person.Id)
		return func(tx core.App) error {
			if err := dropUnused(tx, tags); err != nil {
				return err
			}
			return collections.RetireName(tx, person.GetString("username"), d.Now())
		}, err
	})
}

func tagsOf(tx core.App, author string) (names []any, err error) {
	var found []string
	err = tx.DB().NewQuery("SELECT DISTINCT tag FROM post_tags WHERE post IN (SELECT id FROM posts WHERE author = {:author})").
		Bind(dbx.Params{"author": author}).Column(&found)
	for _, name := range found {
		names = append(names, name)
	}
	return names, err
}

// dropUnused deletes those of the tags that no post has, not even a draft, and that nobody follows.
func dropUnused(tx core.App, names []any) error {
	const some = 500
	for len(names) > 0 {
		n := min(some, len(names))
		_, err := tx.DB().Delete(collections.Tags, dbx.And(
			dbx.In("name", names[:n]...), dbx.HashExp{"followers_count": 0}, dbx.NewExp("NOT EXISTS (SELECT 1 FROM post_tags WHERE post_tags.tag = tags.name)"),
		)).Execute()
		if err != nil {
			return fmt.Errorf("delete tags that nobody uses: %w", err)
		}
		names = names[n:]
	}
	return nil
}

// nameIsFree refuses a username whose owner left not long ago.
func (d *Deps) nameIsFree(app core.App, person *core.Record) error {
	name := person.GetString("username")
	if !person.IsNew() && name == person.Original().GetString("username") {
		return nil
	}
	retired, err := collections.IsRetired(app, name, d.Now())
	if err == nil && retired {
		err = validation.Errors{"username": validation.NewError("validation_not_unique", "Value must be unique.")}
	}
	return err
}

// belongsToWhatIs refuses a record that would go with one that is gone already.
// note: PocketBase looks before the transaction, and SQLite isn't told of relations at all
func belongsToWhatIs(tx core.App, r *core.Record) error {
	if known, is := notify.KnownOf(r); is && known.Belongs {
		return nil
	}
	condition, ids, err := collections.BelongsToWhatIs(tx, r)
	if err != nil || len(ids) == 0 {
		return err
	}
	var all bool
	if err := tx.DB().NewQuery("SELECT " + condition).Bind(ids).Row(&all); err != nil {
		return err
	}
	if !all {
		return present.NotFound()
	}
	return nil
}

// sweepNames gives back the names that have rested long enough.
func (d *Deps) sweepNames(app core.App) error {
	_, err := app.DB().Delete(collections.RetiredNames, dbx.NewExp("until <= {:now}", dbx.Params{"now": collections.Stamp(d.Now())})).Execute()
	return err
}

// scrub cleans the disk of what people had written who left since the last time. In the
// database it is overwritten when it is deleted (collections/db.go), but its journal still has
// it, and so have the files of the index, until they are made anew.
func (d *Deps) scrub(app core.App) error {
	var names []any
	var found []string
	if err := app.DB().Select("name").From(collections.RetiredNames).Where(dbx.HashExp{"scrubbed_at": ""}).Column(&found); err != nil {
		return err
	}
	if len(found) == 0 {
		return nil
	}
	for _, name := range found {
		names = append(names, name)
	}
	if err := d.Search.Rebuild(context.Background(), nil); err != nil {
		return err
	}
	if err := collections.ForgetTags(app); err != nil { // which the new index no longer has to be told of
		return err
	}
	if err := d.truncateJournals(app); err != nil {
		return err
	}
	_, err := app.DB().Update(collections.RetiredNames, dbx.Params{"scrubbed_at": collections.Stamp(d.Now())}, dbx.In("name", names...)).Execute()
	return err
}
