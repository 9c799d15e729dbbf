package hooks_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pocketbase/dbx"

	"madang/collections"
	"madang/config"
	"madang/hooks"
	"madang/testapp"
)

const comeBackTo = "https://client.example/back"

// round goes to the provider and comes back with what a client then sends.
func (f *fakeProvider) round(t *testing.T, app *testapp.App) map[string]any {
	t.Helper()
	for _, p := range app.GET("", "/api/auth/providers").Want(http.StatusOK).Results() {
		if p["name"] != f.name {
			continue
		}
		client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		r, err := client.Get(fmt.Sprint(p["auth_url"], url.QueryEscape(comeBackTo)))
		if err != nil {
			t.Fatal(err)
		}
		r.Body.Close()
		back, err := url.Parse(r.Header.Get("Location"))
		if err != nil || back.Query().Get("state") != p["state"] {
			t.Fatalf("%s sends back to %q", f.name, r.Header.Get("Location"))
		}
		return map[string]any{"code": back.Query().Get("code"), "code_verifier": p["code_verifier"], "redirect_url": comeBackTo}
	}
	t.Fatalf("%s isn't offered", f.name)
	return nil
}

func (f *fakeProvider) signIn(t *testing.T, app *testapp.App) *testapp.Answer {
	t.Helper()
	return app.POST("", "/api/auth/social/"+f.name, f.round(t, app))
}

func TestSignInByAProvider(t *testing.T) {
	for _, name := range []string{"google", "kakao", "naver"} {
		t.Run(name, func(t *testing.T) {
			app := testapp.New(t)
			if all := app.GET("", "/api/auth/providers").Want(http.StatusOK).Results(); len(all) != 0 {
				t.Errorf("offered before any is set up: %v", all)
			}
			app.POST("", "/api/auth/social/"+name, map[string]any{"code": "x", "redirect_url": comeBackTo}).Want(http.StatusNotFound)
			f := newFakeProvider(t, app, name)
			f.is("12345", "new.maker@example.com", true)
			in := f.signIn(t, app).Want(http.StatusOK)
			if in.Get("is_new") != true || in.String("user", "name") != map[bool]string{true: "Maker", false: ""}[name != "kakao"] && in.String("user", "name") != "Maker" || !strings.HasPrefix(in.String("user", "username"), "maker") {
				t.Errorf("joined as %v", in.JSON)
			}
			address, verified := "new.maker@example.com", true
			if name == "naver" { // whose address is nobody's word
				address, verified = "", false
			}
			if in.String("user", "email") != address || in.Get("user", "verified") != verified {
				t.Errorf("joined with %q, verified %v", in.String("user", "email"), in.Get("user", "verified"))
			}
			as(app, in.String("access"), "GET", profile).Want(http.StatusOK)
			refresh(app, in.String("refresh")).Want(http.StatusOK)
			again := f.signIn(t, app).Want(http.StatusOK)
			if again.Get("is_new") != false || again.String("user", "id") != in.String("user", "id") {
				t.Errorf("came again as %v", again.JSON)
			}
			used := f.round(t, app)
			app.POST("", "/api/auth/social/"+name, used).Want(http.StatusOK)
			app.POST("", "/api/auth/social/"+name, used).Want(http.StatusBadRequest).WantCode("code", "validation_invalid_token")
			stolen := f.round(t, app)
			stolen["code_verifier"] = strings.Repeat("x", 43)
			if name != "naver" { // which has no PKCE
				app.POST("", "/api/auth/social/"+name, stolen).Want(http.StatusBadRequest)
			}
			app.POST("", "/api/auth/social/"+name, map[string]any{}).Want(http.StatusBadRequest).WantCode("code", "validation_required")
			f.broken = true
			if code := app.POST("", "/api/auth/social/"+name, f.round(t, app)).Code; code != http.StatusBadGateway && code != http.StatusBadRequest {
				t.Errorf("a broken provider is answered with %d", code)
			}
		})
	}
}

