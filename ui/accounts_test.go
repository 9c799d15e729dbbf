package ui_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"madang/accounts"
	"madang/testapp"
)

func TestSomebodyJoinsLeavesAndComesBack(t *testing.T) {
	app := testapp.Empty(t)
	b := visit(t, app, "")
	b.get("/").is(http.StatusOK, "The first post could be yours", `href="/signup"`)
	form := url.Values{"username": {"wren"}, "email": {"wren@example.com"}, "name": {"Wren"}, "password": {"12345678"}, "password_confirm": {"1"}, "next": {"/explore"}}
	b.post("/signup", form).is(http.StatusBadRequest, `value="wren@example.com"`, `id="f-password-problem"`, `id="f-password_confirm-problem"`, `name="next" value="/explore"`).not("12345678")
	b.cookies["madang_lang"] = "ko"
	form.Set("password", "feathers and twigs")
	form.Set("password_confirm", "feathers and twigs")
	b.post("/signup", form).leadsTo("/explore")
	if b.cookies[accounts.Cookie] == "" {
		t.Fatal("no session")
	}
	delete(b.cookies, "madang_lang")
	b.get("/").is(http.StatusOK, `lang="ko"`, "마당이 조용하네요") // the language chosen before is theirs now
	b.get("/login").leadsTo("/")
	b.get("/signup?next=/new").leadsTo("/new")
	b.post("/logout", nil).leadsTo("/")
	if b.cookies[accounts.Cookie] != "" {
		t.Fatal("still a session")
	}
	b.get("/new").leadsTo("/login?next=%2Fnew")
	b.post("/login", url.Values{"identity": {"wren"}, "password": {"wrong"}, "next": {"/new"}}).
		is(http.StatusBadRequest, "The name or the password is wrong.", `value="wren"`, `name="next" value="/new"`).not(`value="wrong"`)
	b.post("/login", url.Values{"identity": {""}}).is(http.StatusBadRequest, `id="f-identity-problem"`)
	b.post("/login", url.Values{"identity": {"wren@example.com"}, "password": {"feathers and twigs"}, "next": {"https://evil.example"}}).leadsTo("/")
}

