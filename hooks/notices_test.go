package hooks_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/tools/mailer"

	"madang/collections"
	"madang/testapp"
)

// notices are the mails of a kind to an address that went out or are about to, the last one last.
func mailedNotices(t testing.TB, app *testapp.App, address, kind string) []*mailer.Message {
	t.Helper()
	var n int
	if err := app.DB().Select("count(*)").From(collections.Mails).Where(dbx.HashExp{"to": address, "kind": kind}).Row(&n); err != nil {
		t.Fatal(err)
	}
	subject := map[string]string{
		collections.MailPassword: "password", collections.MailTwoFactorOn: "is on", collections.MailTwoFactorOff: "is off",
		collections.MailPasskeyAdded: "added", collections.MailPasskeyRemoved: "removed", collections.MailSignIn: "sign-in to",
	}[kind]
	var found []*mailer.Message
	for _, m := range mailed(t, app, address) {
		if strings.Contains(m.Subject, subject) && (kind != collections.MailPassword || strings.Contains(m.Subject, "changed")) {
			found = append(found, m)
		}
	}
	if len(found) != n {
		t.Fatalf("%d of %d mails of the kind %s went out", len(found), n, kind)
	}
	return found
}

// told fails unless one mail of that kind tells ada what happened, when, and what to do on the
// page, and none of the secrets.
func told(t *testing.T, app *testapp.App, kind, page string, secrets ...string) {
	t.Helper()
	found := mailedNotices(t, app, "ada@example.com", kind)
	if len(found) != 1 {
		t.Fatalf("%d mails of the kind %s", len(found), kind)
	}
	m := found[0]
	day := time.Now().In(app.Deps.Config.Zone).Format("2 January 2006")
	for _, text := range []string{day, "@ada", "If it wasn't", page + "\n"} {
		if !strings.Contains(m.Text, text) {
			t.Errorf("%s: no %q in\n%s", kind, text, m.Text)
		}
	}
	if !strings.Contains(m.HTML, day) || !strings.Contains(m.HTML, page+`"`) {
		t.Errorf("%s: the page of the mail lacks something:\n%s", kind, m.HTML)
	}
	for _, secret := range append(secrets, "token=", testapp.Password) {
		if strings.Contains(m.Subject+m.Text+m.HTML, secret) {
			t.Errorf("%s: %q is in the mail", kind, secret)
		}
	}
}

func TestWhosePasswordChangedIsTold(t *testing.T) {
	changes := map[string]func(t *testing.T, app *testapp.App){
		"our route": func(_ *testing.T, app *testapp.App) {
			app.POST(testapp.Ada, "/api/auth/password/change", map[string]any{"old_password": testapp.Password, "new_password": newPassword, "new_password_confirm": newPassword}).Want(http.StatusOK)
		},
		"PocketBase's record": func(_ *testing.T, app *testapp.App) {
			app.Do(testapp.Ada, http.MethodPatch, "/api/collections/users/records/"+testapp.ID(testapp.Ada),
				map[string]any{"oldPassword": testapp.Password, "password": newPassword, "passwordConfirm": newPassword}).Want(http.StatusOK)
		},
		"a mailed link": func(t *testing.T, app *testapp.App) {
			confirm(app, resetToken(t, app, 1), newPassword).Want(http.StatusNoContent)
		},
		"PocketBase's mailed link": func(t *testing.T, app *testapp.App) {
			app.POST("", "/api/collections/users/confirm-password-reset", map[string]any{"token": resetToken(t, app, 1), "password": newPassword, "passwordConfirm": newPassword}).Want(http.StatusNoContent)
		},
		"the dashboard": func(_ *testing.T, app *testapp.App) {
			r := httptest.NewRequest(http.MethodPatch, "/api/collections/users/records/"+testapp.ID(testapp.Ada), strings.NewReader(`{"password":"`+newPassword+`","passwordConfirm":"`+newPassword+`"}`))
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("Authorization", app.Superuser())
			app.Send(r).Want(http.StatusOK)
		},
	}
	for name, change := range changes {
		t.Run(name, func(t *testing.T) {
			app := testapp.New(t)
			app.Do(testapp.Ada, http.MethodPatch, profile, map[string]any{"bio": "No news"}).Want(http.StatusOK)
			if n := len(mailedNotices(t, app, "ada@example.com", collections.MailPassword)); n != 0 {
				t.Fatalf("%d mails of a new bio", n)
			}
			change(t, app)
			told(t, app, collections.MailPassword, "/forgot", newPassword)
		})
	}
}

