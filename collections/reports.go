package collections

import (
	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
)

// Reports is the collection of what people brought before the moderators.
const Reports = "reports"

// Kinds of things that can be reported.
const (
	TargetPost    = "post"
	TargetComment = "comment"
	TargetUser    = "user"
	TargetMedia   = "media"
	TargetMessage = "message"
)

// ReportedIn names the collection of each kind of thing that can be reported.
var ReportedIn = map[string]string{TargetPost: Posts, TargetComment: Comments, TargetUser: Users, TargetMedia: Media, TargetMessage: Messages}

// States of a report.
const (
	Open     = "open"
	Resolved = "resolved"
)

// ReportReasons are what people may report something for.
var ReportReasons = []string{"spam", "abuse", "sexual", "violence", "illegal", "copyright", "personal_info", "other"}

// Report is a typed view of a record of [Reports].
type Report struct{ core.BaseRecordProxy }

// ReportOf wraps r.
func ReportOf(r *core.Record) *Report {
	p := &Report{}
	p.SetProxyRecord(r)
	return p
}

// FindReport finds the report with that id; sql.ErrNoRows when there is none.
func FindReport(app core.App, id string) (*Report, error) {
	r, err := app.FindRecordById(Reports, id)
	if err != nil {
		return nil, err
	}
	return ReportOf(r), nil
}

// FindReportBy finds what that person reported of that thing; sql.ErrNoRows when they didn't.
func FindReportBy(app core.App, reporter, targetType, target string) (*Report, error) {
	r := &core.Record{}
	err := app.RecordQuery(Reports).AndWhere(dbx.HashExp{"reporter": reporter, "target_type": targetType, "target_id": target, "appeal_of": ""}).Limit(1).One(r)
	if err != nil {
		return nil, err
	}
	return ReportOf(r), nil
}

func (r *Report) Reporter() string   { return r.GetString("reporter") }
func (r *Report) TargetType() string { return r.GetString("target_type") }
func (r *Report) TargetID() string   { return r.GetString("target_id") }
func (r *Report) Reason() string     { return r.GetString("reason") }
func (r *Report) Status() string     { return r.GetString("status") }
