package hooks_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tests"
	"github.com/pocketbase/pocketbase/tools/router"

	"madang/accounts"
	"madang/collections"
	"madang/testapp"
)

func wantRetryAfter(t *testing.T, answer *testapp.Answer, most time.Duration) {
	t.Helper()
	seconds, err := strconv.Atoi(answer.Header().Get("Retry-After"))
	if err != nil || seconds < 1 || seconds > int(most/time.Second)+1 {
		t.Errorf("Retry-After: %q, want at most %s", answer.Header().Get("Retry-After"), most)
	}
}

func TestACodeIsGoodAStepEitherWay(t *testing.T) {
	p := newPhone(t)
	p.enable(testapp.Ada)
	p.wait(10 * time.Minute)
	id := p.ask(testapp.Ada)
	p.answer(id, p.code(p.secret, -2)).Want(http.StatusUnauthorized)
	p.answer(id, p.code(p.secret, 2)).Want(http.StatusUnauthorized)
	p.answer(id, p.code(p.secret, -1)).Want(http.StatusOK)
	p.answer(p.ask(testapp.Ada), p.code(p.secret, 1)).Want(http.StatusOK)
	p.answer(p.ask(testapp.Ada), p.code(p.secret, 0)).Want(http.StatusUnauthorized) // older than the last used
}

func TestFiveWrongCodesEndASignIn(t *testing.T) {
	p := newPhone(t)
	p.enable(testapp.Ada)
	before := p.count(collections.Sessions, testapp.Ada)
	id := p.ask(testapp.Ada)
	for range 5 {
		p.answer(id, p.wrong()).Want(http.StatusUnauthorized).WantCode("code", "validation_wrong_code")
	}
	code := p.fresh()
	wantRetryAfter(t, p.answer(id, code).Want(http.StatusTooManyRequests), 10*time.Minute)
	p.answer(id, p.recovery[0]).Want(http.StatusTooManyRequests)
	p.wantSessions(testapp.Ada, before)
	p.answer(p.ask(testapp.Ada), code).Want(http.StatusOK) // the refused tries used nothing up
	p.answer(p.ask(testapp.Ada), p.recovery[0]).Want(http.StatusOK)
}

func TestTenWrongCodesLockTheAccountOut(t *testing.T) {
	p := newPhone(t)
	p.enable(testapp.Ada)
	before := p.count(collections.Sessions, testapp.Ada)
	first, second, third := p.ask(testapp.Ada), p.ask(testapp.Ada), p.ask(testapp.Ada)
	for i := range 10 {
		p.answer(map[bool]string{true: first, false: second}[i < 5], p.wrong()).Want(http.StatusUnauthorized)
		p.wait(20 * time.Second)
	}
	wantRetryAfter(t, p.answer(third, p.fresh()).Want(http.StatusTooManyRequests), 15*time.Minute)
	p.answer(third, p.recovery[0]).Want(http.StatusTooManyRequests)
	for _, path := range []string{disablePath, recoveryPath} {
		p.POST(testapp.Ada, path, map[string]any{"password": testapp.Password, "code": p.fresh()}).Want(http.StatusTooManyRequests)
		p.POST(testapp.Ada, path, map[string]any{"password": "wrong", "code": p.fresh()}).Want(http.StatusTooManyRequests) // says nothing of the password
	}
	p.wantSessions(testapp.Ada, before)
	if n := p.count(collections.WrongCodes, testapp.Ada); n != 10 {
		t.Errorf("%d wrong codes: a locked account counts on", n)
	}
	p.POST("", "/api/auth/login", map[string]any{"identity": testapp.Bob, "password": testapp.Password}).Want(http.StatusOK)

	wantLockedAfterRestart(t, p, p.ask(testapp.Ada))

	p.wait(15 * time.Minute) // they age
	p.answer(p.ask(testapp.Ada), p.fresh()).Want(http.StatusOK)
	p.wait(31 * 24 * time.Hour)
	if err := p.Deps.Accounts.Sweep(p); err != nil {
		t.Fatal(err)
	}
	if n := p.count(collections.WrongCodes, testapp.Ada) + p.count(collections.SignInChallenges, testapp.Ada); n != 0 {
		t.Errorf("%d rows survive the sweep", n)
	}
	if on, err := collections.HasTOTP(p, testapp.ID(testapp.Ada)); err != nil || !on {
		t.Errorf("the sweep turned the second factor off: %v", err)
	}
}

// wantLockedAfterRestart opens a copy of the data in another app.
func wantLockedAfterRestart(t *testing.T, p *phone, mfaID string) {
	t.Helper()
	again, err := tests.NewTestAppWithConfig(core.BaseAppConfig{DataDir: p.DataDir(), EncryptionEnv: "pb_test_env", DBConnect: collections.ConnectDB})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Cleanup()
	service := &accounts.Service{AccessLifetime: time.Hour, RefreshLifetime: time.Hour, Now: p.now}
	e := &core.RequestEvent{App: again}
	e.Request, e.Response = httptest.NewRequest("POST", "/api/auth/login", nil), httptest.NewRecorder()
	_, err = service.SecondFactor(e, mfaID, p.recovery[0])
	var refused *router.ApiError
	if !errors.As(err, &refused) || refused.Status != http.StatusTooManyRequests {
		t.Errorf("after a restart: %v", err)
	}
}

// TestAWrongPasswordCountsToo where a stolen session could try passwords.
func TestAWrongPasswordCountsToo(t *testing.T) {
	p := newPhone(t)
	p.enable(testapp.Ada)
	for range 10 {
		p.POST(testapp.Ada, disablePath, map[string]any{"password": "wrong", "code": "1"}).Want(http.StatusBadRequest).WantCode("password", "validation_wrong_password")
	}
	p.POST(testapp.Ada, disablePath, map[string]any{"password": testapp.Password, "code": p.fresh()}).Want(http.StatusTooManyRequests)
	if p.GET(testapp.Ada, profile).Get("totp_enabled") != true {
		t.Error("it is off")
	}
}

