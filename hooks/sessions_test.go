package hooks_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"madang/accounts"
	"madang/collections"
	"madang/testapp"
)

const profile = "/api/auth/profile"

// as asks with an access token.
func as(app *testapp.App, token, method, path string) *testapp.Answer {
	r := httptest.NewRequest(method, path, nil)
	r.Header.Set("Authorization", "Bearer "+token)
	return app.Send(r)
}

func login(app *testapp.App, who string) *testapp.Answer {
	return app.POST("", "/api/auth/login", map[string]any{"identity": who, "password": testapp.Password}).Want(http.StatusOK)
}

func refresh(app *testapp.App, token string) *testapp.Answer {
	return app.POST("", "/api/auth/token/refresh", map[string]any{"refresh": token})
}

func TestARefreshTokenIsGoodOnce(t *testing.T) {
	app := testapp.New(t)
	first := login(app, testapp.Ada)
	second := refresh(app, first.String("refresh")).Want(http.StatusOK)
	as(app, second.String("access"), "GET", profile).Want(http.StatusOK)
	third := refresh(app, second.String("refresh")).Want(http.StatusOK)

	refresh(app, second.String("refresh")).Want(http.StatusUnauthorized) // a copy turns up
	refresh(app, third.String("refresh")).Want(http.StatusUnauthorized)  // the family is dead
	as(app, third.String("access"), "GET", profile).Want(http.StatusUnauthorized)
	refresh(app, "made-up").Want(http.StatusUnauthorized)
	app.POST("", "/api/auth/token/refresh", map[string]any{}).Want(http.StatusBadRequest).WantCode("refresh", "validation_required")
	as(app, login(app, testapp.Ada).String("access"), "GET", profile).Want(http.StatusOK) // other sessions live
}

// handOut makes a session with a refresh token, without the cost of a password.
func handOut(t *testing.T, app *testapp.App, who, secret string) {
	t.Helper()
	u := person(t, app, who)
	digest := func(s string) string { sum := sha256.Sum256([]byte(s)); return hex.EncodeToString(sum[:]) }
	session := map[string]any{"user": u.Id, "token_key_hash": digest(u.TokenKey()), "last_used_at": time.Now(), "expires_at": time.Now().Add(time.Hour)}
	token := map[string]any{"hash": digest(secret), "expires_at": time.Now().Add(time.Hour)}
	for _, row := range []struct {
		collection string
		values     map[string]any
	}{{collections.Sessions, session}, {collections.RefreshTokens, token}} {
		record, err := collections.New(app, row.collection)
		if err != nil {
			t.Fatal(err)
		}
		record.Load(row.values)
		if err := app.Save(record); err != nil {
			t.Fatal(err)
		}
		token["session"] = record.Id
	}
}

func TestOneOfManyAtOnceGetsTheNewTokens(t *testing.T) {
	app := testapp.New(t)
	rounds := 200
	if testing.Short() {
		rounds = 20
	}
	for round := range rounds {
		token := fmt.Sprintf("a secret of round %d", round)
		handOut(t, app, testapp.Ada, token)
		var won atomic.Int32
		var all sync.WaitGroup
		for range 16 {
			all.Go(func() {
				if refresh(app, token).Code == http.StatusOK {
					won.Add(1)
				}
			})
		}
		all.Wait()
		if n := won.Load(); n != 1 {
			t.Fatalf("round %d: %d of 16 got tokens for one refresh token", round, n)
		}
	}
}

func TestLogoutEndsTheSessionOnBothSurfaces(t *testing.T) {
	app := testapp.New(t)
	in := login(app, testapp.Ada)
	r := httptest.NewRequest("POST", "/api/auth/logout", strings.NewReader(`{"refresh":"`+in.String("refresh")+`"}`))
	r.Header.Set("Authorization", "Bearer "+in.String("access"))
	r.Header.Set("Content-Type", "application/json")
	app.Send(r).Want(http.StatusNoContent)
	as(app, in.String("access"), "GET", profile).Want(http.StatusUnauthorized)
	refresh(app, in.String("refresh")).Want(http.StatusUnauthorized)
	if n := as(app, in.String("access"), "GET", "/api/collections/notifications/records").Int("totalItems"); n != 0 {
		t.Errorf("the native API still shows %d notifications", n)
	}
	as(app, in.String("access"), "POST", "/api/files/token").Want(http.StatusUnauthorized)
	as(app, in.String("access"), "POST", "/api/collections/users/auth-refresh").Want(http.StatusUnauthorized)
}

