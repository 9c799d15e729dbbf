package ui_test

import (
	"net/http"
	"net/url"
	"testing"

	"madang/testapp"
)

func TestFollowersAreApprovedOnThePages(t *testing.T) {
	app := testapp.New(t)
	ada, bob, sora := visit(t, app, testapp.Ada), visit(t, app, testapp.Bob), visit(t, app, testapp.Sora)
	follow := "/users/" + testapp.ID(testapp.Ada) + "/follow"
	for _, b := range []*browser{bob, sora} {
		b.post(follow, url.Values{"on": {"0"}, "back": {"/@ada"}}).leadsTo("/@ada")
	}
	ada.get("/settings/privacy").is(http.StatusOK, "Approve my followers").not(`name="approves_followers" value="1" checked`)
	ada.post("/settings/privacy", url.Values{"approves_followers": {"1"}}).leadsTo("/settings/privacy?done=privacy")
	ada.get("/settings/privacy").is(http.StatusOK, `name="approves_followers" value="1" checked`)
	ada.get("/settings/requests").is(http.StatusOK, "No follow requests.")

	bob.post(follow, url.Values{"on": {"1"}, "back": {"/@ada"}}).leadsTo("/@ada")
	bob.get("/@ada").is(http.StatusOK, `<span data-label>Requested</span>`, `name="on" value="0"`, "Approves followers")
	bob.post(follow, url.Values{"on": {"0"}, "back": {"/@ada"}}).leadsTo("/@ada") // withdrawn
	bob.get("/@ada").is(http.StatusOK, `<span data-label>Follow</span>`)
	ada.get("/settings/requests").is(http.StatusOK, "No follow requests.")

	bob.post(follow, url.Values{"on": {"1"}})
	sora.post(follow, url.Values{"on": {"1"}})
	ada.get("/settings/requests").is(http.StatusOK, "@bob", "@sora")
	ada.get("/settings/privacy").is(http.StatusOK, "all 2 in who are asking")
	answer := func(who, with string) {
		t.Helper()
		ada.post("/settings/requests/"+testapp.ID(who), url.Values{"answer": {with}}).leadsTo("/settings/requests?done=" + with[:6])
	}
	answer(testapp.Bob, "accept")
	answer(testapp.Sora, "decline")
	ada.post("/settings/requests/nosuchperson000", url.Values{"answer": {"accept"}}).is(http.StatusNotFound)
	ada.get("/settings/requests?done=accepted").is(http.StatusOK, "They follow you now.", "No follow requests.")
	bob.get("/@ada").is(http.StatusOK, `<span data-label>Following</span>`)
	sora.get("/@ada").is(http.StatusOK, `<span data-label>팔로우</span>`)
}

// TestAFormChangesNothingThatItLacks: a box that isn't checked is told from one that a form doesn't have.
func TestAFormChangesNothingThatItLacks(t *testing.T) {
	app := testapp.New(t)
	ada := visit(t, app, testapp.Ada)
	before := []string{`name="accepts_messages" value="1" checked`, `name="recommend" value="1" checked`, `name="tags" value="1" checked`}
	for _, path := range []string{"/settings/privacy", "/settings/feeds"} {
		ada.post(path, url.Values{}).leadsTo("/settings/privacy?done=")
		ada.get("/settings/privacy").is(http.StatusOK, before...).not(`name="approves_followers" value="1" checked`)
	}
	ada.post("/settings/feeds", url.Values{"tags": {"0"}}).leadsTo("/settings/privacy?done=feeds")
	ada.get("/settings/privacy").is(http.StatusOK, before[:2]...).not(before[2])
	ada.post("/settings/privacy", url.Values{"approves_followers": {"0", "1"}, "accepts_messages": {"0"}}).leadsTo("/settings/privacy?done=privacy")
	ada.get("/settings/privacy").is(http.StatusOK, `name="approves_followers" value="1" checked`, before[1]).not(before[0])

	like := `name="push" value="like" checked`
	ada.post("/settings/notifications", url.Values{"digest": {"weekly"}}).leadsTo("/settings/notifications?done=notifications")
	ada.post("/settings/notifications", url.Values{}).leadsTo("/settings/notifications?done=notifications")
	ada.get("/settings/notifications").is(http.StatusOK, like, `name="digest" value="weekly" checked`)
	ada.post("/settings/notifications", url.Values{"kind": {"like"}, "bell": {"like"}}).leadsTo("/settings/notifications?done=notifications")
	ada.get("/settings/notifications").is(http.StatusOK, `name="bell" value="like" checked`, `name="push" value="reply" checked`).not(like)

	ada.post("/settings", url.Values{"section": {"profile"}, "bio": {"Still here"}}).leadsTo("/settings?done=profile")
	ada.post("/settings", url.Values{"section": {"profile"}, "name": {"Ada L."}}).leadsTo("/settings?done=profile")
	ada.get("/settings").is(http.StatusOK, "Still here", "Ada L.")
}

func TestPeopleAreMutedAndBlockedAndTheOtherWayRound(t *testing.T) {
	app := testapp.New(t)
	ada, bob := visit(t, app, testapp.Ada), visit(t, app, testapp.Bob)
	post := write(t, app, testapp.Ada, map[string]any{"title": "Seen by Bob"})
	path := "/users/" + testapp.ID(testapp.Bob)
	ada.get("/@bob").is(http.StatusOK, `action="`+path+`/mute"`, `action="`+path+`/block"`)
	ada.get("/@ada").is(http.StatusOK).not("/mute")
	visit(t, app, "").get("/@bob").is(http.StatusOK).not("/mute")
	for _, c := range []struct{ do, list, note, undo string }{
		{"mute", "muted", "You muted them", "Unmute"}, {"block", "blocked", "You blocked them", "Unblock"},
	} {
		ada.get("/settings/" + c.list).is(http.StatusOK).not("@bob")
		ada.post(path+"/"+c.do, url.Values{"on": {"1"}, "back": {"/@bob"}}).leadsTo("/@bob")
		ada.get("/@bob").is(http.StatusOK, c.note, c.undo)
		ada.get("/settings/"+c.list).is(http.StatusOK, "@bob", c.undo)
		if seen := bob.get("/posts/" + post); (seen.StatusCode == http.StatusNotFound) != (c.do == "block") {
			t.Errorf("%s: Bob gets %d", c.do, seen.StatusCode)
		}
		ada.post(path+"/"+c.do, url.Values{"on": {"0"}, "back": {"/settings/" + c.list}}).leadsTo("/settings/" + c.list)
		ada.get("/settings/" + c.list).is(http.StatusOK).not("@bob")
	}
}