func TestASignInThatWaitsEnds(t *testing.T) {
	p := newPhone(t)
	p.enable(testapp.Ada)
	dead := func(what, id string) {
		t.Helper()
		before := p.count(collections.Sessions, testapp.Ada)
		answer := p.answer(id, p.fresh()).Want(http.StatusUnauthorized)
		if answer.String("message") != "The sign-in took too long. Start again." {
			t.Errorf("%s: %s", what, answer.Body)
		}
		p.wantSessions(testapp.Ada, before)
	}
	id := p.ask(testapp.Ada)
	p.wait(10 * time.Minute)
	dead("ten minutes", id)

	id = p.ask(testapp.Ada)
	p.POST(testapp.Ada, recoveryPath, map[string]any{"password": testapp.Password, "code": p.fresh()}).Want(http.StatusOK)
	dead("new recovery codes", id)

	id = p.ask(testapp.Ada)
	p.POST(testapp.Ada, "/api/auth/password/change", map[string]any{
		"old_password": testapp.Password, "new_password": "Another-Horse-9", "new_password_confirm": "Another-Horse-9",
	}).Want(http.StatusOK) // note: with new tokens, though a code was not asked for again
	dead("a new password", id)
}

// TestACodeIsOfItsOwner: another's is as wrong as a made-up one.
func TestACodeIsOfItsOwner(t *testing.T) {
	p := newPhone(t)
	p.enable(testapp.Bob)
	bobs, bobsRecovery := p.secret, p.recovery
	p.enable(testapp.Ada)
	p.wait(30 * time.Second)
	id := p.ask(testapp.Ada)
	p.answer(id, p.code(bobs, 0)).Want(http.StatusUnauthorized)
	p.answer(id, bobsRecovery[0]).Want(http.StatusUnauthorized)
	p.answer(p.ask(testapp.Bob), bobsRecovery[0]).Want(http.StatusOK)
}

// race runs try n times at once and counts the 200s.
func race(n int, try func(i int) int) int {
	var won atomic.Int64
	var all sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		all.Go(func() {
			<-start
			if try(i) == http.StatusOK {
				won.Add(1)
			}
		})
	}
	close(start)
	all.Wait()
	return int(won.Load())
}

func TestOneOf32AtOnceGetsInWithACode(t *testing.T) {
	p := newPhone(t)
	p.enable(testapp.Ada)
	ids := make([]string, 32)
	for i := range ids {
		ids[i] = p.ask(testapp.Ada)
	}
	for _, c := range []struct{ what, code string }{{"a code of the app", p.fresh()}, {"a recovery code", p.recovery[0]}} {
		before := p.count(collections.Sessions, testapp.Ada)
		if n := race(len(ids), func(i int) int { return p.answer(ids[i], c.code).Code }); n != 1 {
			t.Errorf("%s let %d of %d in", c.what, n, len(ids))
		}
		p.wantSessions(testapp.Ada, before+1)
		p.wait(15 * time.Minute) // for the wrong codes to age
		for i := range ids {
			ids[i] = p.ask(testapp.Ada)
		}
	}
	// one sign-in, and many good codes for it
	before := p.count(collections.Sessions, testapp.Ada)
	if n := race(9, func(i int) int { return p.answer(ids[0], p.recovery[1+i]).Code }); n != 1 {
		t.Errorf("a sign-in let %d in", n)
	}
	p.wantSessions(testapp.Ada, before+1)
	used, err := p.CountRecords(collections.RecoveryCodes, dbx.NewExp("used_at != ''"))
	if err != nil || used != 2 {
		t.Errorf("%d recovery codes are used up, want the one of each race: %v", used, err)
	}
}

func TestOneOf32AtOnceTurnsItOn(t *testing.T) {
	p := newPhone(t)
	p.secret = p.POST(testapp.Ada, setupPath, nil).Want(http.StatusOK).String("secret")
	code := p.code(p.secret, 0)
	if n := race(32, func(int) int { return p.POST(testapp.Ada, enablePath, map[string]any{"code": code}).Code }); n != 1 {
		t.Errorf("%d of 32 turned it on", n)
	}
	if n := p.count(collections.RecoveryCodes, testapp.Ada); n != 10 {
		t.Errorf("%d recovery codes", n)
	}
	p.answer(p.ask(testapp.Ada), code).Want(http.StatusUnauthorized)
}

// TestNoSessionSlipsThroughWhileItIsTurnedOn: whoever gave only a password has no session
// once the second factor is in force, whichever came first.
func TestNoSessionSlipsThroughWhileItIsTurnedOn(t *testing.T) {
	p := newPhone(t)
	for range 3 {
		p.secret = p.POST(testapp.Ada, setupPath, nil).Want(http.StatusOK).String("secret")
		tokens := make([]string, 8)
		race(len(tokens)+1, func(i int) int {
			if i == len(tokens) {
				return p.POST(testapp.Ada, enablePath, map[string]any{"code": p.code(p.secret, 0)}).Want(http.StatusOK).Code
			}
			answer := p.POST("", "/api/auth/login", map[string]any{"identity": testapp.Ada, "password": testapp.Password})
			tokens[i] = answer.String("access")
			return answer.Code
		})
		for _, token := range tokens {
			if token != "" {
				as(p.App, token, "GET", profile).Want(http.StatusUnauthorized)
			}
		}
		p.POST(testapp.Ada, disablePath, map[string]any{"password": testapp.Password, "code": p.fresh()}).Want(http.StatusNoContent)
	}
}
