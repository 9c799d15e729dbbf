// Package audit writes down what superusers of the dashboard change: who, when, from where, which fields, from what to what.
// It doesn't know requests nor hooks; package hooks says whose an app is, and hands in what is being written.
// Start reading at As and Write.
package audit

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"unicode/utf8"

	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
)

// Actor is a superuser at work, for one request.
type Actor struct {
	ID, Email, Address string
	Request            string // method and pattern, such as PATCH /api/settings

	seen atomic.Bool
}

// Wrote reports whether something that they changed passed by, so that the request needs no entry of its own.
func (by *Actor) Wrote() bool { return by.seen.Load() }

type actorKey struct{}

// Of is whose a change is that is made in ctx; nil when it is no superuser's.
func Of(ctx context.Context) *Actor {
	if ctx == nil {
		return nil
	}
	by, _ := ctx.Value(actorKey{}).(*Actor)
	return by
}

// ErrKept is a change of the log itself, which nobody makes.
var ErrKept = errors.New("the audit log is only ever added to")

// As is app as that superuser uses it: what is saved and deleted through it, also in transactions, is theirs ([Of]).
// What hooks save because of it isn't.
func As(app core.App, by *Actor) core.App { return theirs{app, by} }

type theirs struct {
	core.App
	by *Actor
}

func (a theirs) in(ctx context.Context) context.Context {
	return context.WithValue(ctx, actorKey{}, a.by)
}

// Save implements [core.App], and so do the others below.
func (a theirs) Save(m core.Model) error { return a.SaveWithContext(context.Background(), m) }

func (a theirs) SaveWithContext(ctx context.Context, m core.Model) error {
	return a.App.SaveWithContext(a.in(ctx), m)
}

func (a theirs) SaveNoValidate(m core.Model) error {
	return a.SaveNoValidateWithContext(context.Background(), m)
}

func (a theirs) SaveNoValidateWithContext(ctx context.Context, m core.Model) error {
	return a.App.SaveNoValidateWithContext(a.in(ctx), m)
}

func (a theirs) Delete(m core.Model) error { return a.DeleteWithContext(context.Background(), m) }

func (a theirs) DeleteWithContext(ctx context.Context, m core.Model) error {
	return a.App.DeleteWithContext(a.in(ctx), m)
}

func (a theirs) RunInTransaction(do func(core.App) error) error {
	return a.App.RunInTransaction(func(tx core.App) error { return do(theirs{tx, a.by}) })
}

// TruncateCollection is one entry, with how many records there were.
func (a theirs) TruncateCollection(c *core.Collection) error {
	if c.Name == collections.AuditLog {
		return ErrKept
	}
	return a.App.RunInTransaction(func(tx core.App) error {
		n, err := tx.CountRecords(c)
		if err != nil {
			return err
		}
		if err := tx.TruncateCollection(c); err != nil {
			return err
		}
		return Write(tx, a.by, Entry{Action: collections.AuditTruncate, Target: c.Name, Changes: []Change{{Field: "records", Old: fmt.Sprint(n), New: "0"}}})
	})
}

// ImportCollections compares all collections before and after.
func (a theirs) ImportCollections(given []map[string]any, deleteMissing bool) error {
	return a.App.RunInTransaction(func(tx core.App) error {
		before, err := schemas(tx)
		if err != nil {
			return err
		}
		if err := tx.ImportCollections(given, deleteMissing); err != nil {
			return err
		}
		after, err := schemas(tx)
		if err != nil {
			return err
		}
		a.by.seen.Store(true)
		for _, entry := range compared(before, after) {
			if entry.Target == collections.AuditLog {
				return ErrKept
			}
			if err := Write(tx, a.by, entry); err != nil {
				return err
			}
		}
		return nil
	})
}

// Entry is one thing that was done.
type Entry struct {
	Action  string // of [collections.AuditActions]
	Target  string // name of the collection, or what was done
	Record  string
	Subject string // the person whose record it is; "" for none
	Changes []Change
}

// Write appends to the log. It belongs to the transaction of what was done.
func Write(tx core.App, by *Actor, e Entry) error {
	by.seen.Store(true)
	r, err := collections.New(tx, collections.AuditLog)
	if err != nil {
		return err
	}
	if e.Changes == nil {
		e.Changes = []Change{}
	}
	r.Load(map[string]any{
		"superuser": by.ID, "email": by.Email, "address": by.Address, "request": cut(by.Request, 300), "action": e.Action,
		"target": e.Target, "record": e.Record, "subject": e.Subject, "changes": e.Changes,
	})
	if err := tx.Save(r); err != nil {
		return fmt.Errorf("write into the audit log: %w", err)
	}
	return nil
}

// cut shortens s to n characters, the last of which then says that there was more.
func cut(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n-1]) + "…"
}
