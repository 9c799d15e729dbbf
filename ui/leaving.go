package ui

import (
	"net/http"

	"github.com/pocketbase/pocketbase/core"

	"madang/i18n"
)

// What somebody has here, to take along, and the way out.

const leavePath = "/settings/delete"

// data answers GET /settings/data.
func (s *Site) data(e *core.RequestEvent) error {
	page, err := s.settingsOf(e, "data")
	if err != nil {
		return err
	}
	return s.showSettings(e, http.StatusOK, "data", "data.title", page)
}

type leaveMain struct {
	settingsPage
	Proof proof
}

// leave answers GET /settings/delete.
func (s *Site) leave(e *core.RequestEvent) error { return s.showLeave(e, http.StatusOK, form{}) }

func (s *Site) showLeave(e *core.RequestEvent, status int, sent form) error {
	page, err := s.settingsOf(e, "data")
	if err != nil {
		return err
	}
	page.sent = sent
	proofs, err := s.proofFor(e, page, leavePath)
	if err != nil {
		return err
	}
	return s.showSettings(e, status, "leave", "leave.title", leaveMain{page, proofs("")})
}

// leaveForGood answers POST /settings/delete.
func (s *Site) leaveForGood(e *core.RequestEvent) error {
	lang := langOf(e) // which goes with them
	err := tell(e, s.do.Leave, "", proved(e))
	if err == nil {
		rememberLang(e, lang)
		return e.Redirect(http.StatusSeeOther, "/goodbye")
	}
	f := form{}
	if err := f.refuse(e, err, "password", "code"); err != nil {
		return err
	}
	return s.showLeave(e, http.StatusBadRequest, f)
}

// goodbye answers GET /goodbye.
func (s *Site) goodbye(e *core.RequestEvent) error {
	return s.show(e, http.StatusOK, "goodbye", s.page(e, "", i18n.T(langOf(e), "goodbye.title"), nil))
}
