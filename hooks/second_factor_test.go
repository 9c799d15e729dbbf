package hooks_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pquerna/otp/hotp"

	"madang/collections"
	"madang/hooks"
	"madang/testapp"
)

const (
	setupPath    = "/api/auth/2fa/totp/setup"
	enablePath   = "/api/auth/2fa/totp/enable"
	disablePath  = "/api/auth/2fa/totp/disable"
	recoveryPath = "/api/auth/2fa/recovery-codes"
)

// phone is somebody's authenticator app, and a clock that it shares with the instance.
type phone struct {
	*testapp.App
	t        testing.TB
	ahead    atomic.Int64 // nanoseconds
	secret   string
	recovery []string
}

// newPhone puts the instance's clock into the test's hand. Nobody has a second factor yet.
func newPhone(t testing.TB, prepare ...func(*hooks.Deps)) *phone {
	t.Helper()
	p := &phone{App: testapp.New(t, prepare...), t: t}
	p.Deps.Accounts.Now = p.now
	return p
}

func (p *phone) now() time.Time { return time.Now().Add(time.Duration(p.ahead.Load())) }

// wait moves the clock.
func (p *phone) wait(d time.Duration) { p.ahead.Add(int64(d)) }

// code is what an app with that secret shows, steps of 30 seconds away.
func (p *phone) code(secret string, steps int64) string {
	p.t.Helper()
	code, err := hotp.GenerateCode(secret, uint64(p.now().Unix()/30+steps))
	if err != nil {
		p.t.Fatal(err)
	}
	return code
}

// fresh is a code that nobody has used, since the clock moves on for it.
func (p *phone) fresh() string {
	p.t.Helper()
	p.wait(30 * time.Second)
	return p.code(p.secret, 0)
}

// wrong is a code that isn't any of those that are good now.
func (p *phone) wrong() string {
	for _, code := range []string{"000000", "111111", "222222", "333333"} {
		if code != p.code(p.secret, -1) && code != p.code(p.secret, 0) && code != p.code(p.secret, 1) {
			return code
		}
	}
	p.t.Fatal("three codes can't be four")
	return ""
}

// enable sets the second factor of who up, as they would, and signs them in anew later.
func (p *phone) enable(who string) {
	p.t.Helper()
	p.secret = p.POST(who, setupPath, nil).Want(http.StatusOK).String("secret")
	answer := p.POST(who, enablePath, map[string]any{"code": p.code(p.secret, 0)}).Want(http.StatusOK)
	codes, _ := answer.Get("recovery_codes").([]any)
	p.recovery = nil
	for _, code := range codes {
		text, _ := code.(string)
		p.recovery = append(p.recovery, text)
	}
}

// ask signs in by password and returns the mfa_id.
func (p *phone) ask(who string) string {
	p.t.Helper()
	answer := p.POST("", "/api/auth/login", map[string]any{"identity": who, "password": testapp.Password}).Want(http.StatusUnauthorized)
	if answer.String("mfa_id") == "" {
		p.t.Fatalf("no mfa_id: %s", answer.Body)
	}
	return answer.String("mfa_id")
}

func (p *phone) answer(mfaID, code string) *testapp.Answer {
	p.t.Helper()
	return p.POST("", "/api/auth/login", map[string]any{"mfa_id": mfaID, "code": code})
}

// count counts rows of who's in a collection.
func (p *phone) count(collection, who string) int {
	p.t.Helper()
	n, err := p.CountRecords(collection, dbx.HashExp{"user": testapp.ID(who)})
	if err != nil {
		p.t.Fatal(err)
	}
	return int(n)
}

func (p *phone) wantSessions(who string, want int) {
	p.t.Helper()
	if n := p.count(collections.Sessions, who); n != want {
		p.t.Errorf("%s has %d sessions, want %d", who, n, want)
	}
}

