package hooks_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/auth"
	"github.com/pocketbase/pocketbase/tools/types"
	"golang.org/x/oauth2"

	"madang/accounts"
	"madang/collections"
	"madang/testapp"
)

// wantQuestion is PocketBase's own 401 for a second factor, and nothing that signs in.
func (p *phone) wantQuestion(answer *testapp.Answer) (mfaID string) {
	p.t.Helper()
	answer.Want(http.StatusUnauthorized)
	mfaID = answer.String("mfaId")
	if mfaID == "" || mfaID != answer.String("mfa_id") || answer.Get("token") != nil || answer.Get("record") != nil || answer.Get("meta") != nil ||
		len(answer.Header().Values("Set-Cookie")) > 0 {
		p.t.Fatalf("no question for a second factor: %s", answer.Body)
	}
	return mfaID
}

func (p *phone) native(what string, body map[string]any) *testapp.Answer {
	p.t.Helper()
	return p.POST("", "/api/collections/users/auth-with-"+what, body)
}

func TestPocketBasesOwnSignInAsksForTheSecondFactor(t *testing.T) {
	p := newPhone(t)
	p.enable(testapp.Ada)
	before := p.count(collections.Sessions, testapp.Ada)
	id := p.wantQuestion(p.native("password", map[string]any{"identity": "ada@example.com", "password": testapp.Password}))
	p.native("password", map[string]any{"identity": "ada@example.com", "password": testapp.Password, "mfaId": id}).Want(http.StatusUnauthorized)
	p.native("password", map[string]any{"identity": "ada@example.com", "password": "wrong"}).Want(http.StatusBadRequest)
	p.wantSessions(testapp.Ada, before)

	in := p.answer(id, p.fresh()).Want(http.StatusOK)
	renewed := as(p.App, in.String("access"), "POST", "/api/collections/users/auth-refresh").Want(http.StatusOK) // a session that lives goes on
	as(p.App, renewed.String("token"), "GET", profile).Want(http.StatusOK)
	p.wantSessions(testapp.Ada, before+1)
	p.native("password", map[string]any{"identity": "bob@example.com", "password": testapp.Password}).Want(http.StatusOK)

	r := httptest.NewRequest("POST", "/api/collections/users/impersonate/"+testapp.ID(testapp.Ada), nil)
	r.Header.Set("Authorization", p.Superuser())
	p.Send(r).Want(http.StatusOK) // a superuser may anyway
}

// change saves a collection as a superuser would in the dashboard.
func change(t *testing.T, app core.App, do func(users *core.Collection)) {
	t.Helper()
	users, err := app.FindCollectionByNameOrId(collections.Users)
	if err != nil {
		t.Fatal(err)
	}
	do(users)
	if err := app.Save(users); err != nil {
		t.Fatal(err)
	}
}

func TestACodeByMailAsksForTheSecondFactor(t *testing.T) {
	p := newPhone(t)
	change(t, p, func(users *core.Collection) { users.OTP.Enabled, users.OTP.Duration, users.OTP.Length = true, 300, 8 })
	p.enable(testapp.Ada)
	ada, err := collections.FindUser(p, "@ada")
	if err != nil {
		t.Fatal(err)
	}
	ada.Set("verified", false)
	if err := p.Save(ada); err != nil {
		t.Fatal(err)
	}
	otp := core.NewOTP(p)
	otp.SetCollectionRef(ada.ProxyRecord().Collection().Id)
	otp.SetRecordRef(ada.ProxyRecord().Id)
	otp.SetPassword("12345678")
	otp.SetSentTo("ada@example.com")
	if err := p.Save(otp); err != nil {
		t.Fatal(err)
	}
	before := p.count(collections.Sessions, testapp.Ada)
	id := p.wantQuestion(p.native("otp", map[string]any{"otpId": otp.Id, "password": "12345678"}))
	p.wantSessions(testapp.Ada, before)
	now, err := collections.FindUser(p, "@ada")
	if err != nil || now.GetBool("verified") || now.ProxyRecord().TokenKey() != ada.ProxyRecord().TokenKey() {
		t.Errorf("the account changed before the second factor: %v", err)
	}
	p.native("otp", map[string]any{"otpId": otp.Id, "password": "12345678"}).Want(http.StatusBadRequest) // used up
	p.answer(id, p.fresh()).Want(http.StatusOK)
}

// elsewhere is another site that says who somebody is.
type elsewhere struct{ auth.BaseProvider }

func (elsewhere) FetchToken(string, ...oauth2.AuthCodeOption) (*oauth2.Token, error) {
	return &oauth2.Token{AccessToken: "theirs", Expiry: time.Now().Add(time.Hour)}, nil
}

func (elsewhere) FetchAuthUser(*oauth2.Token) (*auth.AuthUser, error) {
	return &auth.AuthUser{Id: "ada-elsewhere", Email: "ada@example.com", Expiry: types.NowDateTime()}, nil
}

