package moderation

import (
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/present"
)

// ReportForm is what a client sends to report something.
type ReportForm struct {
	TargetType string `json:"target_type" form:"target_type" required:"true" enum:"post,comment,user,media,message"`
	TargetID   string `json:"target_id" form:"target_id" required:"true"`
	Reason     string `json:"reason" form:"reason" required:"true" enum:"spam,abuse,sexual,violence,illegal,copyright,personal_info,other"`
	Detail     string `json:"detail" form:"detail" maxLength:"1000"`
}

// Report is what somebody reported, as they see it.
type Report struct {
	ID         string `json:"id"`
	TargetType string `json:"target_type" enum:"post,comment,user,media,message"`
	TargetID   string `json:"target_id"`
	Reason     string `json:"reason"`
	Detail     string `json:"detail"`
	Status     string `json:"status" enum:"open,resolved"`
	CreatedAt  string `json:"created_at"`
}

// Report answers POST /api/reports: 201, or 200 with what the caller said the first time.
func (s *Service) Report(e *core.RequestEvent) error {
	form := ReportForm{}
	if err := present.Bind(e, &form); err != nil {
		return err
	}
	report, created, err := s.File(e.App, e.Auth.Id, form)
	if err != nil {
		return present.Failure(err)
	}
	return answerReport(e, report, created)
}

// File writes the report down, once per reporter and thing, and says whether it is new.
// What may be reported hooks/reports.go decides.
func (s *Service) File(app core.App, reporter string, form ReportForm) (report *collections.Report, created bool, err error) {
	if err := CheckReason(form.Reason); err != nil {
		return nil, false, err
	}
	report, err = collections.FindReportBy(app, reporter, form.TargetType, form.TargetID)
	if !errors.Is(err, sql.ErrNoRows) {
		return report, false, err
	}
	record, err := collections.New(app, collections.Reports)
	if err != nil {
		return nil, false, err
	}
	record.Load(map[string]any{
		"reporter": reporter, "target_type": form.TargetType, "target_id": form.TargetID, "reason": form.Reason, "detail": form.Detail,
	})
	err = app.Save(record)
	if collections.IsNotUnique(err) { // note: the same person clicked twice
		report, err = collections.FindReportBy(app, reporter, form.TargetType, form.TargetID)
		return report, false, err
	}
	return collections.ReportOf(record), true, err
}

// CheckReason refuses the reasons that are the program's own.
func CheckReason(reason string) error {
	if reason == ReasonHeld || reason == ReasonAppeal {
		return present.Invalid("reason", "validation_invalid_value", "Not a reason to report something.")
	}
	return nil
}

// established is how old an account must be for its report to count towards hiding.
const established = 24 * time.Hour

// HideIfReported hides the post of a report when enough established people reported it
// and nobody has looked yet. It runs in the transaction of app, that of the report.
func (s *Service) HideIfReported(app core.App, report *collections.Report) error {
	if s.ReportsToHide == 0 || report.TargetType() != collections.TargetPost {
		return nil
	}
	var n int
	err := app.DB().Select("COUNT(DISTINCT reports.reporter)").From(collections.Reports).
		InnerJoin(collections.Users, dbx.NewExp("users.id = reports.reporter")).
		Where(dbx.HashExp{"reports.target_type": report.TargetType(), "reports.target_id": report.TargetID(), "reports.status": collections.Open}).
		AndWhere(dbx.NewExp("users.created_at <= {:before}", dbx.Params{"before": collections.Stamp(s.Now().Add(-established))})).Row(&n)
	if err != nil {
		return fmt.Errorf("count reports: %w", err)
	}
	if n < s.ReportsToHide {
		return nil
	}
	t, err := FindTarget(app, report.TargetType(), report.TargetID())
	if err != nil || t.Post.IsHidden() || t.Post.IsRemoved() {
		return err
	}
	_, err = s.perform(app, act{action: collections.AutoHide}, t)
	return err
}