func TestTheNativeSignInIsASessionToo(t *testing.T) {
	app := testapp.New(t)
	in := app.POST("", "/api/collections/users/auth-with-password", map[string]any{"identity": "ada@example.com", "password": testapp.Password}).Want(http.StatusOK)
	as(app, in.String("token"), "GET", profile).Want(http.StatusOK)
	renewed := as(app, in.String("token"), "POST", "/api/collections/users/auth-refresh").Want(http.StatusOK)
	sessions := as(app, renewed.String("token"), "GET", "/api/auth/sessions").Want(http.StatusOK).Results()
	if len(sessions) != 1 || sessions[0]["current"] != true {
		t.Fatalf("sessions: %v, want the one, not a second by auth-refresh", sessions)
	}
	refresh(app, in.String("meta", "refresh")).Want(http.StatusOK)
	id, _ := sessions[0]["id"].(string)
	as(app, app.Token(testapp.Bob), "DELETE", "/api/auth/sessions/"+id).Want(http.StatusNotFound)
	as(app, renewed.String("token"), "DELETE", "/api/auth/sessions/"+id).Want(http.StatusNoContent)
	for _, token := range []string{in.String("token"), renewed.String("token")} {
		as(app, token, "GET", profile).Want(http.StatusUnauthorized)
	}
	app.POST("", "/api/collections/users/auth-with-password", map[string]any{"identity": "ada@example.com", "password": "wrong"}).Want(http.StatusBadRequest)
	if n, err := app.CountRecords(collections.Sessions); err != nil || n != 2 { // ada's, and bob's for the test
		t.Errorf("%d sessions, %v: a refused sign-in left one", n, err)
	}
}

func TestAPasswordChangeEndsEveryOtherSession(t *testing.T) {
	app := testapp.New(t)
	other := login(app, testapp.Ada)
	change := func(old, fresh, confirm string) *testapp.Answer {
		return app.POST(testapp.Ada, "/api/auth/password/change", map[string]any{"old_password": old, "new_password": fresh, "new_password_confirm": confirm})
	}
	change("wrong", "Another-Horse-9", "Another-Horse-9").Want(http.StatusBadRequest).WantCode("old_password", "validation_wrong_password")
	change(testapp.Password, "12345678", "12345678").Want(http.StatusBadRequest).WantCode("new_password", "validation_password_numeric")
	change(testapp.Password, "Another-Horse-9", "Different").Want(http.StatusBadRequest).WantCode("new_password_confirm", "validation_values_mismatch")
	as(app, other.String("access"), "GET", profile).Want(http.StatusOK)

	tokens := change(testapp.Password, "Another-Horse-9", "Another-Horse-9").Want(http.StatusOK)
	as(app, tokens.String("access"), "GET", profile).Want(http.StatusOK)
	refresh(app, tokens.String("refresh")).Want(http.StatusOK)
	as(app, other.String("access"), "GET", profile).Want(http.StatusUnauthorized)
	refresh(app, other.String("refresh")).Want(http.StatusUnauthorized)
	app.POST("", "/api/auth/login", map[string]any{"username": "ada", "password": testapp.Password}).Want(http.StatusUnauthorized)
	app.POST("", "/api/auth/login", map[string]any{"email": "ADA@example.com", "password": "Another-Horse-9"}).Want(http.StatusOK)
}

