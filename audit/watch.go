package audit

import (
	"slices"

	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
)

// consequences are collections whose rows tell themselves what was done, or only follow from it.
var consequences = []string{
	collections.AuditLog, collections.ModerationLog, collections.Notifications, collections.Mails,
	core.CollectionNameAuthOrigins, core.CollectionNameMFAs, core.CollectionNameOTPs,
}

// Watch writes down what happens to the model of e when a superuser changes it, in the transaction that does; next does it.
func Watch(e *core.ModelEvent, action string, next func() error) error {
	by := Of(e.Context)
	if by == nil || !watched(e.Model) {
		return next()
	}
	by.seen.Store(true) // also where nothing turns out to differ
	outer := e.App
	defer func() { e.App = outer }()
	return outer.RunInTransaction(func(tx core.App) error {
		e.App = tx
		before, err := stored(tx, e.Model, action)
		if err != nil {
			return err
		}
		if err := next(); err != nil {
			return err
		}
		entry := Entry{Action: action}
		after := values{}
		if action != collections.AuditDelete {
			if after, err = valuesOf(tx, e.Model); err != nil {
				return err
			}
		}
		entry.Changes = changes(before, after)
		if len(entry.Changes) == 0 {
			return nil
		}
		if err := entry.describe(tx, e.Model); err != nil {
			return err
		}
		if entry.Action == collections.AuditDelete && entry.Subject != "" {
			entry.Changes = nil // note: what people wrote isn't kept after it was deleted
		}
		return Write(tx, by, entry)
	})
}

func watched(m core.Model) bool {
	switch m := m.(type) {
	case *core.Record:
		return !slices.Contains(consequences, m.Collection().Name)
	case *core.Collection, *core.Settings:
		return true
	case core.RecordProxy:
		return watched(m.ProxyRecord())
	}
	return false
}

// stored is what m is in the database, before it is changed.
func stored(tx core.App, m core.Model, action string) (values, error) {
	if action == collections.AuditCreate {
		return values{}, nil
	}
	switch m := m.(type) {
	case core.RecordProxy:
		return stored(tx, m.ProxyRecord(), action)
	case *core.Record:
		was, err := tx.FindRecordById(m.Collection(), m.LastSavedPK().(string))
		if err != nil {
			return nil, err
		}
		return valuesOf(tx, was)
	case *core.Collection:
		was, err := tx.FindCollectionByNameOrId(m.Id)
		if err != nil {
			return nil, err
		}
		return valuesOf(tx, was)
	default:
		return valuesOf(tx, tx.Settings()) // note: read anew only after the commit
	}
}

// describe says what the entry is about.
func (e *Entry) describe(app core.App, m core.Model) (err error) {
	switch m := m.(type) {
	case core.RecordProxy:
		return e.describe(app, m.ProxyRecord())
	case *core.Record:
		e.Target, e.Record = m.Collection().Name, m.Id
		e.Subject, err = subjectOf(app, m)
	case *core.Collection:
		e.Target, e.Record = "collections", m.Name
	default:
		e.Target = "settings"
	}
	return err
}

// subjectOf is the person whose record r is: the first that it belongs to; "" when it is nobody's.
func subjectOf(app core.App, r *core.Record) (string, error) {
	people, err := app.FindCachedCollectionByNameOrId(collections.Users)
	if err != nil {
		return "", err
	}
	if r.Collection().Id == people.Id {
		return r.Id, nil
	}
	for _, field := range r.Collection().Fields {
		if to, is := field.(*core.RelationField); is && to.CollectionId == people.Id && !to.IsMultiple() && r.GetString(to.Name) != "" {
			return r.GetString(to.Name), nil
		}
	}
	return "", nil
}