func TestWhoseSecondFactorChangedIsTold(t *testing.T) {
	p := newPhone(t)
	p.secret = p.POST(testapp.Ada, setupPath, nil).Want(http.StatusOK).String("secret")
	p.POST(testapp.Ada, enablePath, map[string]any{"code": p.wrong()}).Want(http.StatusBadRequest)
	if n := len(mailedNotices(t, p.App, "ada@example.com", collections.MailTwoFactorOn)); n != 0 {
		t.Fatalf("%d mails of a wrong code", n)
	}
	on := p.POST(testapp.Ada, enablePath, map[string]any{"code": p.code(p.secret, 0)}).Want(http.StatusOK)
	codes, _ := on.Get("recovery_codes").([]any)
	first, _ := codes[0].(string)
	told(t, p.App, collections.MailTwoFactorOn, "/settings/security", p.secret, first)
	p.POST(testapp.Ada, disablePath, map[string]any{"password": testapp.Password, "code": p.wrong()}).Want(http.StatusBadRequest)
	if n := len(mailedNotices(t, p.App, "ada@example.com", collections.MailTwoFactorOff)); n != 0 {
		t.Fatalf("%d mails of a wrong code", n)
	}
	p.POST(testapp.Ada, disablePath, map[string]any{"password": testapp.Password, "code": first}).Want(http.StatusNoContent)
	told(t, p.App, collections.MailTwoFactorOff, "/settings/security", first)
}

func TestWhosePasskeysChangedIsTold(t *testing.T) {
	app := testapp.New(t, at("https://madang.example"))
	k := add(t, app, testapp.Ada)
	told(t, app, collections.MailPasskeyAdded, "/settings/security", "My phone") // nobody's own wording
	app.Do(testapp.Ada, http.MethodDelete, passkeysPath+"/"+k.id, map[string]any{"password": "wrong"}).Want(http.StatusBadRequest)
	if n := len(mailedNotices(t, app, "ada@example.com", collections.MailPasskeyRemoved)); n != 0 {
		t.Fatalf("%d mails of a wrong password", n)
	}
	app.Do(testapp.Ada, http.MethodDelete, passkeysPath+"/"+k.id, map[string]any{"password": testapp.Password}).Want(http.StatusNoContent)
	told(t, app, collections.MailPasskeyRemoved, "/settings/security")
}

const (
	atHome   = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
	updated  = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36"
	elsewhen = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1"
)

// from signs ada in on a surface, as a program at an address, with the cookies that it keeps.
func from(t *testing.T, app *testapp.App, surface, address, agent string, cookies ...*http.Cookie) *testapp.Answer {
	t.Helper()
	said, kind := url.Values{"identity": {"ada"}, "password": {testapp.Password}}.Encode(), "application/x-www-form-urlencoded"
	if surface != "/login" {
		raw, err := json.Marshal(map[string]string{"identity": "ada", "password": testapp.Password})
		if err != nil {
			t.Fatal(err)
		}
		said, kind = string(raw), "application/json"
	}
	r := httptest.NewRequest(http.MethodPost, surface, strings.NewReader(said))
	r.Header.Set("Content-Type", kind)
	r.Header.Set("User-Agent", agent)
	r.RemoteAddr = address + ":4000"
	for _, c := range cookies {
		r.AddCookie(c)
	}
	answer := app.Send(r)
	if answer.Code != http.StatusOK && answer.Code != http.StatusSeeOther {
		t.Fatalf("%s: %d %s", surface, answer.Code, answer.Body)
	}
	return answer
}

func TestASignInFromANewDeviceIsTold(t *testing.T) {
	for _, surface := range []string{"/api/auth/login", "/api/collections/users/auth-with-password", "/login"} {
		t.Run(surface, func(t *testing.T) {
			app := testapp.New(t)
			tells := func(n int, why string) {
				t.Helper()
				if got := len(mailedNotices(t, app, "ada@example.com", collections.MailSignIn)); got != n {
					t.Errorf("%d mails, want %d: %s", got, n, why)
				}
			}
			from(t, app, surface, "203.0.113.5", atHome)
			tells(0, "the first device ever")
			from(t, app, surface, "203.0.113.77", updated)
			tells(0, "the same browser at home, with another version and address")
			from(t, app, surface, "203.0.113.5", elsewhen)
			told(t, app, collections.MailSignIn, "/settings/sessions", "Mozilla", "AppleWebKit")
			if m := mailedNotices(t, app, "ada@example.com", collections.MailSignIn)[0]; !strings.Contains(m.Text, "Safari, iPhone, 203.0.113.5") {
				t.Errorf("which one isn't said:\n%s", m.Text)
			}
			from(t, app, surface, "203.0.113.5", elsewhen)
			tells(1, "known by now")
			from(t, app, surface, "198.51.100.9", "You won! evil.example")
			tells(2, "another network")
			if m := mailedNotices(t, app, "ada@example.com", collections.MailSignIn)[1]; strings.Contains(m.Text+m.HTML, "evil") || !strings.Contains(m.Text, ": 198.51.100.9.") {
				t.Errorf("a stranger's words are in the mail:\n%s", m.Text)
			}
		})
	}
}