func TestAnotherSitesWordAsksForTheSecondFactor(t *testing.T) {
	p := newPhone(t)
	real := auth.Providers["oidc3"]
	auth.Providers["oidc3"] = func() auth.Provider { return &elsewhere{} }
	defer func() { auth.Providers["oidc3"] = real }()
	change(t, p, func(users *core.Collection) {
		users.OAuth2.Enabled = true
		users.OAuth2.Providers = []core.OAuth2ProviderConfig{{Name: "oidc3", ClientId: "1", ClientSecret: "2", AuthURL: "http://127.0.0.1/a", TokenURL: "http://127.0.0.1/t", UserInfoURL: "http://127.0.0.1/u"}}
	})
	body := map[string]any{"provider": "oidc3", "code": "c", "codeVerifier": "v", "redirectURL": "http://127.0.0.1/"}
	p.enable(testapp.Ada)
	before := p.count(collections.Sessions, testapp.Ada)
	p.wantQuestion(p.native("oauth2", body))
	p.wantSessions(testapp.Ada, before)
	if n, err := p.CountRecords(core.CollectionNameExternalAuths); err != nil || n != 0 {
		t.Errorf("%d links before the second factor, %v", n, err)
	}
	// linked by the person, who is signed in: it asks all the same
	p.wantQuestion(p.POST(testapp.Ada, "/api/collections/users/auth-with-oauth2", body))
	if n, err := p.CountRecords(core.CollectionNameExternalAuths); err != nil || n != 1 {
		t.Errorf("%d links after the person made one, %v", n, err)
	}
	id := p.wantQuestion(p.native("oauth2", body))
	p.wantSessions(testapp.Ada, before)
	p.answer(id, p.fresh()).Want(http.StatusOK)
}

// TestNoWayInForgetsToAsk: the gate lies where sessions are opened, so a caller that knows
// nothing of second factors is refused.
func TestNoWayInForgetsToAsk(t *testing.T) {
	p := newPhone(t)
	p.enable(testapp.Ada)
	ada, err := collections.FindUser(p, "@ada")
	if err != nil {
		t.Fatal(err)
	}
	before := p.count(collections.Sessions, testapp.Ada)
	event := func() (*core.RequestEvent, *httptest.ResponseRecorder) {
		recorder := httptest.NewRecorder()
		e := &core.RequestEvent{App: p}
		e.Request, e.Response = httptest.NewRequest("POST", "/", nil), recorder
		return e, recorder
	}
	var needed *accounts.SecondFactorNeeded
	e, _ := event()
	if tokens, err := p.Deps.Accounts.Start(e, ada.ProxyRecord()); !errors.As(err, &needed) || tokens != nil {
		t.Errorf("Start: %v, %v", tokens, err)
	}
	e, recorder := event()
	if err := p.Deps.Accounts.StartWeb(e, ada.ProxyRecord()); !errors.As(err, &needed) || len(recorder.Result().Cookies()) > 0 {
		t.Errorf("StartWeb: %v, %v", err, recorder.Header())
	}
	p.wantSessions(testapp.Ada, before)

	e, _ = event() // one answer opens one session, for its owner
	user, err := p.Deps.Accounts.SecondFactor(e, needed.ID, p.fresh())
	if err != nil || user.Id != ada.ProxyRecord().Id {
		t.Fatalf("SecondFactor: %v", err)
	}
	if err := p.Deps.Accounts.StartWeb(e, user); err != nil {
		t.Errorf("StartWeb after the second factor: %v", err)
	}
	if _, err := p.Deps.Accounts.Start(e, user); !errors.As(err, &needed) {
		t.Errorf("a second session for one answer: %v", err)
	}
	p.wantSessions(testapp.Ada, before+1)
}

// TestThePagesSignNobodyInByPasswordAlone, and a new password keeps the browser signed in.
func TestThePagesSignNobodyInByPasswordAlone(t *testing.T) {
	p := newPhone(t)
	send := func(path, cookie string, form url.Values) *testapp.Answer {
		r := httptest.NewRequest("POST", path, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Accept", "text/html")
		r.Header.Set("Cookie", cookie)
		return p.Send(r)
	}
	in := url.Values{"identity": {testapp.Ada}, "password": {testapp.Password}}
	cookie := func(answer *testapp.Answer) string {
		for _, c := range answer.Result().Cookies() {
			if c.Name == accounts.Cookie {
				return c.Name + "=" + c.Value
			}
		}
		return ""
	}
	browser, other := cookie(send("/login", "", in)), cookie(send("/login", "", in))
	if browser == "" || other == "" {
		t.Fatal("no cookie without a second factor")
	}
	withCookie := func(cookie, method, path, body string) *testapp.Answer {
		r := httptest.NewRequest(method, path, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Cookie", cookie)
		return p.Send(r)
	}
	p.secret = withCookie(browser, "POST", setupPath, "").Want(http.StatusOK).String("secret")
	withCookie(browser, "POST", enablePath, `{"code":"`+p.code(p.secret, 0)+`"}`).Want(http.StatusOK)
	withCookie(browser, "GET", profile, "").Want(http.StatusOK)
	withCookie(other, "GET", profile, "").Want(http.StatusUnauthorized)
	before := p.count(collections.Sessions, testapp.Ada)
	if answer := send("/login", "", in); cookie(answer) != "" || answer.Code == http.StatusSeeOther || answer.Code >= 500 {
		t.Errorf("a password alone: %d %v", answer.Code, answer.Header())
	}
	p.wantSessions(testapp.Ada, before)
	kept := cookie(send("/settings/security", browser, url.Values{
		"old_password": {testapp.Password}, "new_password": {"Another-Horse-9"}, "new_password_confirm": {"Another-Horse-9"},
	}).Want(http.StatusSeeOther))
	withCookie(browser, "GET", profile, "").Want(http.StatusUnauthorized)
	withCookie(kept, "GET", profile, "").Want(http.StatusOK)
}
