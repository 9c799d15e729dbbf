package hooks_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/tools/mailer"

	"madang/collections"
	"madang/hooks"
	"madang/testapp"
)

const (
	askReset     = "/api/auth/password/reset"
	confirmReset = "/api/auth/password/reset/confirm"
	newPassword  = "Another-Horse-9"
)

// mailed sends what is due and returns the mails to an address, the last one last.
func mailed(t testing.TB, app *testapp.App, address string) []*mailer.Message {
	t.Helper()
	if err := app.Deps.Mail.Drain(app); err != nil {
		t.Fatal(err)
	}
	var found []*mailer.Message
	for _, m := range app.TestMailer.Messages() {
		if len(m.To) == 1 && m.To[0].Address == address {
			found = append(found, m)
		}
	}
	return found
}

// lastMail is the last mail to an address, of which there must be n.
func lastMail(t testing.TB, app *testapp.App, address string, n int) *mailer.Message {
	t.Helper()
	found := mailed(t, app, address)
	if len(found) != n {
		t.Fatalf("%d mails to %s, want %d", len(found), address, n)
	}
	if n == 0 {
		return nil
	}
	return found[n-1]
}

var linkInMail = regexp.MustCompile(`(http\S+)/(reset|verify|email)\?token=([A-Za-z0-9_-]{43})`)

// tokenIn is the token of the link in a mail, which must lead to the page.
func tokenIn(t testing.TB, m *mailer.Message, page string) string {
	t.Helper()
	link := linkInMail.FindStringSubmatch(m.Text)
	if link == nil || link[2] != page || !strings.Contains(m.HTML, `href="`+link[0]+`"`) {
		t.Fatalf("no link to /%s in the text and the page of:\n%s\n%s", page, m.Text, m.HTML)
	}
	return link[3]
}

func confirm(app *testapp.App, token, password string) *testapp.Answer {
	return app.POST("", confirmReset, map[string]any{"token": token, "new_password": password, "new_password_confirm": password})
}

// resetToken asks for a reset as ada and returns the token in the nth mail.
func resetToken(t testing.TB, app *testapp.App, n int) string {
	t.Helper()
	app.POST("", askReset, map[string]any{"email": " ADA@example.com "}).Want(http.StatusNoContent)
	return tokenIn(t, lastMail(t, app, "ada@example.com", n), "reset")
}

// clock is a time that goes on when it is told to.
func clock() (advance func(time.Duration), set func(*hooks.Deps)) {
	var ahead atomic.Int64
	began := time.Now()
	now := func() time.Time { return began.Add(time.Duration(ahead.Load())) }
	return func(d time.Duration) { ahead.Add(int64(d)) }, func(d *hooks.Deps) { d.Now, d.Accounts.Now, d.Mail.Now = now, now, now }
}

