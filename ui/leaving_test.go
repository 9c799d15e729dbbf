package ui_test

import (
	"archive/zip"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"madang/accounts"
	"madang/testapp"
)

func TestOnesDataIsDownloadedFromThePage(t *testing.T) {
	app := testapp.New(t)
	ada := visit(t, app, testapp.Ada)
	ada.get("/settings/data").is(http.StatusOK, `href="/settings/data/download"`, `href="/settings/delete"`)
	got := ada.get("/settings/data/download").is(http.StatusOK)
	if kind, as := got.Header.Get("Content-Type"), got.Header.Get("Content-Disposition"); kind != "application/zip" || !strings.Contains(as, "madang-ada-") {
		t.Errorf("%s as %s", kind, as)
	}
	z, err := zip.NewReader(strings.NewReader(got.html), int64(len(got.html)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := z.Open("account.json"); err != nil {
		t.Error(err)
	}
	visit(t, app, "").get("/settings/data/download").leadsTo("/login?next=%2Fsettings%2Fdata%2Fdownload")
}

func TestSomebodyLeavesForGoodOnThePage(t *testing.T) {
	app := testapp.New(t)
	minji, elsewhere := visit(t, app, testapp.Minji), visit(t, app, testapp.Minji)
	minji.get("/settings/delete").is(http.StatusOK, "@minji", "30일", "완전히 탈퇴하기").not(`id="f-code"`)
	minji.post("/settings/delete", url.Values{"password": {"wrong"}}).is(http.StatusBadRequest, `id="f-password-problem"`).not("wrong\"")
	minji.post("/settings/delete", nil).is(http.StatusBadRequest, "필수 항목입니다.")
	minji.get("/@minji").is(http.StatusOK)

	minji.post("/settings/delete", url.Values{"password": {testapp.Password}}).leadsTo("/goodbye")
	if minji.cookies[accounts.Cookie] != "" {
		t.Error("the browser keeps the cookie of a session that is gone")
	}
	minji.get("/goodbye").is(http.StatusOK, "안녕히 가세요") // in her language still
	minji.get("/@minji").is(http.StatusNotFound)
	elsewhere.get("/settings").leadsTo("/login")
}

func TestLeavingTakesTheSecondFactorToo(t *testing.T) {
	app := testapp.New(t)
	bob := visit(t, app, testapp.Bob)
	a := &authenticator{t: t, app: app, secret: bob.post("/settings/two-factor/setup", nil).pick(`name="secret" value="([^"]+)"`)}
	bob.post("/settings/two-factor", url.Values{"secret": {a.secret}, "code": {a.next()}}).is(http.StatusOK)
	bob.get("/settings/delete").is(http.StatusOK, `id="f-code"`)
	bob.post("/settings/delete", url.Values{"password": {testapp.Password}}).is(http.StatusBadRequest, `id="f-code-problem"`)
	bob.post("/settings/delete", url.Values{"password": {testapp.Password}, "code": {a.next()}}).leadsTo("/goodbye")
}

// TestWhoHasNoPasswordSignsInAgain: somebody whom another site brought has none to be asked for.
func TestWhoHasNoPasswordSignsInAgain(t *testing.T) {
	app := testapp.New(t)
	elsewhere(t, app, map[string]any{"sub": "9", "name": "Wren Elsewhere"})
	wren := visit(t, app, "")
	wren.roundTrip("/login/google", "c").leadsTo("/")
	wren.get("/settings/security").is(http.StatusOK).not(`id="password"`)
	wren.get("/settings/delete").is(http.StatusOK).not(`id="f-password"`, "sign in again first")
	later(app)
	wren.get("/settings/delete").is(http.StatusOK, "sign in again first", `value="/settings/delete"`)
	wren.post("/settings/delete", nil).is(http.StatusForbidden, "Sign in again to do this.")
	wren.post("/logout", url.Values{"next": {"/settings/delete"}}).leadsTo("/login?next=%2Fsettings%2Fdelete")
	app.Deps.Accounts.Now = time.Now
	wren.roundTrip("/login/google?next=/settings/delete", "c").leadsTo("/settings/delete")
	wren.post("/settings/delete", nil).leadsTo("/goodbye")
}

func TestWhoTriesPasswordsIsToldWhyTheyWait(t *testing.T) {
	bob := visit(t, testapp.New(t), testapp.Bob)
	for range 10 {
		bob.post("/settings/delete", url.Values{"password": {"wrong"}}).is(http.StatusBadRequest)
	}
	bob.post("/settings/delete", url.Values{"password": {testapp.Password}}).is(http.StatusTooManyRequests, "Too many wrong codes. Try again later.")
}
