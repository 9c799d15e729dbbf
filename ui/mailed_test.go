package ui_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"madang/testapp"
)

// linkIn is the path of the link in the last mail to an address.
func linkIn(t *testing.T, app *testapp.App, address string) string {
	t.Helper()
	if err := app.Deps.Mail.Drain(app.TestApp); err != nil {
		t.Fatal(err)
	}
	link := ""
	for _, m := range app.TestMailer.Messages() {
		if m.To[0].Address == address {
			if found := regexp.MustCompile(`https?://[^/\s]+(/\w+\?token=[\w-]+)`).FindStringSubmatch(m.Text); found != nil {
				link = found[1]
			}
		}
	}
	return link
}

func TestAForgottenPasswordIsSetByTheMailedLink(t *testing.T) {
	app := testapp.New(t)
	b := visit(t, app, "")
	b.get("/login").is(http.StatusOK, `href="/forgot"`)
	b.post("/forgot", url.Values{"email": {"no address"}}).is(http.StatusBadRequest, `id="f-email-problem"`, `value="no address"`)
	known := b.post("/forgot", url.Values{"email": {"bob@example.com"}}).is(http.StatusOK, "a mail is on its way")
	unknown := b.post("/forgot", url.Values{"email": {"nobody@example.com"}}).is(http.StatusOK, "a mail is on its way")
	if known.html != unknown.html {
		t.Error("the page tells who is here")
	}
	link := linkIn(t, app, "bob@example.com")
	page := b.get(link).is(http.StatusOK, "A new password", `content="noindex"`)
	token := page.pick(`name="token" value="([^"]+)"`)
	form := url.Values{"token": {token}, "new_password": {"12345678"}, "new_password_confirm": {"12345678"}}
	b.post("/reset", form).is(http.StatusBadRequest, `id="f-new_password-problem"`, token)
	form.Set("new_password", "Another-Horse-9")
	form.Set("new_password_confirm", "Another-Horse-9")
	b.post("/reset", form).is(http.StatusOK, "Your password is new")
	b.post("/reset", form).is(http.StatusBadRequest) // good once
	b.post("/login", url.Values{"identity": {"bob"}, "password": {"Another-Horse-9"}}).leadsTo("/")
}

func TestAnAddressIsConfirmedByTheButtonNotByTheLink(t *testing.T) {
	app := testapp.Empty(t)
	b := visit(t, app, "")
	b.cookies["madang_lang"] = "ko"
	b.post("/signup", url.Values{"username": {"wren"}, "email": {"wren@example.com"}, "password": {"feathers and twigs"}, "password_confirm": {"feathers and twigs"}}).leadsTo("/")
	link := linkIn(t, app, "wren@example.com")
	if !strings.HasPrefix(link, "/verify?") {
		t.Fatalf("the welcome leads to %q", link)
	}
	verified := func() bool {
		r, err := app.FindAuthRecordByEmail("users", "wren@example.com")
		if err != nil {
			t.Fatal(err)
		}
		return r.Verified()
	}
	token := b.get(link).is(http.StatusOK, "이메일 주소 확인").pick(`name="token" value="([^"]+)"`)
	if verified() {
		t.Fatal("looking at the link confirms it")
	}
	b.post("/verify", url.Values{"token": {token}}).is(http.StatusOK, "고맙습니다")
	if !verified() {
		t.Error("not confirmed")
	}
	b.get("/email?token=made-up").is(http.StatusOK, "새 이메일 주소")
	b.post("/email", url.Values{"token": {"made-up"}}).is(http.StatusBadRequest, `role="alert"`)
}
