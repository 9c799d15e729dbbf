package ui

import (
	"net/http"
	"strconv"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"madang/i18n"
	"madang/present"
)

// The pages of invitations, of who asks to join, and of the tree that invitations make.

// inviteLink is an invitation, as the API answers.
type inviteLink struct {
	ID        string              `json:"id"`
	Path      string              `json:"path"`
	Note      string              `json:"note"`
	MaxUses   int                 `json:"max_uses"`
	Uses      int                 `json:"uses"`
	IsOpen    bool                `json:"is_open"`
	ExpiresAt string              `json:"expires_at"`
	Joined    []present.UserBrief `json:"joined"`
}

type invitesMain struct {
	settingsPage
	Home    string // where the instance is
	Invites present.List[inviteLink]
	Days    []int
}

const invitesPath = "/settings/invites"

// invites answers GET /settings/invites.
func (s *Site) invites(e *core.RequestEvent) error { return s.showInvites(e, http.StatusOK, form{}) }

func (s *Site) showInvites(e *core.RequestEvent, status int, f form) error {
	page, err := s.settingsOf(e, "profile")
	if err != nil {
		return err
	}
	page.sent = f
	main := invitesMain{settingsPage: page, Home: s.absolute(e, ""), Days: []int{1, 7, 30, 90}}
	if main.Invites, err = ask[present.List[inviteLink]](e, s.do.Invites, "", nothing{}); err != nil {
		return err
	}
	return s.showSettings(e, status, "invites", "invites.title", main)
}

// makeInvite answers POST /settings/invites.
func (s *Site) makeInvite(e *core.RequestEvent) error {
	f := typed(e, "note", "max_uses", "days")
	number := func(name string) int { n, _ := strconv.Atoi(f.Value(name)); return n }
	err := tell(e, s.do.MakeInvite, "", map[string]any{"note": f.Value("note"), "max_uses": number("max_uses"), "days": number("days")})
	if err == nil {
		return done(e, invitesPath, "invite")
	}
	if err := f.refuse(e, err, "note", "max_uses"); err != nil {
		return err
	}
	return s.showInvites(e, http.StatusBadRequest, f)
}

// revokeInvite answers POST /settings/invites/{id}/revoke.
func (s *Site) revokeInvite(e *core.RequestEvent) error {
	if err := tell(e, s.do.RevokeInvite, e.Request.PathValue("id"), nothing{}); err != nil {
		return err
	}
	return done(e, invitesPath, "revoked")
}

// applicant is somebody who asks to join, as the API answers.
type applicant struct {
	ID          string `json:"id"`
	Username    string `json:"username"`
	Name        string `json:"name"`
	EmailDomain string `json:"email_domain"`
	Provider    string `json:"provider"`
	Message     string `json:"message"`
	CreatedAt   string `json:"created_at"`
}

type applicationsMain struct {
	Applicants present.List[applicant]
	Refused    string // whose decision was refused
	Form       form
}

const applicationsPath = "/moderation/applications"

// applications answers GET /moderation/applications.
func (s *Site) applications(e *core.RequestEvent) error {
	return s.showApplications(e, http.StatusOK, applicationsMain{})
}

func (s *Site) showApplications(e *core.RequestEvent, status int, main applicationsMain) (err error) {
	if main.Applicants, err = ask[present.List[applicant]](e, s.do.Applications, "", nil); err != nil {
		return err
	}
	return s.show(e, status, "applications", s.page(e, "moderation", i18n.T(langOf(e), "applications.title"), main))
}

// decideApplication answers POST /moderation/applications/{id}.
func (s *Site) decideApplication(e *core.RequestEvent) error {
	f := typed(e, "decision", "reason")
	do, id := s.do.RefuseApplication, e.Request.PathValue("id")
	if f.Value("decision") == "approve" {
		do = s.do.ApproveApplication
	}
	err := tell(e, do, id, map[string]any{"reason": f.Value("reason")})
	if err == nil {
		return e.Redirect(http.StatusSeeOther, applicationsPath)
	}
	if err := f.refuse(e, err); err != nil {
		return err
	}
	return s.showApplications(e, http.StatusBadRequest, applicationsMain{Refused: id, Form: f})
}

// branched is somebody in the tree of invitations, as the API answers.
type branched struct {
	User     present.UserBrief `json:"user"`
	Inviter  string            `json:"inviter"`
	Depth    int               `json:"depth"`
	JoinedAt string            `json:"joined_at"`
	Until    string            `json:"until"`
}

type branchMain struct {
	Root   present.User
	People present.List[branched]
	Days   []int
	Done   bool
}

// branch answers GET /moderation/invites/{id}: whom somebody invited, whom those invited, and so on.
func (s *Site) branch(e *core.RequestEvent) error {
	id := e.Request.PathValue("id")
	root, err := ask[present.User](e, s.do.Person, id, nil)
	if err != nil {
		return err
	}
	people, err := ask[present.List[branched]](e, s.do.Branch, id, nil)
	if err != nil {
		return err
	}
	main := branchMain{root, people, []int{1, 7, 30, 365}, e.Request.URL.Query().Has("done")}
	return s.show(e, http.StatusOK, "branch", s.page(e, "moderation", i18n.T(langOf(e), "branch.title"), main))
}

// suspendBranch answers POST /moderation/invites/{id}.
func (s *Site) suspendBranch(e *core.RequestEvent) error {
	f := typed(e, "note", "days", "root")
	id := e.Request.PathValue("id")
	days, err := strconv.Atoi(f.Value("days"))
	if err != nil || days < 1 || days > 3650 {
		days = 1
	}
	err = tell(e, s.do.SuspendBranch, id, map[string]any{
		"until": s.Now().AddDate(0, 0, days).UTC().Format(time.RFC3339), "note": f.Value("note"), "root": f.Value("root") != "",
	})
	if err != nil {
		return err
	}
	return e.Redirect(http.StatusSeeOther, "/moderation/invites/"+id+"?done=1")
}
