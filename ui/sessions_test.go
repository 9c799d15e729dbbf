package ui_test

import (
	"net/http"
	"strings"
	"testing"

	"madang/testapp"
)

func TestSessionsAreListedAndEnded(t *testing.T) {
	app := testapp.New(t)
	ada, phone, tablet := visit(t, app, testapp.Ada), visit(t, app, testapp.Ada), visit(t, app, testapp.Ada)
	bob := visit(t, app, testapp.Bob)
	all := ada.get("/settings/sessions").is(http.StatusOK, "This device", "Sign out everywhere else")
	if n := strings.Count(all.html, `/end"`); n != 3 { // two others, and all of them
		t.Errorf("%d buttons", n)
	}
	phone.get("/settings/sessions").is(http.StatusOK)
	one := ada.get("/settings/sessions").pick(`action="(/settings/sessions/[a-z0-9]{15}/end)"`)
	bob.post(one, nil).is(http.StatusNotFound)
	ada.post(one, nil).leadsTo("/settings/sessions?done=session_ended")
	ada.post("/settings/sessions/end", nil).leadsTo("/settings/sessions?done=sessions_ended")
	for _, b := range []*browser{phone, tablet} {
		b.get("/settings").leadsTo("/login")
	}
	ada.get("/settings/sessions?done=sessions_ended").is(http.StatusOK, "You are signed out everywhere else.").not("Sign out everywhere else", `/end"`)
	bob.get("/settings").is(http.StatusOK)
}
