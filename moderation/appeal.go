package moderation

import (
	"database/sql"
	"errors"
	"net/http"
	"slices"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/present"
	"madang/text"
)

// AppealForm is what somebody answers to what a moderator did to them.
type AppealForm struct {
	Detail string `json:"detail" form:"detail" required:"true" minLength:"1" maxLength:"1000"`
}

// appealable are the acts that can be appealed against.
var appealable = []string{collections.Hide, collections.AutoHide, collections.Remove, collections.Warn, collections.Suspend}

// Appeal answers POST /api/moderation/log/{id}/appeal: 201, or 200 with what the caller
// answered the first time. Only whom the entry concerns may, once; to others there is none.
func (s *Service) Appeal(e *core.RequestEvent) error {
	form := AppealForm{}
	if err := present.Bind(e, &form); err != nil {
		return err
	}
	report, created, err := s.Answer(e.App, e.Auth.Id, e.Request.PathValue("id"), form)
	if err != nil {
		return present.Failure(err)
	}
	return answerReport(e, report, created)
}

// FindNotice finds the entry of the log that concerns that person and can be appealed
// against; sql.ErrNoRows when there is none.
func FindNotice(app core.App, person, id string) (*collections.LogEntry, error) {
	entry, err := collections.FindLogEntry(app, id)
	if err != nil {
		return nil, err
	}
	if entry.Subject() != person || !slices.Contains(appealable, entry.Action()) {
		return nil, sql.ErrNoRows
	}
	return entry, nil
}

// FindAppeal finds what was answered to the entry; sql.ErrNoRows when nothing was.
func FindAppeal(app core.App, entry string) (*collections.Report, error) {
	r := &core.Record{}
	if err := app.RecordQuery(collections.Reports).AndWhere(dbx.HashExp{"appeal_of": entry}).Limit(1).One(r); err != nil {
		return nil, err
	}
	return collections.ReportOf(r), nil
}

// Answer writes the appeal down as a report of the same thing, and says whether it is new.
func (s *Service) Answer(app core.App, person, id string, form AppealForm) (report *collections.Report, created bool, err error) {
	entry, err := FindNotice(app, person, id)
	if err != nil {
		return nil, false, err
	}
	if text.Clean(form.Detail) == "" {
		return nil, false, present.Invalid("detail", "validation_required", "Cannot be blank.")
	}
	report, err = FindAppeal(app, entry.Id)
	if !errors.Is(err, sql.ErrNoRows) {
		return report, false, err
	}
	record, err := collections.New(app, collections.Reports)
	if err != nil {
		return nil, false, err
	}
	record.Load(map[string]any{
		"reporter": person, "target_type": entry.TargetType(), "target_id": entry.TargetID(), "reason": ReasonAppeal,
		"detail": form.Detail, "appeal_of": entry.Id,
	})
	err = app.Save(record)
	if collections.IsNotUnique(err) { // note: the same person clicked twice
		report, err = FindAppeal(app, entry.Id)
		return report, false, err
	}
	return collections.ReportOf(record), true, err
}

// answerReport shows a report to who made it.
func answerReport(e *core.RequestEvent, report *collections.Report, created bool) error {
	status := http.StatusOK
	if created {
		status = http.StatusCreated
	}
	return e.JSON(status, Report{
		ID: report.Id, TargetType: report.TargetType(), TargetID: report.TargetID(), Reason: report.Reason(), Detail: report.GetString("detail"),
		Status: report.Status(), CreatedAt: present.Time(report.GetString("created_at")),
	})
}
