package hooks_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"madang/collections"
	"madang/testapp"
)

// TestWhoAsksIsNeverWhoTheyWere: after any write, whoever wrote, a token and a browser's cookie sign in whom they would sign in if
// nobody were remembered.
func TestWhoAsksIsNeverWhoTheyWere(t *testing.T) {
	app := testapp.New(t)
	app.Undescribed = true
	other, err := collections.ConnectDB(filepath.Join(app.DataDir(), "data.db")) // another program
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	token := login(app, testapp.Ada).String("access")
	cookie := inBrowser(app, testapp.Ada)
	reads := map[string]func() *testapp.Answer{
		"token":  func() *testapp.Answer { return as(app, token, "GET", profile) },
		"cookie": func() *testapp.Answer { return withCookie(app, cookie) },
		"native": func() *testapp.Answer { return as(app, token, "GET", "/api/collections/bookmarks/records") },
	}
	for _, write := range []struct {
		sql  string
		ends bool // signs nobody in
	}{
		{"UPDATE users SET name = 'Countess' WHERE username = 'ada'", false},
		{"UPDATE users SET suspended_until = '2099-01-01 00:00:00.000Z' WHERE username = 'ada'", false},
		{"UPDATE users SET suspended_until = '' WHERE username = 'ada'", false},
		{"UPDATE sessions SET revoked_at = '2026-01-01 00:00:00.000Z'", true},
		{"UPDATE sessions SET revoked_at = ''", false},
		{"UPDATE sessions SET expires_at = '2026-01-01 00:00:00.000Z'", true},
		{"UPDATE sessions SET expires_at = '2099-01-01 00:00:00.000Z'", false},
		{"UPDATE users SET tokenKey = tokenKey || 'x' WHERE username = 'ada'", true},
		{"UPDATE users SET tokenKey = SUBSTR(tokenKey, 1, LENGTH(tokenKey) - 1) WHERE username = 'ada'", false},
		{"UPDATE sessions SET user = (SELECT id FROM users WHERE username = 'bob')", true},
	} {
		for _, read := range reads { // now they are remembered
			read()
		}
		if _, err := other.NewQuery(write.sql).Execute(); err != nil {
			t.Fatal(err)
		}
		for name, read := range reads {
			remembered := read()
			app.Deps.Accounts.Askers.Forget()
			now := read()
			if remembered.Code != now.Code || remembered.Body.String() != now.Body.String() {
				t.Errorf("after %s by %s: %d %s\nand would be %d %s", write.sql, name, remembered.Code, remembered.Body, now.Code, now.Body)
			}
			if name == "token" && (now.Code == 401) != write.ends {
				t.Errorf("after %s: %d", write.sql, now.Code)
			}
		}
	}
}

// TestATokenIsNoCookie, nor a cookie a token, however well remembered: a cookie doesn't sign in from other sites, and a token's session
// isn't prolonged.
func TestATokenIsNoCookie(t *testing.T) {
	app := testapp.New(t)
	app.Undescribed = true
	token := login(app, testapp.Ada).String("access")
	cookie := inBrowser(app, testapp.Ada)
	as(app, token, "GET", profile).Want(200)
	withCookie(app, cookie).Want(200)
	as(app, cookie, "GET", profile).Want(401)
	withCookie(app, token).Want(401)
}

// TestWhoAsksIsRememberedUntilTheirSessionEnds, without a query, and not beyond: nothing has to be written for a session to end.
func TestWhoAsksIsRememberedUntilTheirSessionEnds(t *testing.T) {
	app := testapp.New(t)
	app.Undescribed = true
	token := login(app, testapp.Ada).String("access")
	as(app, token, "GET", profile).Want(200)
	if again := asked(t, app, func() { as(app, token, "GET", "/api/posts").Want(200) }); len(again) != 3 {
		t.Errorf("a list takes %d queries of somebody known: %q", len(again), again)
	}
	app.Deps.Accounts.Now = func() time.Time { return time.Now().Add(25 * time.Hour) }
	as(app, token, "GET", profile).Want(401)
}

// TestHowOneDoesIsOnesOwn: answers to members that are kept are given to nobody else, and not after a write.
func TestHowOneDoesIsOnesOwn(t *testing.T) {
	app := testapp.New(t)
	app.Undescribed = true
	const path = "/api/users/me/stats"
	for range 2 {
		ada, bob := app.GET(testapp.Ada, path).Want(200), app.GET(testapp.Bob, path).Want(200)
		if ada.Body.String() == bob.Body.String() {
			t.Fatalf("both do as well: %s", ada.Body)
		}
		if private := ada.Header().Get("Cache-Control"); !strings.HasPrefix(private, "private") {
			t.Errorf("others may have it: %s", private)
		}
		app.GET("", path).Want(401)
	}
	before := app.GET(testapp.Ada, path).Want(200)
	if again := asked(t, app, func() { app.GET(testapp.Ada, path).Want(200) }); len(again) > 0 {
		t.Errorf("asked again it takes %q", again)
	}
	post(app, testapp.Ada, map[string]any{"tags": []string{"here"}})
	after := app.GET(testapp.Ada, path).Want(200)
	if after.JSON["posts_count"] != before.JSON["posts_count"].(float64)+1 {
		t.Errorf("after a post there are %v", after.JSON["posts_count"])
	}
}