func person(t testing.TB, app *testapp.App, name string) *collections.User {
	t.Helper()
	u, err := collections.FindUser(app, "@"+name)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestAMailedLinkSetsANewPasswordOnce(t *testing.T) {
	app := testapp.New(t)
	before := login(app, testapp.Ada)
	token := resetToken(t, app, 1)
	as(app, before.String("access"), "GET", profile).Want(http.StatusOK) // asking changes nothing
	login(app, testapp.Ada)

	bad := func(token, password, again, field, code string) {
		t.Helper()
		app.POST("", confirmReset, map[string]any{"token": token, "new_password": password, "new_password_confirm": again}).
			Want(http.StatusBadRequest).WantCode(field, code)
	}
	bad(token, "12345678", "12345678", "new_password", "validation_password_numeric")
	bad(token, "ada@example.com", "ada@example.com", "new_password", "validation_password_similar")
	bad(token, newPassword, "else", "new_password_confirm", "validation_values_mismatch")
	bad(token, "", "", "new_password", "validation_required")
	bad("", newPassword, newPassword, "token", "validation_required")
	bad("made-up", newPassword, newPassword, "token", "validation_invalid_token")
	as(app, before.String("access"), "GET", profile).Want(http.StatusOK) // refusals changed nothing
	login(app, testapp.Ada)

	if answer := confirm(app, token, newPassword).Want(http.StatusNoContent); answer.Body.Len() != 0 || len(answer.Result().Cookies()) != 0 {
		t.Error("a reset signs somebody in")
	}
	as(app, before.String("access"), "GET", profile).Want(http.StatusUnauthorized)
	refresh(app, before.String("refresh")).Want(http.StatusUnauthorized)
	app.POST("", "/api/auth/login", map[string]any{"username": "ada", "password": testapp.Password}).Want(http.StatusUnauthorized)
	app.POST("", "/api/auth/login", map[string]any{"username": "ada", "password": newPassword}).Want(http.StatusOK)
	bad(token, "Third-Horse-9", "Third-Horse-9", "token", "validation_invalid_token")
	app.POST("", "/api/auth/login", map[string]any{"username": "ada", "password": newPassword}).Want(http.StatusOK)
}

func TestOneOfManyAtOnceSetsThePassword(t *testing.T) {
	app := testapp.New(t)
	token := resetToken(t, app, 1)
	codes := make(chan int, 16)
	for range 16 {
		go func() { codes <- confirm(app, token, newPassword).Code }()
	}
	won := 0
	for range 16 {
		switch code := <-codes; code {
		case http.StatusNoContent:
			won++
		case http.StatusBadRequest:
		default:
			t.Errorf("status %d", code)
		}
	}
	if won != 1 {
		t.Errorf("%d of 16 used one link", won)
	}
}

func TestALinkDies(t *testing.T) {
	refused := func(t *testing.T, app *testapp.App, token string) {
		t.Helper()
		confirm(app, token, "Third-Horse-9").Want(http.StatusBadRequest).WantCode("token", "validation_invalid_token")
		app.POST("", "/api/auth/login", map[string]any{"username": "ada", "password": "Third-Horse-9"}).Want(http.StatusUnauthorized)
	}
	t.Run("after 30 minutes", func(t *testing.T) {
		advance, timed := clock()
		app := testapp.New(t, timed)
		token := resetToken(t, app, 1)
		advance(30 * time.Minute)
		refused(t, app, token)
	})
	t.Run("not before", func(t *testing.T) {
		advance, timed := clock()
		app := testapp.New(t, timed)
		token := resetToken(t, app, 1)
		advance(30*time.Minute - time.Second)
		confirm(app, token, newPassword).Want(http.StatusNoContent)
	})
	t.Run("with the password", func(t *testing.T) {
		app := testapp.New(t)
		token := resetToken(t, app, 1)
		app.POST(testapp.Ada, "/api/auth/password/change", map[string]any{
			"old_password": testapp.Password, "new_password": newPassword, "new_password_confirm": newPassword,
		}).Want(http.StatusOK)
		refused(t, app, token)
	})
	t.Run("by the next", func(t *testing.T) {
		advance, timed := clock()
		app := testapp.New(t, timed)
		first := resetToken(t, app, 1)
		advance(time.Minute)
		second := resetToken(t, app, 2)
		refused(t, app, first)
		confirm(app, second, newPassword).Want(http.StatusNoContent)
	})
	t.Run("also while its mail waits", func(t *testing.T) {
		app := testapp.New(t)
		hold(t, app)
		app.POST("", askReset, map[string]any{"email": "ada@example.com"}).Want(http.StatusNoContent)
		ada := person(t, app, "ada")
		ada.ProxyRecord().SetPassword(newPassword)
		if err := app.Save(ada); err != nil {
			t.Fatal(err)
		}
		after := app.Reopened()
		if m := lastMail(t, after, "ada@example.com", 1); linkInMail.MatchString(m.Text) { // she is told, and that is all
			t.Errorf("a link that is worthless goes out:\n%s", m.Text)
		}
	})
	t.Run("for another purpose it never lived", func(t *testing.T) {
		app := testapp.New(t)
		reset := resetToken(t, app, 1)
		for _, path := range []string{"/api/auth/email/verify/confirm", "/api/auth/email/change/confirm"} {
			app.POST("", path, map[string]any{"token": reset}).Want(http.StatusBadRequest).WantCode("token", "validation_invalid_token")
		}
		person := person(t, app, "ada")
		person.Set("verified", false)
		if err := app.Save(person); err != nil {
			t.Fatal(err)
		}
		app.POST(testapp.Ada, "/api/auth/email/verify", nil).Want(http.StatusNoContent)
		verify := tokenIn(t, lastMail(t, app, "ada@example.com", 2), "verify")
		refused(t, app, verify)
		confirm(app, reset, newPassword).Want(http.StatusNoContent) // the tries cost it nothing
	})
}

// hold keeps app from sending; what is queued stays queued.
func hold(t testing.TB, app *testapp.App) {
	t.Helper()
	app.Deps.Mail.Stop()
}

func TestNobodyLearnsWhoHasAnAccount(t *testing.T) {
	app := testapp.New(t)
	for _, path := range []string{
		askReset, "/api/auth/email/verify", "/api/collections/users/request-password-reset", "/api/collections/users/request-verification",
		"/api/collections/USERS/request-password-reset", "/api/collections/_pb_users_auth_/request-verification",
	} {
		known := app.POST("", path, map[string]any{"email": "bob@example.com"}).Want(http.StatusNoContent)
		unknown := app.POST("", path, map[string]any{"email": "nobody@example.com"}).Want(http.StatusNoContent)
		for _, answer := range []*testapp.Answer{known, unknown} {
			if answer.Body.Len() != 0 {
				t.Errorf("%s says %s", path, answer.Body)
			}
		}
		for name := range known.Header() {
			if name != "Date" && name != "X-Request-Id" && known.Header().Get(name) != unknown.Header().Get(name) {
				t.Errorf("%s: %s is %q and %q", path, name, known.Header().Get(name), unknown.Header().Get(name))
			}
		}
	}
	lastMail(t, app, "bob@example.com", 1) // of the first kind; bob is verified, and a minute hasn't passed
	lastMail(t, app, "nobody@example.com", 0)
	for _, kind := range []string{"reset", "verify"} { // the work was the same
		for _, to := range []string{"bob@example.com", "nobody@example.com"} {
			if n := countMails(t, app, to, kind); n != 1 {
				t.Errorf("%d rows of %s to %s, want 1", n, kind, to)
			}
		}
	}
	for _, address := range []string{"", "bob", "a@b@c", strings.Repeat("x", 250) + "@example.com", "bob@example.com\r\nBcc: eve@example.com"} {
		app.POST("", askReset, map[string]any{"email": address}).Want(http.StatusBadRequest)
	}
}

func countMails(t testing.TB, app *testapp.App, to, kind string) (n int) {
	t.Helper()
	err := app.DB().NewQuery("SELECT count(*) FROM mails WHERE `to` = {:to} AND kind = {:kind}").Bind(map[string]any{"to": to, "kind": kind}).Row(&n)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestAnAddressGetsOneMailAMinute(t *testing.T) {
	advance, timed := clock()
	app := testapp.New(t, timed)
	resetToken(t, app, 1)
	advance(time.Minute - time.Second)
	app.POST("", askReset, map[string]any{"email": "ada@example.com"}).Want(http.StatusNoContent)
	lastMail(t, app, "ada@example.com", 1)
	advance(time.Second)
	resetToken(t, app, 2)

	asked := make(chan int, 8)
	for range cap(asked) {
		go func() { asked <- app.POST("", askReset, map[string]any{"email": "bob@example.com"}).Code }()
	}
	for range cap(asked) {
		if code := <-asked; code != http.StatusNoContent {
			t.Errorf("status %d", code)
		}
	}
	lastMail(t, app, "bob@example.com", 1)
}

func TestAMailSpeaksItsReadersLanguage(t *testing.T) {
	app := testapp.New(t)
	ask := func(address, language string) *mailer.Message {
		t.Helper()
		r := httptest.NewRequest("POST", askReset, strings.NewReader(`{"email":"`+address+`"}`))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Accept-Language", language)
		app.Send(r).Want(http.StatusNoContent)
		return lastMail(t, app, address, 1)
	}
	set := func(name, locale string) string {
		t.Helper()
		p := person(t, app, name)
		p.Set("locale", locale)
		if err := app.Save(p); err != nil {
			t.Fatal(err)
		}
		return p.GetString("email")
	}
	const korean, english = "Madang 비밀번호 재설정", "Set a new password for Madang"
	for _, row := range []struct{ name, locale, header, want string }{
		{"ada", "ko", "en", korean}, {"bob", "en", "ko", english}, {"minji", "", "ko-KR,ko;q=0.9", korean}, {"junho", "", "fr", english}, {"sora", "", "", english},
	} {
		if m := ask(set(row.name, row.locale), row.header); m.Subject != row.want {
			t.Errorf("%s of %q asked in %q: %q, want %q", row.name, row.locale, row.header, m.Subject, row.want)
		}
	}
}

func TestLinksLeadToTheConfiguredAddress(t *testing.T) {
	app := testapp.New(t)
	app.Settings().Meta.AppURL = "https://settings.example/"
	ask := func(address string) string {
		t.Helper()
		r := httptest.NewRequest("POST", askReset, strings.NewReader(`{"email":"`+address+`"}`))
		r.Header.Set("Content-Type", "application/json")
		r.Host = "evil.example"
		r.Header.Set("X-Forwarded-Host", "evil.example")
		app.Send(r).Want(http.StatusNoContent)
		m := lastMail(t, app, address, 1)
		if strings.Contains(m.Text+m.HTML+m.Subject, "evil.example") {
			t.Errorf("the request's host is in the mail: %s", m.Text)
		}
		return linkInMail.FindStringSubmatch(m.Text)[1]
	}
	if base := ask("ada@example.com"); base != "https://settings.example" {
		t.Errorf("a link to %s", base)
	}
	app.Deps.Mail.PublicURL = "https://public.example"
	if base := ask("bob@example.com"); base != "https://public.example" {
		t.Errorf("a link to %s", base)
	}
}