func TestTheSecondFactorIsAskedForOnThePage(t *testing.T) {
	app := testapp.New(t)
	secret := app.POST(testapp.Bob, "/api/auth/2fa/totp/setup", nil).Want(http.StatusOK).String("secret")
	code := func(steps int) string {
		c, err := totp.GenerateCode(secret, time.Now().Add(time.Duration(steps)*30*time.Second))
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	app.POST(testapp.Bob, "/api/auth/2fa/totp/enable", map[string]any{"code": code(-1)}).Want(http.StatusOK)

	b := visit(t, app, "")
	b.cookies["madang_lang"] = "ko"
	asked := b.post("/login", url.Values{"identity": {"bob"}, "password": {testapp.Password}, "next": {"/new"}}).is(http.StatusOK, "2단계 인증", `autocomplete="one-time-code"`)
	if b.cookies[accounts.Cookie] != "" {
		t.Fatal("a session by the password alone")
	}
	challenge := asked.pick(`name="challenge" value="([^"]+)"`)
	wrong := b.post("/login", url.Values{"challenge": {challenge}, "code": {"000000"}, "next": {"/new"}}).is(http.StatusBadRequest, `id="f-code-problem"`)
	if wrong.pick(`name="challenge" value="([^"]+)"`) != challenge || b.cookies[accounts.Cookie] != "" {
		t.Fatal("a wrong code ends the sign-in, or passes")
	}
	b.post("/login", url.Values{"challenge": {challenge}, "code": {code(0)}, "next": {"/new"}}).leadsTo("/new")
	b.get("/new").is(http.StatusOK)
}

func TestFormsFromOtherSitesAreRefused(t *testing.T) {
	app := testapp.New(t)
	for _, who := range []string{"", testapp.Bob} {
		for _, path := range []string{"/login", "/signup", "/settings", "/logout", "/new"} {
			b := visit(t, app, who)
			r := httptest.NewRequest(http.MethodPost, path, strings.NewReader("locale=ko&section=language"))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set("Sec-Fetch-Site", "cross-site")
			b.send(r).is(http.StatusForbidden, "The request came from another site.")
		}
	}
}

func TestSettingsAreSaved(t *testing.T) {
	app := testapp.New(t)
	ada := visit(t, app, testapp.Ada)
	ada.get("/settings").is(http.StatusOK, "Ada Whitlock")
	profile := url.Values{"section": {"profile"}, "name": {"Ada W"}, "bio": {"Tea\nand trains"}, "phone": {"12"}, "locale": {"en"}}
	ada.post("/settings", profile).is(http.StatusBadRequest, `id="f-phone-problem"`, `value="Ada W"`, "Tea\nand trains")
	profile.Set("phone", "010-1234-5678")
	ada.post("/settings", profile).leadsTo("/settings?done=profile")
	ada.get("/settings?done=profile").is(http.StatusOK, "Your profile is saved.", "&#43;821012345678")
	visit(t, app, "").get("/@ada").is(http.StatusOK, "Ada W", "Tea<br>and trains").not("1012345678")

	picture := url.Values{"section": {"picture"}}
	ada.upload("/settings", picture, "profile_image", "me.gif", dot).leadsTo("/settings?done=picture")
	file := ada.get("/settings").is(http.StatusOK).pick(`src="(/api/files/users/[^"]+)"`)
	ada.get(file).is(http.StatusOK)
	ada.upload("/settings", picture, "profile_image", "me.gif", []byte("no picture")).is(http.StatusBadRequest, `id="f-picture-problem"`)
	ada.upload("/settings", picture, "something", "me.gif", dot).is(http.StatusBadRequest, "Choose a picture first.")
	ada.get("/settings").is(http.StatusOK, file)
	ada.post("/settings", url.Values{"section": {"no-picture"}}).leadsTo("/settings?done=picture")
	ada.get("/settings").is(http.StatusOK).not("/api/files/users/")

	ada.post("/settings", url.Values{"section": {"everything"}}).is(http.StatusBadRequest)
	visit(t, app, "").post("/settings", profile).leadsTo("/login?next=%2Fsettings")
}

func TestANewPasswordEndsAllOtherSessions(t *testing.T) {
	app := testapp.New(t)
	ada, elsewhere := visit(t, app, testapp.Ada), visit(t, app, testapp.Ada)
	form := url.Values{"old_password": {"wrong"}, "new_password": {"a new long one"}, "new_password_confirm": {"a new long one"}}
	ada.post("/settings/security", form).is(http.StatusBadRequest, `id="f-old_password-problem"`).not("a new long one")
	form.Set("old_password", testapp.Password)
	ada.post("/settings/security", form).leadsTo("/settings/security?done=password")
	ada.get("/settings/security?done=password").is(http.StatusOK, "Your password is changed.")
	elsewhere.get("/settings").leadsTo("/login")
}

func TestTheLanguageIsThePersonsThenTheCookiesThenTheBrowsers(t *testing.T) {
	app := testapp.New(t)
	b := visit(t, app, "")
	b.get("/explore").is(http.StatusOK, `<html lang="en">`)
	b.lang = "ko-KR,ko;q=0.9,en;q=0.8"
	b.get("/explore").is(http.StatusOK, `<html lang="ko">`, "둘러보기")
	b.post("/settings", url.Values{"section": {"language"}, "locale": {"en"}, "back": {"/explore"}}).leadsTo("/explore")
	b.get("/explore").is(http.StatusOK, `<html lang="en">`)
	b.post("/settings", url.Values{"section": {"language"}, "locale": {"fr"}}).is(http.StatusBadRequest)

	minji := visit(t, app, testapp.Minji)
	minji.get("/explore").is(http.StatusOK, `<html lang="ko">`)
	minji.post("/settings", url.Values{"section": {"language"}, "locale": {"en"}}).leadsTo("/")
	minji.get("/explore").is(http.StatusOK, `<html lang="en">`)
	if locale := app.GET(testapp.Minji, "/api/auth/profile").String("locale"); locale != "en" {
		t.Errorf("her language is %q", locale)
	}
}

func TestASuspendedPersonReadsAndIsToldUntilWhen(t *testing.T) {
	app := testapp.New(t)
	bob := visit(t, app, testapp.Bob)
	r, err := app.FindRecordById("users", testapp.ID(testapp.Bob))
	if err != nil {
		t.Fatal(err)
	}
	r.Set("suspended_until", "2099-01-02 03:04:05.000Z")
	if err := app.Save(r); err != nil {
		t.Fatal(err)
	}
	bob.get("/").is(http.StatusOK)
	bob.post("/new", url.Values{"title": {"Hello"}, "content": {"World"}}).is(http.StatusForbidden, "You are suspended until 2099-01-02")
	bob.post("/settings", url.Values{"section": {"language"}, "locale": {"ko"}}).leadsTo("/")
	bob.post("/new", url.Values{}).is(http.StatusForbidden, "활동이 정지되어 있습니다.")
	bob.post("/logout", nil).leadsTo("/")
}