func TestTwoFactorsFromSetupToSignIn(t *testing.T) {
	p := newPhone(t)
	p.POST("", setupPath, nil).Want(http.StatusUnauthorized)
	as(p.App, p.Superuser(), "POST", setupPath).Want(http.StatusForbidden)
	setup := p.POST(testapp.Ada, setupPath, nil).Want(http.StatusOK)
	p.secret = setup.String("secret")
	link, err := url.Parse(setup.String("otpauth_url"))
	if err != nil || link.Scheme != "otpauth" || link.Host != "totp" || link.Path != "/Madang:ada" || link.Query().Get("secret") != p.secret ||
		link.Query().Get("issuer") != "Madang" || link.Query().Get("algorithm") != "SHA1" || link.Query().Get("digits") != "6" || link.Query().Get("period") != "30" {
		t.Errorf("the link: %s, %v", link, err)
	}
	if !strings.HasPrefix(setup.String("qr_svg"), "<svg ") || len(p.secret) != 32 || setup.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("setup answers %s with %v", setup.Body, setup.Header())
	}
	login(p.App, testapp.Ada) // nothing is in force
	p.POST(testapp.Ada, enablePath, map[string]any{}).Want(http.StatusBadRequest).WantCode("code", "validation_required")
	p.POST(testapp.Ada, enablePath, map[string]any{"code": p.wrong()}).Want(http.StatusBadRequest).WantCode("code", "validation_wrong_code")
	if p.GET(testapp.Ada, profile).Want(http.StatusOK).Get("totp_enabled") != false {
		t.Error("a wrong code turned it on")
	}
	login(p.App, testapp.Ada)

	enabling := p.code(p.secret, 0)
	answer := p.POST(testapp.Ada, enablePath, map[string]any{"code": enabling[:3] + " " + enabling[3:]}).Want(http.StatusOK)
	codes, _ := answer.Get("recovery_codes").([]any)
	different := map[any]bool{}
	for _, code := range codes {
		different[code] = true
	}
	if len(different) != 10 || answer.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("enabling answers %s", answer.Body)
	}
	if p.GET(testapp.Ada, profile).Want(http.StatusOK).Get("totp_enabled") != true {
		t.Error("it isn't on")
	}
	if _, seen := p.GET(testapp.Bob, "/api/users/@ada").Want(http.StatusOK).JSON["totp_enabled"]; seen {
		t.Error("others see whether somebody has a second factor")
	}

	before := p.count(collections.Sessions, testapp.Ada)
	asked := p.POST("", "/api/auth/login", map[string]any{"identity": testapp.Ada, "password": testapp.Password}).Want(http.StatusUnauthorized)
	if methods, _ := asked.Get("methods").([]any); len(methods) != 2 || methods[0] != "totp" || methods[1] != "recovery_code" ||
		asked.Int("status") != 401 || asked.String("message") == "" || asked.Get("data") == nil || asked.Get("mfaId") != nil {
		t.Errorf("signing in asks %s", asked.Body)
	}
	for _, key := range []string{"access", "refresh", "user", "token"} {
		if asked.Get(key) != nil {
			t.Errorf("%s before the second factor", key)
		}
	}
	if len(asked.Header().Values("Set-Cookie")) > 0 {
		t.Error("a cookie before the second factor")
	}
	id := asked.String("mfa_id")
	p.answer(id, "").Want(http.StatusBadRequest).WantCode("code", "validation_required")
	p.answer(id, enabling).Want(http.StatusUnauthorized).WantCode("code", "validation_wrong_code") // used to turn it on
	p.answer("made-up", p.code(p.secret, 1)).Want(http.StatusUnauthorized)
	p.wantSessions(testapp.Ada, before)

	in := p.answer(id, p.fresh()).Want(http.StatusOK)
	as(p.App, in.String("access"), "GET", profile).Want(http.StatusOK)
	refresh(p.App, in.String("refresh")).Want(http.StatusOK)
	if in.String("user", "username") != testapp.Ada || in.Get("user", "totp_enabled") != true {
		t.Errorf("signed in as %v", in.Get("user"))
	}
	p.answer(id, p.fresh()).Want(http.StatusUnauthorized) // good for one success
	p.wantSessions(testapp.Ada, before+1)
}