func TestOneOfManyAtOnceJoinsByAProvider(t *testing.T) {
	app := testapp.New(t)
	f := newFakeProvider(t, app, "google")
	f.is("77", "many@example.com", true)
	var rounds []map[string]any
	for range 8 {
		rounds = append(rounds, f.round(t, app))
	}
	var ids sync.Map
	var all sync.WaitGroup
	for _, form := range rounds {
		all.Go(func() {
			if a := app.POST("", "/api/auth/social/google", form); a.Code == http.StatusOK {
				ids.Store(a.String("user", "id"), true)
			} else {
				t.Errorf("status %d: %s", a.Code, a.Body)
			}
		})
	}
	all.Wait()
	n := 0
	ids.Range(func(any, any) bool { n++; return true })
	if n != 1 {
		t.Errorf("%d accounts for one person", n)
	}
}

func TestAProviderMakesNothingThatOnesOwnFormCouldNot(t *testing.T) {
	app := testapp.New(t)
	f := newFakeProvider(t, app, "google")
	f.nick = "Admin"
	f.is("5", "", false)
	in := f.signIn(t, app).Want(http.StatusOK)
	if name := in.String("user", "username"); name == "admin" || !strings.HasPrefix(name, "admin") {
		t.Errorf("named %q", name)
	}
	// by PocketBase's own route, with whatever a client would like to be
	f.is("6", "six@example.com", true)
	form := f.round(t, app)
	native := app.POST("", "/api/collections/users/auth-with-oauth2", map[string]any{
		"provider": "google", "code": form["code"], "codeVerifier": form["code_verifier"], "redirectURL": comeBackTo,
		"createData": map[string]any{"role": "admin", "is_verified": true, "verified": true, "followers_count": 99, "suspended_until": "2001-01-01", "bio": "allowed", "username": "six.of.us"},
	}).Want(http.StatusOK)
	u := person(t, app, "six.of.us")
	if u.Role() != "member" || u.GetBool("is_verified") || u.GetInt("followers_count") != 0 || u.GetString("suspended_until") != "" || u.GetString("bio") != "allowed" || u.Email() != "six@example.com" {
		t.Errorf("made as %v", u.FieldsData())
	}
	as(app, native.String("token"), "GET", profile).Want(http.StatusOK)
	refresh(app, native.String("meta", "refresh")).Want(http.StatusOK)
	f.is("7", "unproved@example.com", false)
	form = f.round(t, app)
	app.POST("", "/api/collections/users/auth-with-oauth2", map[string]any{"provider": "google", "code": form["code"], "codeVerifier": form["code_verifier"], "redirectURL": comeBackTo}).Want(http.StatusOK)
	n, err := app.CountRecords(collections.Users, dbx.HashExp{"verified": true, "email": ""})
	if err != nil || n != 0 {
		t.Errorf("%d people without an address are said to have confirmed it (%v)", n, err)
	}
}

func TestASecondFactorIsAskedForAfterAProvider(t *testing.T) {
	p := newPhone(t)
	f := newFakeProvider(t, p.App, "google")
	f.is("42", "ada@example.com", true) // ada's address is confirmed here
	p.secret = p.POST(testapp.Ada, setupPath, nil).Want(http.StatusOK).String("secret")
	p.POST(testapp.Ada, enablePath, map[string]any{"code": p.code(p.secret, 0)}).Want(http.StatusOK)
	asked := f.signIn(t, p.App).Want(http.StatusUnauthorized)
	if asked.String("mfa_id") == "" || asked.Get("access") != nil {
		t.Fatalf("answered %s", asked.Body)
	}
	p.answer(asked.String("mfa_id"), p.fresh()).Want(http.StatusOK)
	form := f.round(t, p.App)
	native := p.POST("", "/api/collections/users/auth-with-oauth2", map[string]any{"provider": "google", "code": form["code"], "codeVerifier": form["code_verifier"], "redirectURL": comeBackTo}).Want(http.StatusUnauthorized)
	if native.String("mfa_id") == "" {
		t.Errorf("PocketBase's own route answers %s", native.Body)
	}
}