func TestASuspendedPersonReadsButDoesNotWrite(t *testing.T) {
	app := testapp.New(t)
	token := app.Token(testapp.Bob)
	bob, err := collections.FindUser(app, "@bob")
	if err != nil {
		t.Fatal(err)
	}
	bob.Set("suspended_until", "2099-01-01 00:00:00.000Z")
	if err := app.Save(bob); err != nil {
		t.Fatal(err)
	}
	as(app, token, "GET", "/api/posts").Want(http.StatusOK)
	as(app, token, "GET", profile).Want(http.StatusOK)
	id := firstPublicPost(t, app, testapp.Bob)
	refusal := app.POST(testapp.Bob, "/api/posts/"+id+"/like", nil).Want(http.StatusForbidden)
	if !strings.Contains(refusal.String("message"), "2099-01-01") {
		t.Errorf("the refusal doesn't say until when: %s", refusal.Body)
	}
	app.POST(testapp.Bob, "/api/collections/likes/records", map[string]any{"post": id}).Want(http.StatusForbidden)
	app.Do(testapp.Bob, http.MethodPatch, profile, map[string]any{"bio": "still me"}).Want(http.StatusOK)
}

// inBrowser is the cookie of a browser in which who signed in.
func inBrowser(app *testapp.App, who string) (value string) {
	r := httptest.NewRequest("POST", "/login", strings.NewReader("identity="+who+"&password="+testapp.Password))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for _, c := range app.Send(r).Result().Cookies() {
		if c.Name == accounts.Cookie {
			value = c.Value
		}
	}
	return value
}

// withCookie asks for one's profile from a browser.
func withCookie(app *testapp.App, value string) *testapp.Answer {
	r := httptest.NewRequest("GET", profile, nil)
	r.AddCookie(&http.Cookie{Name: accounts.Cookie, Value: value})
	return app.Send(r)
}

// TestATroubledDatabaseSignsNobodyOut asks while a table can't be read, as where the disk fails for a moment: a client that
// is told that its session is over would throw it away.
func TestATroubledDatabaseSignsNobodyOut(t *testing.T) {
	app := testapp.New(t)
	app.Undescribed = true
	in := login(app, testapp.Ada)
	cookie := inBrowser(app, testapp.Ada)
	byCookie := func() *testapp.Answer { return withCookie(app, cookie) }
	byCookie().Want(http.StatusOK)
	for _, table := range []string{"sessions", "users", "refresh_tokens"} {
		rename := func(from, to string) {
			t.Helper()
			if _, err := app.NonconcurrentDB().NewQuery("ALTER TABLE " + from + " RENAME TO " + to).Execute(); err != nil {
				t.Fatal(err)
			}
		}
		rename(table, "away")
		if table != "refresh_tokens" {
			as(app, in.String("access"), "GET", profile).Want(http.StatusInternalServerError)
			as(app, in.String("access"), "GET", "/api/collections/bookmarks/records").Want(http.StatusInternalServerError)
			byCookie().Want(http.StatusInternalServerError)
		}
		refresh(app, in.String("refresh")).Want(http.StatusInternalServerError)
		rename("away", table)
		as(app, in.String("access"), "GET", profile).Want(http.StatusOK)
		byCookie().Want(http.StatusOK)
	}
	refresh(app, in.String("refresh")).Want(http.StatusOK)
	as(app, in.String("access")+"x", "GET", profile).Want(http.StatusUnauthorized)
}

// TestWhatCannotBeReadIsNotGone asks for what is there while its table can't be read.
func TestWhatCannotBeReadIsNotGone(t *testing.T) {
	app := testapp.New(t)
	app.Undescribed = true
	token := app.Token(testapp.Bob)
	id := post(app, testapp.Ada, map[string]any{"tags": []string{"here"}})
	for _, table := range []string{"posts", "tags"} {
		rename := func(from, to string) {
			t.Helper()
			if _, err := app.NonconcurrentDB().NewQuery("ALTER TABLE " + from + " RENAME TO " + to).Execute(); err != nil {
				t.Fatal(err)
			}
		}
		rename(table, "away")
		for _, path := range map[string][]string{"posts": {"/like", "/bookmark", "/not-interested"}}[table] {
			as(app, token, "POST", "/api/posts/"+id+path).Want(http.StatusInternalServerError)
		}
		if table == "tags" {
			as(app, token, "POST", "/api/tags/here/follow").Want(http.StatusInternalServerError)
		}
		rename("away", table)
	}
	as(app, token, "POST", "/api/posts/"+id+"/like").Want(http.StatusCreated)
	as(app, token, "POST", "/api/tags/here/follow").Want(http.StatusCreated)
}
