package ui

import (
	"net/http"
	"slices"

	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/i18n"
	"madang/present"
)

type reportMain struct {
	Form           form
	Kind, ID, Back string
	Reasons        []string
	Done           bool
}

// reportForm answers GET /report?type=…&id=…: what is wrong with it?
func (s *Site) reportForm(e *core.RequestEvent) error {
	q := e.Request.URL.Query()
	return s.showReport(e, http.StatusOK, reportMain{Kind: q.Get("type"), ID: q.Get("id"), Back: local(q.Get("back"))})
}

// report answers POST /report: it says thank you.
func (s *Site) report(e *core.RequestEvent) error {
	main := reportMain{Form: typed(e, "target_type", "target_id", "reason", "detail"), Back: backOf(e)}
	main.Kind, main.ID = main.Form.Value("target_type"), main.Form.Value("target_id")
	err := tell(e, s.do.Report, "", main.Form.values)
	if err == nil {
		main.Done = true
		return s.showReport(e, http.StatusOK, main)
	}
	if err := main.Form.refuse(e, err, "reason", "detail"); err != nil {
		return err
	}
	return s.showReport(e, http.StatusBadRequest, main)
}

func (s *Site) showReport(e *core.RequestEvent, status int, main reportMain) error {
	main.Reasons = collections.ReportReasons
	return s.show(e, status, "report", s.page(e, "", i18n.T(langOf(e), "report.title"), main))
}

// notice is what moderators did to the caller, as the API answers.
type notice struct {
	ID         string `json:"id"`
	Action     string `json:"action"`
	TargetType string `json:"target_type"`
	TargetID   string `json:"target_id"`
	Note       string `json:"note"`
	Until      string `json:"until"`
	IsUndone   bool   `json:"is_undone"`
	Appeal     string `json:"appeal"`
	CreatedAt  string `json:"created_at"`
	Problem    string `json:"-"` // what was wrong with the appeal just sent
}

type noticesMain struct {
	Notices present.List[notice]
	Sent    bool
}

// notices answers GET /notices: what moderators did to the caller and why, each to be appealed against.
func (s *Site) notices(e *core.RequestEvent) error {
	return s.showNotices(e, http.StatusOK, "", form{})
}

// appeal answers POST /notices/{id}/appeal.
func (s *Site) appeal(e *core.RequestEvent) error {
	id, f := e.Request.PathValue("id"), typed(e, "detail")
	err := tell(e, s.do.Appeal, id, f.values)
	if err == nil {
		return e.Redirect(http.StatusSeeOther, "/notices?done=appeal#n-"+id)
	}
	if err := f.refuse(e, err, "detail"); err != nil {
		return err
	}
	return s.showNotices(e, http.StatusBadRequest, id, f)
}

func (s *Site) showNotices(e *core.RequestEvent, status int, refused string, f form) error {
	main := noticesMain{Sent: e.Request.URL.Query().Get("done") == "appeal"}
	var err error
	if main.Notices, err = ask[present.List[notice]](e, s.do.Notices, "", nil); err != nil {
		return err
	}
	if at := slices.IndexFunc(main.Notices.Results, func(n notice) bool { return n.ID == refused }); at >= 0 {
		main.Notices.Results[at].Problem = f.Problem("detail") + f.Message
	}
	return s.show(e, status, "notices", s.page(e, "", i18n.T(langOf(e), "notice.title"), main))
}
