package ui_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"madang/testapp"
)

// authenticator is an app with a secret, whose clock the test turns on with the instance's: no
// code is good twice.
type authenticator struct {
	t      *testing.T
	app    *testapp.App
	secret string
	ahead  time.Duration
}

// next is a code that nobody has used.
func (a *authenticator) next() string {
	a.t.Helper()
	a.ahead += 30 * time.Second
	ahead := a.ahead
	a.app.Deps.Accounts.Now = func() time.Time { return time.Now().Add(ahead) }
	code, err := totp.GenerateCode(a.secret, time.Now().Add(ahead))
	if err != nil {
		a.t.Fatal(err)
	}
	return code
}

func TestTwoFactorSignInIsTurnedOnAndOff(t *testing.T) {
	app := testapp.New(t)
	ada, elsewhere := visit(t, app, testapp.Ada), visit(t, app, testapp.Ada)
	ada.get("/settings/security").is(http.StatusOK, "Two-factor sign-in", `href="/settings/two-factor"`, `id="password"`)
	ada.get("/settings/two-factor").is(http.StatusOK, `action="/settings/two-factor/setup"`).not("Recovery codes</h2>")

	setup := ada.post("/settings/two-factor/setup", nil).is(http.StatusOK, "<svg", `href="otpauth://totp/`, `autocomplete="one-time-code"`).not("ZgotmplZ")
	if setup.Header.Get("Cache-Control") != "no-store" {
		t.Error("a copy of the secret may be kept")
	}
	a := &authenticator{t: t, app: app, secret: setup.pick(`name="secret" value="([A-Z2-7]{32})"`)}
	if typed := setup.pick(`class="secret"[^>]*>([^<]+)<`); strings.ReplaceAll(typed, " ", "") != a.secret {
		t.Errorf("the key to type is %q", typed)
	}
	wrong := ada.post("/settings/two-factor", url.Values{"secret": {a.secret}, "code": {"000000"}}).is(http.StatusBadRequest, `id="f-code-problem"`)
	if wrong.pick(`name="secret" value="([^"]+)"`) != a.secret || wrong.pick(`d="(M[^"]+)"/></svg></div>`) != setup.pick(`d="(M[^"]+)"/></svg></div>`) {
		t.Error("a wrong code shows another picture")
	}
	ada.post("/settings/two-factor", url.Values{"secret": {"<script>"}, "code": {"000000"}}).is(http.StatusBadRequest).not("<script>")
	elsewhere.get("/settings").is(http.StatusOK)

	codes := ada.post("/settings/two-factor", url.Values{"secret": {a.secret}, "code": {a.next()}}).is(http.StatusOK, "shown only now", `href="data:text/plain`, `download="madang-ada-codes.txt"`)
	if n := strings.Count(codes.html, "<li><code>"); n != 10 {
		t.Errorf("%d recovery codes", n)
	}
	recovery := codes.pick(`<li><code>([0-9a-z-]{19})</code>`)
	elsewhere.get("/settings").leadsTo("/login")
	ada.get("/settings/security").is(http.StatusOK, "Manage")

	ada.post("/settings/two-factor/codes", url.Values{"password": {"wrong"}, "code": {recovery}}).is(http.StatusBadRequest, `id="f-codes-password-problem"`, `id="f-off-password"`)
	again := ada.post("/settings/two-factor/codes", url.Values{"password": {testapp.Password}, "code": {recovery}}).is(http.StatusOK, "shown only now")
	if again.pick(`<li><code>([0-9a-z-]{19})</code>`) == recovery {
		t.Error("the codes are the same")
	}

	// another app, while this one is in force
	other := ada.post("/settings/two-factor/setup", nil).is(http.StatusOK, `name="current_code"`, `name="password"`)
	b := &authenticator{t: t, app: app, secret: other.pick(`name="secret" value="([^"]+)"`), ahead: a.ahead}
	form := url.Values{"secret": {b.secret}, "code": {b.next()}, "password": {testapp.Password}, "current_code": {"000000"}}
	ada.post("/settings/two-factor", form).is(http.StatusBadRequest, `id="f-current_code-problem"`)
	a.ahead = b.ahead - 30*time.Second
	form.Set("current_code", a.next())
	ada.post("/settings/two-factor", form).is(http.StatusOK, "shown only now")

	ada.post("/settings/two-factor/off", url.Values{"password": {testapp.Password}, "code": {"123"}}).is(http.StatusBadRequest, `id="f-off-code-problem"`)
	ada.post("/settings/two-factor/off", url.Values{"password": {testapp.Password}, "code": {b.next()}}).leadsTo("/settings/security?done=two_factor_off")
	ada.get("/settings/security?done=two_factor_off").is(http.StatusOK, "Two-factor sign-in is off.", "Set up")
	ada.get("/settings/security?done=nonsense").is(http.StatusOK).not(`class="done"`)
}

func TestAStrangerHasNoSettings(t *testing.T) {
	b := visit(t, testapp.New(t), "")
	for _, path := range []string{"/settings/security", "/settings/two-factor", "/settings/passkeys", "/settings/sessions", "/settings/privacy", "/settings/requests", "/settings/muted", "/settings/blocked", "/settings/data", "/settings/delete"} {
		b.get(path).leadsTo("/login?next=%2Fsettings%2F")

	}
}
