package moderation

import (
	"fmt"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/router"

	"madang/collections"
	"madang/present"
)

// act is something that is done to a target, by a person, a superuser or the program.
type act struct {
	action, moderator, note string
	until                   time.Time // of a suspension
}

// perform does it and writes it down, in the transaction of app: the fields that it changes
// and its entry in the log.
func (s *Service) perform(app core.App, a act, t *Target) (*collections.LogEntry, error) {
	on, values, err := s.changes(app, a, t)
	if err != nil {
		return nil, err
	}
	before, after, err := change(app, on, values)
	if err != nil {
		return nil, err
	}
	return write(app, a, t, map[string]any{"before": before, "after": after})
}

// changes says which fields of which record the act is to change; none when it only says something.
func (s *Service) changes(app core.App, a act, t *Target) (on *core.Record, values map[string]any, err error) {
	switch {
	case a.action == collections.Suspend:
		on, err = app.FindRecordById(collections.Users, t.Subject())
		return on, map[string]any{"suspended_until": a.until}, err
	case t.Type == collections.TargetComment || t.Type == collections.TargetMessage:
		return t.Record, s.ofComment(a.action), nil
	case t.Post != nil: // it stands for a medium
		return t.Post.ProxyRecord(), s.ofPost(a.action, t.Post), nil
	case a.action == collections.Hide, a.action == collections.AutoHide, a.action == collections.Remove:
		return nil, nil, present.Invalid("action", "validation_invalid_action", "That can't be done to a person.")
	}
	return t.Record, nil, nil
}

// ofComment is also what is done to a message.
func (s *Service) ofComment(action string) map[string]any {
	switch action {
	case collections.Hide, collections.AutoHide:
		return map[string]any{"is_hidden": true}
	case collections.Approve:
		return map[string]any{"is_hidden": false}
	case collections.Remove:
		return map[string]any{"removed_at": s.Now(), "is_deleted": true}
	}
	return nil
}

func (s *Service) ofPost(action string, post *collections.Post) map[string]any {
	shown := map[string]any{"is_hidden": false, "hidden_by": ""}
	switch action {
	case collections.Hide:
		return map[string]any{"is_hidden": true, "hidden_by": collections.HiddenByStaff}
	case collections.AutoHide:
		return map[string]any{"is_hidden": true, "hidden_by": collections.HiddenByReports}
	case collections.Approve:
		return shown
	case collections.Dismiss: // a moderator's word stands; the program's waited for this
		if by := post.HiddenBy(); by == collections.HiddenHeld || by == collections.HiddenByReports {
			return shown
		}
	case collections.Remove:
		return map[string]any{"removed_at": s.Now(), "status": collections.Removed}
	}
	return nil
}

// change sets the values and returns what the fields were and are, of those that differ.
func change(app core.App, on *core.Record, values map[string]any) (before, after map[string]string, err error) {
	before, after = map[string]string{}, map[string]string{}
	for name, value := range values {
		was := on.GetString(name)
		on.Set(name, value)
		if is := on.GetString(name); is != was {
			before[name], after[name] = was, is
		}
	}
	if len(after) == 0 {
		return before, after, nil
	}
	if err := app.Save(on); err != nil {
		return nil, nil, fmt.Errorf("change what is moderated: %w", err)
	}
	return before, after, nil
}

// write appends to the log.
func write(app core.App, a act, t *Target, more map[string]any) (*collections.LogEntry, error) {
	r, err := collections.New(app, collections.ModerationLog)
	if err != nil {
		return nil, err
	}
	r.Load(map[string]any{
		"moderator": a.moderator, "action": a.action, "target_type": t.Type, "target_id": t.ID, "subject": t.Subject(), "note": a.note,
	})
	r.Load(more)
	if !a.until.IsZero() {
		r.Set("until", a.until)
	}
	if err := app.Save(r); err != nil {
		return nil, fmt.Errorf("write into the moderation log: %w", err)
	}
	return collections.LogEntryOf(r), nil
}

// mayAct refuses with 403 what v may not do to things of the subject: nobody moderates
// themselves, a moderator no admin, and only an admin suspends staff.
func mayAct(v collections.Viewer, action string, subject *collections.User) error {
	switch {
	case v.Superuser || v.Role == collections.RoleAdmin && v.ID != subject.Id:
		return nil
	case v.ID == subject.Id:
		return router.NewForbiddenError("Nobody moderates themselves.", nil)
	case subject.Role() == collections.RoleAdmin:
		return router.NewForbiddenError("A moderator can't act on an admin.", nil)
	case action == collections.Suspend && subject.IsStaff():
		return router.NewForbiddenError("Only an admin can suspend a moderator.", nil)
	}
	return nil
}

// settle resolves every open report of the target by the entry.
func settle(app core.App, t *Target, by *collections.LogEntry) error {
	open, err := app.FindAllRecords(collections.Reports, dbx.HashExp{"target_type": t.Type, "target_id": t.ID, "status": collections.Open})
	if err != nil {
		return fmt.Errorf("find open reports: %w", err)
	}
	for _, r := range open {
		r.Set("status", collections.Resolved)
		r.Set("resolution", by.Id)
		if err := app.Save(r); err != nil {
			return fmt.Errorf("resolve a report: %w", err)
		}
	}
	return nil
}
