package ui_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"madang/accounts"
	"madang/collections"
	"madang/testapp"
)

// elsewhere is a site that vouches for one person, whoever comes.
func elsewhere(t *testing.T, app *testapp.App, person map[string]any) {
	t.Helper()
	mux := http.NewServeMux()
	say := func(w http.ResponseWriter, what any) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(what) // to a test on the loopback
	}
	mux.HandleFunc("POST /token", func(w http.ResponseWriter, _ *http.Request) {
		say(w, map[string]any{"access_token": "a", "token_type": "bearer"})
	})
	mux.HandleFunc("GET /me", func(w http.ResponseWriter, _ *http.Request) { say(w, person) })
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	users, err := app.FindCollectionByNameOrId(collections.Users)
	if err != nil {
		t.Fatal(err)
	}
	users.OAuth2.Enabled = true
	users.OAuth2.Providers = []core.OAuth2ProviderConfig{{
		Name: "google", ClientId: "id", ClientSecret: "secret", AuthURL: server.URL + "/authorize", TokenURL: server.URL + "/token", UserInfoURL: server.URL + "/me",
	}}
	if err := app.Save(users); err != nil {
		t.Fatal(err)
	}
}

// roundTrip leaves for the site by path and comes back with code.
func (b *browser) roundTrip(path, code string) view {
	b.t.Helper()
	left := b.get(path)
	to, err := url.Parse(left.Header.Get("Location"))
	if err != nil || to.Query().Get("state") == "" {
		b.t.Fatalf("%s leads to %q", path, left.Header.Get("Location"))
	}
	back, err := url.Parse(to.Query().Get("redirect_uri"))
	if err != nil {
		b.t.Fatal(err)
	}
	return b.get(back.Path + "?" + url.Values{"state": {to.Query().Get("state")}, "code": {code}}.Encode())
}

// later moves the clock on until no sign-in of before is fresh.
func later(app *testapp.App) {
	app.Deps.Accounts.Now = func() time.Time { return time.Now().Add(accounts.Freshness + time.Minute) }
}

func TestAMemberConnectsAnotherSiteAndDisconnectsIt(t *testing.T) {
	app := testapp.New(t)
	b := visit(t, app, testapp.Ada)
	b.get("/settings/security").is(http.StatusOK).not(`id="connections"`)
	elsewhere(t, app, map[string]any{"sub": "1", "name": "Ada Elsewhere", "email": "other@example.net", "email_verified": true})
	b.get("/settings/security").is(http.StatusOK, `id="connections"`, `href="/settings/connect/google"`)
	b.roundTrip("/settings/connect/google", "c").leadsTo("/settings/security?done=connections")
	b.get("/settings/security?done=connections").is(http.StatusOK, "Connected accounts changed.", `action="/settings/disconnect/google"`)

	other := visit(t, app, testapp.Bob) // whose it can't be as well
	other.roundTrip("/settings/connect/google", "c").is(http.StatusBadRequest, "linked to somebody else", `id="connections"`)

	stranger := visit(t, app, "")
	stranger.get("/settings/connect/google").leadsTo("/login?next=%2Fsettings%2Fconnect%2Fgoogle")
	stranger.roundTrip("/login/google", "c").leadsTo("/")
	stranger.get("/settings").is(http.StatusOK, "Ada Whitlock")

	b.post("/settings/disconnect/google", nil).leadsTo("/settings/security?done=connections")
	b.get("/settings/security").is(http.StatusOK, `href="/settings/connect/google"`).not("/settings/disconnect/google")

	later(app)
	b.get("/settings/security").is(http.StatusOK, "sign in again first", `name="next" value="/settings/security#connections"`).not("/settings/connect/google")
	b.get("/settings/connect/google").is(http.StatusForbidden, "Sign in again to do this.")
	b.post("/logout", url.Values{"next": {"/settings/security#connections"}}).leadsTo("/login?next=%2Fsettings%2Fsecurity%23connections")
}

// TestWhoLeavesToConnectComesBackAsThemselves: another person who signed in meanwhile in the same
// browser gets nothing linked.
func TestWhoLeavesToConnectComesBackAsThemselves(t *testing.T) {
	app := testapp.New(t)
	elsewhere(t, app, map[string]any{"sub": "1", "name": "Ada Elsewhere"})
	b := visit(t, app, testapp.Ada)
	left := b.get("/settings/connect/google")
	to, err := url.Parse(left.Header.Get("Location"))
	if err != nil {
		t.Fatal(err)
	}
	b.post("/logout", nil).leadsTo("/")
	b.post("/login", url.Values{"identity": {testapp.Bob}, "password": {testapp.Password}}).leadsTo("/")
	b.get("/login/google/back?code=c&state=" + to.Query().Get("state")).leadsTo("/") // signed in as bob: the door leads on
	if n, err := app.CountRecords(core.CollectionNameExternalAuths); err != nil || n != 0 {
		t.Errorf("%d links, %v", n, err)
	}
}

// TestAppleIsNotOfferedOnThePages, since it comes back in a way that they can't take.
func TestAppleIsNotOfferedOnThePages(t *testing.T) {
	app := testapp.New(t)
	elsewhere(t, app, map[string]any{"sub": "1"})
	users, err := app.FindCollectionByNameOrId(collections.Users)
	if err != nil {
		t.Fatal(err)
	}
	users.OAuth2.Providers = append(users.OAuth2.Providers, core.OAuth2ProviderConfig{Name: "apple", ClientId: "id", ClientSecret: "secret"})
	if err := app.Save(users); err != nil {
		t.Fatal(err)
	}
	visit(t, app, "").get("/login").is(http.StatusOK, `href="/login/google"`).not("/login/apple")
	visit(t, app, testapp.Ada).get("/settings/security").is(http.StatusOK, "/settings/connect/google").not("/settings/connect/apple")
	if all := app.GET("", "/api/auth/providers").Want(http.StatusOK).Results(); len(all) != 2 { // others may take it
		t.Errorf("programs are offered %v", all)
	}
}