func TestTheQuestionSpeaksKorean(t *testing.T) {
	p := newPhone(t)
	p.enable(testapp.Ada)
	ask := func(body string) *testapp.Answer {
		r := httptest.NewRequest("POST", "/api/auth/login", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Accept-Language", "ko")
		return p.Send(r).Want(http.StatusUnauthorized)
	}
	asked := ask(`{"identity":"ada","password":"` + testapp.Password + `"}`)
	if asked.String("message") != "인증 앱의 코드를 입력하세요." || asked.Header().Get("Vary") == "" {
		t.Errorf("asked: %s", asked.Body)
	}
	refused := ask(`{"mfa_id":"` + asked.String("mfa_id") + `","code":"x"}`)
	if refused.String("message") != "코드가 올바르지 않습니다." || refused.String("data", "code", "message") != "올바르지 않거나 이미 사용한 코드입니다." {
		t.Errorf("refused: %s", refused.Body)
	}
}

func TestARecoveryCodeIsGoodOnce(t *testing.T) {
	p := newPhone(t)
	p.enable(testapp.Ada)
	code := p.recovery[3]
	p.answer(p.ask(testapp.Ada), " "+strings.ToUpper(strings.ReplaceAll(code, "-", " "))).Want(http.StatusOK)
	p.answer(p.ask(testapp.Ada), code).Want(http.StatusUnauthorized).WantCode("code", "validation_wrong_code")
	p.answer(p.ask(testapp.Ada), p.recovery[4]).Want(http.StatusOK)

	renewed := p.POST(testapp.Ada, recoveryPath, map[string]any{"password": testapp.Password, "code": p.fresh()}).Want(http.StatusOK)
	codes, _ := renewed.Get("recovery_codes").([]any)
	if len(codes) != 10 {
		t.Fatalf("renewed: %s", renewed.Body)
	}
	p.answer(p.ask(testapp.Ada), p.recovery[5]).Want(http.StatusUnauthorized) // replaced
	fresh, _ := codes[0].(string)
	p.answer(p.ask(testapp.Ada), fresh).Want(http.StatusOK)
}

func TestOnlyBothFactorsTurnItOff(t *testing.T) {
	p := newPhone(t)
	confirm := func(path, password, code string) *testapp.Answer {
		return p.POST(testapp.Ada, path, map[string]any{"password": password, "code": code})
	}
	for _, path := range []string{disablePath, recoveryPath} {
		confirm(path, testapp.Password, "123456").Want(http.StatusConflict)
	}
	p.enable(testapp.Ada)
	for _, path := range []string{disablePath, recoveryPath} {
		p.POST("", path, nil).Want(http.StatusUnauthorized)
		both := p.POST(testapp.Ada, path, map[string]any{}).Want(http.StatusBadRequest)
		both.WantCode("password", "validation_required").WantCode("code", "validation_required")
		confirm(path, "wrong", p.fresh()).Want(http.StatusBadRequest).WantCode("password", "validation_wrong_password")
		confirm(path, testapp.Password, p.wrong()).Want(http.StatusBadRequest).WantCode("code", "validation_wrong_code")
	}
	if p.count(collections.RecoveryCodes, testapp.Ada) != 10 || p.GET(testapp.Ada, profile).Get("totp_enabled") != true {
		t.Fatal("a refusal changed something")
	}
	p.answer(p.ask(testapp.Ada), p.recovery[0]).Want(http.StatusOK)

	confirm(disablePath, testapp.Password, p.recovery[1]).Want(http.StatusNoContent)
	if p.GET(testapp.Ada, profile).Want(http.StatusOK).Get("totp_enabled") != false {
		t.Error("it is still on")
	}
	login(p.App, testapp.Ada)
	for _, collection := range []string{collections.SecondFactors, collections.RecoveryCodes, collections.SignInChallenges} {
		if n := p.count(collection, testapp.Ada); n != 0 {
			t.Errorf("%d rows left in %s", n, collection)
		}
	}
}

func TestASetupIsApartFromWhatIsInForce(t *testing.T) {
	p := newPhone(t)
	p.POST(testapp.Ada, enablePath, map[string]any{"code": "123456"}).Want(http.StatusConflict) // nothing set up
	stale := p.POST(testapp.Ada, setupPath, nil).Want(http.StatusOK).String("secret")
	p.wait(15*time.Minute + time.Second)
	p.POST(testapp.Ada, enablePath, map[string]any{"code": p.code(stale, 0)}).Want(http.StatusConflict)
	p.enable(testapp.Ada)
	old, oldRecovery := p.secret, p.recovery

	next := p.POST(testapp.Ada, setupPath, nil).Want(http.StatusOK).String("secret")
	p.answer(p.ask(testapp.Ada), p.code(next, 0)).Want(http.StatusUnauthorized)
	p.answer(p.ask(testapp.Ada), p.fresh()).Want(http.StatusOK) // the old one is in force

	replace := func(more map[string]any) *testapp.Answer {
		p.wait(30 * time.Second)
		more["code"] = p.code(next, 0)
		return p.POST(testapp.Ada, enablePath, more)
	}
	replace(map[string]any{}).Want(http.StatusBadRequest).WantCode("password", "validation_wrong_password")
	replace(map[string]any{"password": testapp.Password}).Want(http.StatusBadRequest).WantCode("current_code", "validation_wrong_code")
	replace(map[string]any{"password": testapp.Password, "current_code": p.code(next, 0)}).Want(http.StatusBadRequest).WantCode("current_code", "validation_wrong_code")
	p.answer(p.ask(testapp.Ada), p.fresh()).Want(http.StatusOK)
	p.wait(30 * time.Second)
	replace(map[string]any{"password": testapp.Password, "current_code": p.code(old, 1)}).Want(http.StatusOK)

	p.answer(p.ask(testapp.Ada), p.fresh()).Want(http.StatusUnauthorized) // of the old app
	p.answer(p.ask(testapp.Ada), oldRecovery[0]).Want(http.StatusUnauthorized)
	p.secret = next
	p.answer(p.ask(testapp.Ada), p.fresh()).Want(http.StatusOK)
}
