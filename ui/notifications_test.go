package ui_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"madang/testapp"
)

func TestNotificationsAreShownAndRead(t *testing.T) {
	app := testapp.New(t)
	visit(t, app, "").get("/notifications").leadsTo("/login?next=%2Fnotifications")
	ada, bob := visit(t, app, testapp.Ada), visit(t, app, testapp.Bob)
	ada.post("/notifications", nil).leadsTo("/notifications") // what the demo told of
	ada.get("/notifications?unread=1").is(http.StatusOK, "You have read everything.").not("Mark all as read")
	post := write(t, app, testapp.Ada, map[string]any{"title": "Under the tree"})
	bob.post("/posts/"+post+"/like", url.Values{"on": {"1"}})
	bob.post("/posts/"+post+"/comments", url.Values{"content": {"<b>Lovely</b>"}})

	ada.get("/explore").is(http.StatusOK, `data-unread>2</span>`)
	ada.get("/notifications?unread=1").is(http.StatusOK, "liked “Under the tree”", "commented on “Under the tree”", "&lt;b&gt;Lovely", "/posts/"+post+"#c-", "Mark all as read")
	ada.get("/explore").is(http.StatusOK, `data-unread hidden>0</span>`) // looking at them was reading them
	ada.get("/notifications").is(http.StatusOK, "liked “Under the tree”").not("Mark all as read")
}

// TestAPageSpeaksOneLanguage: that of its reader, whatever their browser asks for.
func TestAPageSpeaksOneLanguage(t *testing.T) {
	app := testapp.New(t)
	post := write(t, app, testapp.Ada, map[string]any{"title": "Under the tree"})
	app.POST(testapp.Bob, "/api/posts/"+post+"/like", nil).Want(http.StatusCreated)
	for lang, want := range map[string]string{"en": "Bob Marsh liked “Under the tree”", "ko": "Bob Marsh님이 “Under the tree” 글을 좋아해요"} {
		app.Do(testapp.Ada, http.MethodPatch, "/api/auth/profile", map[string]any{"locale": lang}).Want(http.StatusOK)
		for _, accepted := range []string{"en", "ko"} {
			r := httptest.NewRequest(http.MethodGet, "/notifications", nil)
			r.Header.Set("Authorization", "Bearer "+app.Token(testapp.Ada))
			r.Header.Set("Accept-Language", accepted)
			if page := app.Send(r).Want(http.StatusOK).Body.String(); !strings.Contains(page, want) {
				t.Errorf("a page in %s to a browser that asks for %s doesn't say %q", lang, accepted, want)
			}
		}
	}
}
