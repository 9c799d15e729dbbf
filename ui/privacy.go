package ui

import (
	"net/http"

	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/present"
)

// The pages about other people: who may follow, who asks to, whom one muted or blocked.

const privacyPath = "/settings/privacy"

type privacyMain struct {
	settingsPage
	Requests, Muted, Blocked int
}

// privacy answers GET /settings/privacy.
func (s *Site) privacy(e *core.RequestEvent) error {
	page, err := s.settingsOf(e, "privacy")
	if err != nil {
		return err
	}
	main := privacyMain{settingsPage: page}
	for _, list := range []struct {
		of Action
		to *int
	}{{s.do.FollowRequests, &main.Requests}, {s.do.Mutes, &main.Muted}, {s.do.Blocks, &main.Blocked}} {
		people, err := ask[present.List[present.User]](e, list.of, "", nothing{})
		if err != nil {
			return err
		}
		*list.to = whole(people.Count)
	}
	return s.showSettings(e, http.StatusOK, "privacy", "privacy.title", main)
}

// savePrivacy answers POST /settings/privacy.
func (s *Site) savePrivacy(e *core.RequestEvent) error {
	wish := map[string]any{}
	if approves, told := checked(e, "approves_followers"); told {
		wish["approves_followers"] = approves
	}
	if accepts, told := checked(e, "accepts_messages"); told {
		wish["messages_from"] = collections.MessagesFromNobody
		if accepts {
			wish["messages_from"] = collections.MessagesFromMutual
		}
	}
	if err := tell(e, s.do.EditProfile, "", wish); err != nil {
		return err
	}
	return done(e, privacyPath, "privacy")
}

// whole is a count that a list may lack.
func whole(n *int) int {
	if n == nil {
		return 0
	}
	return *n
}

type peopleMain struct {
	Kind, Done string // requests, muted or blocked
	People     present.List[present.User]
}

// peopleList answers GET of one of the lists below the page.
func (s *Site) peopleList(kind string, list Action) func(*core.RequestEvent) error {
	return func(e *core.RequestEvent) error {
		people, err := ask[present.List[present.User]](e, list, "", nothing{})
		if err != nil {
			return err
		}
		return s.showSettings(e, http.StatusOK, "privacy_list", "privacy."+kind, peopleMain{Kind: kind, Done: doneOf(e), People: people})
	}
}

// answerRequest answers POST /settings/requests/{id}: the request of the person with that id.
func (s *Site) answerRequest(e *core.RequestEvent) error {
	action, what := s.do.DeclineRequest, "declined"
	if e.Request.PostFormValue("answer") == "accept" {
		action, what = s.do.ApproveRequest, "accepted"
	}
	if err := tell(e, action, e.Request.PathValue("id"), nothing{}); err != nil {
		return err
	}
	return done(e, "/settings/requests", what)
}

// Relation is what the caller made of somebody.
type Relation struct {
	Muted, Blocked bool
	MayWrite       bool // to them
}