func TestABrowserIsKnownByItsCookieAnywhere(t *testing.T) {
	app := testapp.New(t)
	jar := from(t, app, "/login", "203.0.113.5", atHome).Result().Cookies()
	var device *http.Cookie
	for _, c := range jar {
		if c.Name == "madang_device" {
			device = c
		}
	}
	if device == nil || !device.HttpOnly || device.SameSite != http.SameSiteLaxMode {
		t.Fatalf("cookies %v", jar)
	}
	from(t, app, "/login", "198.51.100.9", atHome, device)
	from(t, app, "/api/auth/login", "192.0.2.200", elsewhen, device)
	if n := len(mailedNotices(t, app, "ada@example.com", collections.MailSignIn)); n != 0 {
		t.Errorf("%d mails of a browser that is known", n)
	}
	// it says nothing of another person
	app.POST("", "/api/auth/login", map[string]any{"identity": "bob", "password": testapp.Password}).Want(http.StatusOK)
	bob := httptest.NewRequest(http.MethodPost, "/api/auth/login", strings.NewReader(`{"identity":"bob","password":"`+testapp.Password+`"}`))
	bob.Header.Set("Content-Type", "application/json")
	bob.RemoteAddr = "198.51.100.9:4000"
	bob.AddCookie(device)
	app.Send(bob).Want(http.StatusOK)
	if n := len(mailedNotices(t, app, "bob@example.com", collections.MailSignIn)); n != 1 {
		t.Errorf("%d mails to Bob of Ada's browser", n)
	}
}

func TestOnlyASignInIsTold(t *testing.T) {
	p := newPhone(t)
	from(t, p.App, "/api/auth/login", "203.0.113.5", atHome)
	p.enable(testapp.Ada)
	r := httptest.NewRequest(http.MethodPost, "/api/auth/login", strings.NewReader(`{"identity":"ada","password":"`+testapp.Password+`"}`))
	r.Header.Set("Content-Type", "application/json")
	r.RemoteAddr = "198.51.100.9:4000"
	waits := p.Send(r).Want(http.StatusUnauthorized)
	before := len(mailedNotices(t, p.App, "ada@example.com", collections.MailSignIn))
	p.answer(waits.String("mfa_id"), p.wrong()).Want(http.StatusUnauthorized)
	p.POST(testapp.Ada, "/api/auth/password/change", map[string]any{"old_password": testapp.Password, "new_password": newPassword, "new_password_confirm": newPassword}).Want(http.StatusOK)
	if n := len(mailedNotices(t, p.App, "ada@example.com", collections.MailSignIn)); n != before {
		t.Errorf("%d mails of a password alone, or of a change of the password", n-before)
	}
}

func TestNoticesSpeakTheReadersLanguageAndSpareStrangers(t *testing.T) {
	app := testapp.New(t)
	change := func(password string, verified bool, address string) {
		t.Helper()
		r := person(t, app, "minji").ProxyRecord()
		r.SetPassword(password)
		r.SetVerified(verified)
		r.SetEmail(address)
		if err := app.Save(r); err != nil {
			t.Fatal(err)
		}
	}
	change("Another-Horse-1", true, "minji@example.com")
	change("Another-Horse-2", true, "minji@example.com")
	m := lastMail(t, app, "minji@example.com", 2) // a minute's pause would hide the second
	if m.Subject != "Madang 비밀번호가 변경되었습니다" || !strings.Contains(m.Text, "에 Madang의 @minji 계정 비밀번호가 변경되었습니다") {
		t.Errorf("%s\n%s", m.Subject, m.Text)
	}
	change("Another-Horse-3", false, "somebody@example.com") // whose address it may not be
	change("Another-Horse-4", false, "somebody@example.com")
	lastMail(t, app, "somebody@example.com", 1)
	change("Another-Horse-5", false, "")
}

// TestANoticeSpeaksTheLanguageOfTheRequest to who never chose one, on both surfaces.
func TestANoticeSpeaksTheLanguageOfTheRequest(t *testing.T) {
	for path, body := range map[string]string{
		"POST /api/auth/password/change":                                  `{"old_password":"%","new_password":"Another-Horse-9","new_password_confirm":"Another-Horse-9"}`,
		"PATCH /api/collections/users/records/" + testapp.ID(testapp.Ada): `{"oldPassword":"%","password":"Another-Horse-9","passwordConfirm":"Another-Horse-9"}`,
	} {
		app := testapp.New(t)
		app.Do(testapp.Ada, http.MethodPatch, profile, map[string]any{"locale": ""}).Want(http.StatusOK)
		method, url, _ := strings.Cut(path, " ")
		r := httptest.NewRequest(method, url, strings.NewReader(strings.ReplaceAll(body, "%", testapp.Password)))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Accept-Language", "ko-KR")
		r.Header.Set("Authorization", "Bearer "+app.Token(testapp.Ada))
		app.Send(r).Want(http.StatusOK)
		if m := lastMail(t, app, "ada@example.com", 1); m.Subject != "Madang 비밀번호가 변경되었습니다" {
			t.Errorf("%s: %s", path, m.Subject)
		}
	}
}
