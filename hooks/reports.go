package hooks

import (
	"database/sql"
	"errors"
	"slices"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/moderation"
	"madang/present"
	"madang/text"
)

// reports is what happens when somebody reports a post, a comment, a person or a file.
//
//	rule    signed in, in your own name; moderators read them (schema.txt)
//	before  what you may see; a new report is open; a second one of the same is the first
//	with    open_reports_count of the thing moves (counters.go); enough reports hide a post until
//	        somebody looked, in the same transaction
//	delete  the reports of a thing go with it
func reports(app core.App, d *Deps) {
	app.OnRecordCreateRequest(collections.Reports).Bind(named("reports.again", reportedAgain))
	app.OnRecordCreate(collections.Reports).Bind(named("reports.check", checkReport))
	app.OnRecordCreateExecute(collections.Reports).Bind(with("reports.hide", func(e *core.RecordEvent) error {
		return inTx(e, func(tx core.App) error {
			return d.Moderation.HideIfReported(tx, collections.ReportOf(e.Record))
		})
	}))
	for kind, table := range collections.ReportedIn {
		app.OnRecordDeleteExecute(table).Bind(with("reports.forget."+table, func(e *core.RecordEvent) error {
			return inTx(e, func(tx core.App) error {
				_, err := tx.DB().Delete(collections.Reports, dbx.HashExp{"target_type": kind, "target_id": e.Record.Id}).Execute()
				return err
			})
		}))
	}
}

// reportedAgain answers on PocketBase's own route with the report that is there, as ours does.
func reportedAgain(e *core.RecordRequestEvent) error {
	sent := collections.ReportOf(e.Record)
	if err := moderation.CheckReason(sent.Reason()); err != nil {
		return err
	}
	report, err := collections.FindReportBy(e.App, sent.Reporter(), sent.TargetType(), sent.TargetID())
	if errors.Is(err, sql.ErrNoRows) {
		return e.Next()
	}
	if err != nil {
		return err
	}
	if err := apis.EnrichRecord(e.RequestEvent, report.ProxyRecord()); err != nil {
		return err
	}
	return e.JSON(200, report.ProxyRecord())
}

func checkReport(e *core.RecordEvent) error {
	report := collections.ReportOf(e.Record)
	if report.Reason() == moderation.ReasonHeld || report.Reason() == moderation.ReasonAppeal {
		report.Set("status", collections.Open)
		return e.Next() // the program's own
	}
	report.Set("status", collections.Open)
	report.Set("detail", text.Clean(report.GetString("detail")))
	if report.TargetID() == "" || collections.ReportedIn[report.TargetType()] == "" || !slices.Contains(collections.ReportReasons, report.Reason()) {
		return e.Next() // the collection says what is wrong
	}
	reporter, err := collections.FindUser(e.App, report.Reporter())
	if err != nil {
		return present.Failure(err)
	}
	target, err := moderation.FindTarget(e.App, report.TargetType(), report.TargetID())
	if err != nil {
		return present.Failure(err)
	}
	sees, err := target.SeenBy(e.App, collections.ViewerOf(reporter.ProxyRecord()))
	switch {
	case err != nil:
		return err
	case !sees:
		return present.NotFound()
	}
	return e.Next()
}
