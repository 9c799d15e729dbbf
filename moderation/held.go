package moderation

import (
	"database/sql"
	"errors"

	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
)

// Reasons of reports that nobody chooses: the program's for a post that it held, and of who
// appeals against what was done.
const (
	ReasonHeld   = "held"
	ReasonAppeal = "appeal"
)

// Queue puts a post that a banned word holds before the moderators, in the transaction of app.
func (s *Service) Queue(app core.App, post *collections.Post) error {
	t := &Target{Type: collections.TargetPost, ID: post.Id, Record: post.ProxyRecord(), Post: post}
	report, err := collections.FindReportBy(app, "", t.Type, t.ID)
	if errors.Is(err, sql.ErrNoRows) {
		var r *core.Record
		r, err = collections.New(app, collections.Reports)
		report = collections.ReportOf(r)
	}
	if err != nil {
		return err
	}
	report.Load(map[string]any{
		"reporter": "", "target_type": t.Type, "target_id": t.ID, "reason": ReasonHeld, "status": collections.Open, "resolution": "",
	})
	if err := app.Save(report); err != nil {
		return err
	}
	_, err = write(app, act{action: collections.Hold}, t, map[string]any{
		"before": map[string]string{"is_hidden": "false", "hidden_by": ""},
		"after":  map[string]string{"is_hidden": "true", "hidden_by": collections.HiddenHeld},
	})
	return err
}
