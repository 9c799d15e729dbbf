package moderation

import (
	"net/http"
	"slices"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/present"
	"madang/text"
)

// ResolveForm is what a moderator decides.
type ResolveForm struct {
	Action string `json:"action" form:"action" required:"true" enum:"dismiss,approve,hide,remove,warn,suspend"`
	Note   string `json:"note" form:"note" maxLength:"1000" description:"the person whom it concerns reads it"`
	Until  string `json:"until" form:"until" description:"RFC 3339; when a suspension ends"`
}

// decisions are what a moderator may decide.
var decisions = []string{collections.Dismiss, collections.Approve, collections.Hide, collections.Remove, collections.Warn, collections.Suspend}

// Resolve answers POST /api/moderation/{report}/resolve: one decision for all open reports of
// what that report is about.
func (s *Service) Resolve(e *core.RequestEvent) error {
	form := ResolveForm{}
	if err := present.Bind(e, &form); err != nil {
		return err
	}
	entry, err := s.Decide(e.App, collections.ViewerOf(e.Auth), e.Request.PathValue("report"), form)
	if err != nil {
		return present.Failure(err)
	}
	return e.JSON(http.StatusOK, entry)
}

// Decide does what the form says, as v: 404 when there is no such report, 403 when v may not,
// 409 when somebody decided before.
func (s *Service) Decide(app core.App, v collections.Viewer, report string, form ResolveForm) (Entry, error) {
	a, err := s.read(v, form)
	if err != nil {
		return Entry{}, err
	}
	var entry Entry
	err = app.RunInTransaction(func(tx core.App) error {
		r, err := collections.FindReport(tx, report)
		if err != nil {
			return err
		}
		t, err := FindTarget(tx, r.TargetType(), r.TargetID())
		if err != nil {
			return err
		}
		if r.Status() != collections.Open {
			return conflict("That was decided already.")
		}
		entry, err = s.actOn(tx, v, a, t)
		return err
	})
	return entry, err
}

func (s *Service) read(v collections.Viewer, form ResolveForm) (act, error) {
	a := act{action: form.Action, moderator: v.ID, note: text.Clean(form.Note)}
	switch {
	case !slices.Contains(decisions, form.Action):
		return a, present.Invalid("action", "validation_invalid_action", "Must be dismiss, approve, hide, remove, warn or suspend.")
	case len([]rune(a.note)) > 1000:
		return a, present.Invalid("note", "validation_max_text_constraint", "Must be no more than 1000 character(s).")
	case form.Action != collections.Suspend:
		return a, nil
	case form.Until == "":
		return a, present.Invalid("until", "validation_required", "Cannot be blank.")
	}
	until, err := time.Parse(time.RFC3339, form.Until)
	if err != nil {
		return a, present.Invalid("until", "validation_invalid_date", "Must be a time (2025-01-31T12:00:00Z).")
	}
	if !until.After(s.Now()) {
		return a, present.Invalid("until", "validation_date_in_past", "Must be in the future.")
	}
	a.until = until.UTC()
	return a, nil
}
