package ui

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/i18n"
	"madang/present"
)

// reportedCase is what was reported, as the API answers.
type reportedCase struct {
	ID           string     `json:"id"`
	TargetType   string     `json:"target_type"`
	TargetID     string     `json:"target_id"`
	Target       *reported  `json:"target"`
	ReportsCount int        `json:"reports_count"`
	Reports      []reportOf `json:"reports"`
	CreatedAt    string     `json:"created_at"`
}

type reported struct {
	Author   present.UserBrief `json:"author"`
	Title    string            `json:"title"`
	Text     string            `json:"text"`
	Post     string            `json:"post"`
	Media    []present.Media   `json:"media"`
	IsHidden bool              `json:"is_hidden"`
	Before   []saidBefore      `json:"before"` // of a message
}

type saidBefore struct {
	Author present.UserBrief `json:"author"`
	Text   string            `json:"text"`
}

type reportOf struct {
	Reporter *present.UserBrief `json:"reporter"`
	Reason   string             `json:"reason"`
	Detail   string             `json:"detail"`
	AppealOf string             `json:"appeal_of"`
}

// entry is what somebody did, as the API answers.
type entry struct {
	ID          string             `json:"id"`
	Action      string             `json:"action"`
	TargetType  string             `json:"target_type"`
	TargetID    string             `json:"target_id"`
	Moderator   *present.UserBrief `json:"moderator"`
	Subject     *present.UserBrief `json:"subject"`
	Note        string             `json:"note"`
	Until       string             `json:"until"`
	UndoneBy    string             `json:"undone_by"`
	UndoneUntil string             `json:"undone_until"`
	CreatedAt   string             `json:"created_at"`
}

type queueMain struct {
	Tab     string // open, resolved
	Cases   present.List[reportedCase]
	Actions []string
	Days    []int
	Done    string // the entry of what was just done
	Refused string // the case whose decision was refused
	Form    form
}

// queue answers GET /moderation: what was reported.
func (s *Site) queue(e *core.RequestEvent) error {
	return s.showQueue(e, http.StatusOK, queueMain{Done: e.Request.URL.Query().Get("done")})
}

func (s *Site) showQueue(e *core.RequestEvent, status int, main queueMain) error {
	main.Tab = collections.Open
	if e.Request.URL.Query().Get("status") == collections.Resolved {
		main.Tab = collections.Resolved
	}
	main.Actions = []string{collections.Dismiss, collections.Approve, collections.Hide, collections.Remove, collections.Warn, collections.Suspend}
	main.Days = []int{1, 3, 7, 30, 365}
	var err error
	if main.Cases, err = ask[present.List[reportedCase]](e, s.do.Queue, "", nil); err != nil {
		return err
	}
	return s.show(e, status, "moderation", s.page(e, "moderation", i18n.T(langOf(e), "moderation.title"), main))
}

// ActionsFor are what can be done to a thing of that kind.
func (m queueMain) ActionsFor(kind string) []string {
	if kind != collections.TargetUser {
		return m.Actions
	}
	return slices.DeleteFunc(slices.Clone(m.Actions), func(action string) bool {
		return action == collections.Hide || action == collections.Remove || action == collections.Approve
	})
}

// resolve answers POST /moderation/{report}.
func (s *Site) resolve(e *core.RequestEvent) error {
	f := typed(e, "action", "note", "days")
	sent := map[string]string{"action": f.Value("action"), "note": f.Value("note")}
	if days, err := strconv.Atoi(f.Value("days")); err == nil && days > 0 && sent["action"] == collections.Suspend {
		sent["until"] = s.Now().AddDate(0, 0, min(days, 3650)).UTC().Format(time.RFC3339)
	}
	done, err := ask[entry](e, s.do.Resolve, "", sent)
	if err == nil {
		return e.Redirect(http.StatusSeeOther, "/moderation?"+url.Values{"done": {done.ID}}.Encode())
	}
	if err := f.refuse(e, err); err != nil {
		return err
	}
	return s.showQueue(e, http.StatusBadRequest, queueMain{Refused: e.Request.PathValue("report"), Form: f})
}

type logMain struct{ Entries present.List[entry] }

// moderationLog answers GET /moderation/log.
func (s *Site) moderationLog(e *core.RequestEvent) error {
	entries, err := ask[present.List[entry]](e, s.do.ModerationLog, "", nil)
	if err != nil {
		return err
	}
	return s.show(e, http.StatusOK, "moderation-log", s.page(e, "moderation", i18n.T(langOf(e), "moderation.log"), logMain{entries}))
}

// undo answers POST /moderation/log/{id}/undo.
func (s *Site) undo(e *core.RequestEvent) error {
	if err := tell(e, s.do.Undo, e.Request.PathValue("id"), nothing{}); err != nil {
		return err
	}
	return e.Redirect(http.StatusSeeOther, "/moderation/log")
}

// reportedURL is where what a case is about can be looked at.
func reportedURL(c reportedCase) string {
	switch c.TargetType {
	case collections.TargetUser:
		return userURL(c.Target.Author)
	case collections.TargetComment:
		return aboutOf(c.TargetType, c.TargetID).Path
	}
	return aboutOf(collections.TargetPost, c.Target.Post).Path
}
