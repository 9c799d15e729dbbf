package moderation

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"github.com/pocketbase/dbx"
	validation "github.com/pocketbase/ozzo-validation/v4"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/present"
)

// QueueParams are the query parameters of GET /api/moderation/queue.
type QueueParams struct {
	present.PageParams
	Status     string `query:"status" enum:"open,resolved" default:"open"`
	TargetType string `query:"target_type" enum:"post,comment,user,media,message"`
	Reason     string `query:"reason" enum:"spam,abuse,sexual,violence,illegal,copyright,personal_info,other,held,appeal"`
}

// Case is a thing that was reported, with all that was said about it.
type Case struct {
	ID           string   `json:"id"` // of the first report; resolving it resolves all
	TargetType   string   `json:"target_type" enum:"post,comment,user,media,message"`
	TargetID     string   `json:"target_id"`
	Target       *Shown   `json:"target"` // null when it is a draft again, or in the trash
	Status       string   `json:"status" enum:"open,resolved"`
	ReportsCount int      `json:"reports_count"`
	Reports      []Saying `json:"reports"` // the oldest first, at most 20
	CreatedAt    string   `json:"created_at"`
}

// Saying is one report of a case.
type Saying struct {
	ID        string             `json:"id"`
	Reporter  *present.UserBrief `json:"reporter"` // null: the program, of a post that it held
	Reason    string             `json:"reason" enum:"spam,abuse,sexual,violence,illegal,copyright,personal_info,other,held,appeal"`
	Detail    string             `json:"detail"`
	AppealOf  string             `json:"appeal_of"` // the entry of the log that it answers
	CreatedAt string             `json:"created_at"`
}

// sayings is how many reports of a case are shown.
const sayings = 20

// List answers GET /api/moderation/queue: what was reported and waits, the longest waiting first.
func (s *Service) List(e *core.RequestEvent) error {
	page, err := present.ParsePage(e.Request)
	if err != nil {
		return err
	}
	list, err := s.Cases(e.App, collections.ViewerOf(e.Auth), page, e.Request.URL.Query())
	if err != nil {
		return present.Failure(err)
	}
	return e.JSON(http.StatusOK, list)
}

// Cases is a page of the queue, narrowed by status, target_type and reason, as v sees it.
func (s *Service) Cases(app core.App, v collections.Viewer, page present.Page, narrow url.Values) (present.List[Case], error) {
	status := collections.Open
	// a case is found by a report that matches, and stands for the first of its target
	matching, params := "r.target_type = reports.target_type AND r.target_id = reports.target_id AND r.status = reports.status", dbx.Params{}
	for name, values := range map[string][]string{
		"status":      {collections.Open, collections.Resolved},
		"target_type": {collections.TargetPost, collections.TargetComment, collections.TargetUser, collections.TargetMedia, collections.TargetMessage},
		"reason":      append(slices.Clone(collections.ReportReasons), ReasonHeld, ReasonAppeal),
	} {
		value := narrow.Get(name)
		switch {
		case value == "":
		case !slices.Contains(values, value):
			return present.List[Case]{}, present.BadQuery(validation.Errors{name: validation.NewError("validation_invalid_value", "Unknown.")})
		case name == "status":
			status = value
		default:
			matching += " AND r." + name + " = {:" + name + "}"
			params[name] = value
		}
	}
	q := app.RecordQuery(collections.Reports).AndWhere(dbx.HashExp{"reports.status": status}).
		AndWhere(dbx.NewExp("EXISTS (SELECT 1 FROM reports r WHERE "+matching+")", params)).
		AndWhere(dbx.NewExp(`NOT EXISTS (SELECT 1 FROM reports f WHERE f.target_type = reports.target_type AND f.target_id = reports.target_id
			AND f.status = reports.status AND (f.created_at, f.id) < (reports.created_at, reports.id))`))
	order := []present.Key{{Column: "reports.created_at"}, {Column: "reports.id"}}
	load := func(q *dbx.SelectQuery) ([]Case, error) { return s.cases(app, v, q) }
	return present.Paginate(page, q, order, load, func(c Case) []any { return []any{present.Stored(c.CreatedAt), c.ID} })
}

func (s *Service) cases(app core.App, v collections.Viewer, q *dbx.SelectQuery) ([]Case, error) {
	var first []*core.Record
	if err := q.All(&first); err != nil {
		return nil, fmt.Errorf("load the queue: %w", err)
	}
	cases, at, ids := make([]Case, len(first)), map[[2]string]*Case{}, map[string][]any{}
	for i, r := range first {
		report := collections.ReportOf(r)
		cases[i] = Case{
			ID: r.Id, TargetType: report.TargetType(), TargetID: report.TargetID(), Status: report.Status(), Reports: []Saying{},
			CreatedAt: present.Time(r.GetString("created_at")),
		}
		at[[2]string{report.TargetType(), report.TargetID()}] = &cases[i]
		ids[report.TargetType()] = append(ids[report.TargetType()], report.TargetID())
	}
	if len(first) == 0 {
		return cases, nil
	}
	if err := fold(app, cases[0].Status, ids, at); err != nil {
		return nil, err
	}
	return cases, s.show(app, v, ids, at)
}

// fold puts all reports of that status into their cases.
func fold(app core.App, status string, ids map[string][]any, at map[[2]string]*Case) error {
	var of []dbx.Expression
	for kind, targets := range ids {
		of = append(of, dbx.And(dbx.HashExp{"target_type": kind}, dbx.In("target_id", targets...)))
	}
	var reports []*core.Record
	err := app.RecordQuery(collections.Reports).AndWhere(dbx.HashExp{"status": status}).AndWhere(dbx.Or(of...)).
		OrderBy("created_at", "id").All(&reports)
	if err != nil {
		return fmt.Errorf("load reports: %w", err)
	}
	var people []any
	for _, r := range reports {
		people = append(people, r.GetString("reporter"))
	}
	briefs, err := briefsOf(app, people)
	if err != nil {
		return err
	}
	for _, r := range reports {
		report := collections.ReportOf(r)
		c := at[[2]string{report.TargetType(), report.TargetID()}]
		if c.ReportsCount++; c.ReportsCount <= sayings {
			c.Reports = append(c.Reports, Saying{
				ID: r.Id, Reporter: briefs[report.Reporter()], Reason: report.Reason(), Detail: r.GetString("detail"),
				AppealOf: r.GetString("appeal_of"), CreatedAt: present.Time(r.GetString("created_at")),
			})
		}
	}
	return nil
}
