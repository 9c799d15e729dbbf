package moderation

import (
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
)

// Act does what the form says to a thing that nobody needs to have reported, as v; it resolves what is open of it.
// The errors are those of [Service.Decide].
func (s *Service) Act(app core.App, v collections.Viewer, kind, id string, form ResolveForm) (Entry, error) {
	a, err := s.read(v, form)
	if err != nil {
		return Entry{}, err
	}
	var entry Entry
	err = app.RunInTransaction(func(tx core.App) error {
		t, err := FindTarget(tx, kind, id)
		if err != nil {
			return err
		}
		entry, err = s.actOn(tx, v, a, t)
		return err
	})
	return entry, err
}

// actOn performs an act, if v may, and resolves what is open of the target.
func (s *Service) actOn(tx core.App, v collections.Viewer, a act, t *Target) (Entry, error) {
	subject, err := collections.FindUser(tx, t.Subject())
	if err != nil {
		return Entry{}, err
	}
	if err := mayAct(v, a.action, subject); err != nil {
		return Entry{}, err
	}
	done, err := s.perform(tx, a, t)
	if err != nil {
		return Entry{}, err
	}
	if err := settle(tx, t, done); err != nil {
		return Entry{}, err
	}
	return s.entry(tx, done.ProxyRecord())
}
