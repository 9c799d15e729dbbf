package hooks

import (
	"database/sql"
	"errors"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/hook"

	"madang/present"
)

// named gives a handler an id. It must be unique among all handlers of a hook, those of other
// collections included: PocketBase replaces an earlier one with the same id.
func named[E hook.Resolver](id string, f func(E) error) *hook.Handler[E] {
	return &hook.Handler[E]{Id: id, Func: f}
}

// uploaded is the priority after which PocketBase has stored the files of a record: it does so
// in a handler of priority 99 and then calls on. A transaction opened before that would hold
// the one writer while a film is copied.
const uploaded = 100

// with binds what belongs to the transaction that writes the row.
func with(id string, f func(*core.RecordEvent) error) *hook.Handler[*core.RecordEvent] {
	return &hook.Handler[*core.RecordEvent]{Id: id, Func: f, Priority: uploaded + 1}
}

// inTx runs the rest of the chain and then f in one transaction: a Save opens none by itself.
func inTx(e *core.RecordEvent, f func(tx core.App) error) error {
	return aroundTx(e, func(core.App) (func(core.App) error, error) { return f, nil })
}

// aroundTx runs before, the rest of the chain, and what before returned, in one transaction.
func aroundTx(e *core.RecordEvent, before func(tx core.App) (after func(tx core.App) error, err error)) error {
	outer := e.App
	defer func() { e.App = outer }()
	return outer.RunInTransaction(func(tx core.App) error {
		e.App = tx
		after, err := before(tx)
		if err != nil {
			return err
		}
		if err := e.Next(); err != nil {
			return err
		}
		return after(tx)
	})
}

// stored reads the record again as it is in the database now, inside the transaction:
// the copy in the event may be older than what another request just wrote.
// A record that is gone is an error, so that nothing is taken away twice.
func stored(tx core.App, r *core.Record) (*core.Record, error) {
	now, err := tx.FindRecordById(r.Collection(), r.Id)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, errGone
	}
	return now, err
}

// errGone reaches the client as 404.
var errGone = present.NotFound()

// after runs f once everything is committed; its failure is logged and never returned,
// since the row exists.
func after(id string, f func(e *core.RecordEvent) error) *hook.Handler[*core.RecordEvent] {
	return named(id, func(e *core.RecordEvent) error {
		if err := f(e); err != nil {
			e.App.Logger().Error("side effect", "hook", id, "record", e.Record.Id, "error", err)
		}
		return e.Next()
	})
}
