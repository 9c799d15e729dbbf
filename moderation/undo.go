package moderation

import (
	"fmt"
	"net/http"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/router"

	"madang/collections"
	"madang/present"
)

// Undo answers POST /api/moderation/log/{id}/undo: within seven days all is as it was before,
// and what was resolved by it is open again.
func (s *Service) Undo(e *core.RequestEvent) error {
	entry, err := s.TakeBack(e.App, collections.ViewerOf(e.Auth), e.Request.PathValue("id"))
	if err != nil {
		return present.Failure(err)
	}
	return e.JSON(http.StatusOK, entry)
}

// TakeBack undoes the entry as v: 409 when it is too late, was undone already, or something
// that was done later stands on it.
func (s *Service) TakeBack(app core.App, v collections.Viewer, id string) (Entry, error) {
	var entry Entry
	err := app.RunInTransaction(func(tx core.App) error {
		of, err := collections.FindLogEntry(tx, id)
		if err != nil {
			return err
		}
		subject, err := collections.FindUser(tx, of.Subject())
		if err != nil {
			return err
		}
		if err := mayAct(v, of.Action(), subject); err != nil {
			return err
		}
		if err := s.undoable(tx, of); err != nil {
			return err
		}
		t, err := FindTarget(tx, of.TargetType(), of.TargetID())
		if err != nil {
			return err
		}
		done, err := s.restore(tx, act{action: collections.Undo, moderator: v.ID}, of, t)
		if err != nil {
			return err
		}
		if err := reopen(tx, of, done); err != nil {
			return err
		}
		entry, err = s.entry(tx, done.ProxyRecord())
		return err
	})
	return entry, err
}

func (s *Service) undoable(tx core.App, of *collections.LogEntry) error {
	n, err := tx.CountRecords(collections.ModerationLog, dbx.HashExp{"undoes": of.Id})
	switch {
	case err != nil:
		return fmt.Errorf("look whether it was undone: %w", err)
	case n > 0 || of.Action() == collections.Undo:
		return conflict("That was undone already.")
	case !of.GetDateTime("created_at").Time().Add(UndoFor).After(s.Now()):
		return conflict("That can't be undone any more.")
	}
	return nil
}

// restore sets every field that the entry changed to what it was, if it still is what the entry made of it.
func (s *Service) restore(tx core.App, a act, of *collections.LogEntry, t *Target) (*collections.LogEntry, error) {
	was, err := of.Before()
	if err != nil {
		return nil, err
	}
	made, err := of.After()
	if err != nil {
		return nil, err
	}
	on, _, err := s.changes(tx, act{action: of.Action()}, t)
	if err != nil {
		return nil, err
	}
	values := map[string]any{}
	for name, value := range was {
		if on.GetString(name) != made[name] {
			return nil, conflict("Something that was done later has to be undone first.")
		}
		values[name] = value
	}
	before, after, err := change(tx, on, values)
	if err != nil {
		return nil, err
	}
	return write(tx, a, t, map[string]any{"undoes": of.Id, "before": before, "after": after})
}

// reopen opens what the entry had resolved, and resolves the appeals against it.
func reopen(tx core.App, of, by *collections.LogEntry) error {
	for _, move := range []struct {
		match              dbx.HashExp
		status, resolution string
	}{
		{dbx.HashExp{"resolution": of.Id}, collections.Open, ""},
		{dbx.HashExp{"appeal_of": of.Id, "status": collections.Open}, collections.Resolved, by.Id},
	} {
		reports, err := tx.FindAllRecords(collections.Reports, move.match)
		if err != nil {
			return fmt.Errorf("find the reports of an entry: %w", err)
		}
		for _, r := range reports {
			r.Set("status", move.status)
			r.Set("resolution", move.resolution)
			if err := tx.Save(r); err != nil {
				return fmt.Errorf("reopen a report: %w", err)
			}
		}
	}
	return nil
}

func conflict(message string) error { return router.NewApiError(http.StatusConflict, message, nil) }