func TestProvidersComeFromTheEnvironment(t *testing.T) {
	app := testapp.New(t, func(d *hooks.Deps) {
		d.Config.Social = map[string]config.Client{"kakao": {ID: "an id", Secret: "a secret"}, "naver": {ID: "another", Secret: "secret"}}
	})
	all := app.GET("", "/api/auth/providers").Want(http.StatusOK)
	var names []string
	for _, p := range all.Results() {
		names = append(names, fmt.Sprint(p["name"]))
		if !strings.Contains(fmt.Sprint(p["auth_url"]), "client_id=an") || strings.Contains(all.Body.String(), "secret") {
			t.Errorf("offered as %v", p)
		}
	}
	if fmt.Sprint(names) != "[kakao naver]" {
		t.Errorf("offered: %v", names)
	}
}

// page is what a browser got.
type page struct {
	status   int
	location string
	cookies  []*http.Cookie
}

// TestBrowsersSignInByAProvider goes the whole way of redirects.
func TestBrowsersSignInByAProvider(t *testing.T) {
	app := testapp.New(t)
	f := newFakeProvider(t, app, "naver")
	f.is("1", "x@example.com", true)
	site := httptest.NewServer(app.Handler)
	t.Cleanup(site.Close)
	get := func(path string, cookies ...*http.Cookie) page {
		t.Helper()
		r, err := http.NewRequest(http.MethodGet, path, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range cookies {
			r.AddCookie(c)
		}
		client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		answer, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		return page{answer.StatusCode, answer.Header.Get("Location"), answer.Cookies()}
	}
	leave := get(site.URL + "/login/naver?next=/explore")
	left := leave.cookies
	if leave.status != http.StatusSeeOther || len(left) != 1 || !left[0].HttpOnly || left[0].Path != "/login" {
		t.Fatalf("left with %d %v", leave.status, left)
	}
	back := get(leave.location).location
	if !strings.HasPrefix(back, site.URL+"/login/naver/back?") {
		t.Fatalf("sent back to %q", back)
	}
	if stranger := get(back); stranger.status != http.StatusBadRequest || len(stranger.cookies) != 1 {
		t.Errorf("a browser that never left is let in with %d %v", stranger.status, stranger.cookies)
	}
	in := get(back, left...)
	if in.status != http.StatusSeeOther || in.location != "/explore" {
		t.Fatalf("came back to %d %q", in.status, in.location)
	}
	if home := get(site.URL+"/settings", in.cookies...); home.status != http.StatusOK {
		t.Errorf("signed in, settings answer %d", home.status)
	}
	f.refuse = true
	leave = get(site.URL + "/login/naver")
	if no := get(get(leave.location).location, leave.cookies...); no.status != http.StatusBadRequest {
		t.Errorf("who says no comes back to %d", no.status)
	}
	if unknown := get(site.URL + "/login/google"); unknown.status != http.StatusNotFound {
		t.Errorf("a provider that isn't set up answers %d", unknown.status)
	}
}

// TestProvidersAnswerWithinBounds: one that says too much, or nothing, signs nobody in and holds
// nobody up, on both surfaces.
func TestProvidersAnswerWithinBounds(t *testing.T) {
	for name, breaks := range map[string]func(app *testapp.App, f *fakeProvider){
		"endless": func(_ *testapp.App, f *fakeProvider) { f.endless = true },
		"silent": func(app *testapp.App, f *fakeProvider) {
			f.silent = true
			app.Deps.Accounts.ProviderPatience = 50 * time.Millisecond
		},
	} {
		t.Run(name, func(t *testing.T) {
			app := testapp.New(t)
			f := newFakeProvider(t, app, "google")
			f.is("12345", "new.maker@example.com", true)
			breaks(app, f)
			f.signIn(t, app).Want(http.StatusBadGateway)
			native := f.round(t, app)
			app.POST("", "/api/collections/users/auth-with-oauth2", map[string]any{
				"provider": "google", "code": native["code"], "codeVerifier": native["code_verifier"], "redirectURL": comeBackTo,
			}).Want(http.StatusBadRequest)
			if n, err := app.CountRecords(collections.Users, dbx.HashExp{"email": "new.maker@example.com"}); err != nil || n != 0 {
				t.Errorf("%d people, %v", n, err)
			}
		})
	}
}
