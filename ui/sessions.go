package ui

import (
	"net/http"
	"slices"
	"strings"

	"github.com/pocketbase/pocketbase/core"

	"madang/i18n"
	"madang/present"
	"madang/text"
)

const sessionsPath = "/settings/sessions"

// session is a place where one is signed in, as the API answers.
type session struct {
	ID         string `json:"id"`
	UserAgent  string `json:"user_agent"`
	IP         string `json:"ip"`
	CreatedAt  string `json:"created_at"`
	LastUsedAt string `json:"last_used_at"`
	Current    bool   `json:"current"`
}

type sessionsMain struct {
	settingsPage
	Sessions []session
}

// Others reports whether there are more than the one that asks.
func (m sessionsMain) Others() bool {
	for _, one := range m.Sessions {
		if !one.Current {
			return true
		}
	}
	return false
}

// sessions answers GET /settings/sessions.
func (s *Site) sessions(e *core.RequestEvent) error {
	page, err := s.settingsOf(e, "sessions")
	if err != nil {
		return err
	}
	all, err := ask[present.List[session]](e, s.do.Sessions, "", nothing{})
	if err != nil {
		return err
	}
	return s.showSettings(e, http.StatusOK, "sessions", "sessions.title", sessionsMain{page, all.Results})
}

// endSession answers POST /settings/sessions/{id}/end, of a session other than this one.
func (s *Site) endSession(e *core.RequestEvent) error {
	if err := tell(e, s.do.EndSession, e.Request.PathValue("id"), nothing{}); err != nil {
		return err
	}
	return done(e, sessionsPath, "session_ended")
}

// endOtherSessions answers POST /settings/sessions/end.
func (s *Site) endOtherSessions(e *core.RequestEvent) error {
	if err := tell(e, s.do.EndOtherSessions, "", nothing{}); err != nil {
		return err
	}
	return done(e, sessionsPath, "sessions_ended")
}

// device is how people would call what a User-Agent is of.
func device(lang i18n.Lang, userAgent string) string {
	program, system := text.Device(userAgent)
	switch {
	case program != "" && system != "":
		return i18n.T(lang, "sessions.on", program, system)
	case program+system != "":
		return program + system
	case userAgent == "":
		return i18n.T(lang, "sessions.unknown")
	}
	name, _, _ := strings.Cut(userAgent, "/") // a program of somebody's own
	return text.Shorten(name, 40)
}

// handheld reports whether it is of a phone or a tablet.
func handheld(userAgent string) bool {
	_, system := text.Device(userAgent)
	return slices.Contains([]string{"iPhone", "iPad", "Android"}, system)
}
