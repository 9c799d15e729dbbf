package hooks_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/testapp"
)

const (
	askVerify     = "/api/auth/email/verify"
	confirmVerify = "/api/auth/email/verify/confirm"
	askEmail      = "/api/auth/email/change"
	confirmEmail  = "/api/auth/email/change/confirm"
)

func verified(t testing.TB, app *testapp.App, name string) bool {
	t.Helper()
	return person(t, app, name).ProxyRecord().Verified()
}

// signUp makes an account on one of the two surfaces, asking in Korean.
func signUp(app *testapp.App, path, username string) *testapp.Answer {
	again := "password_confirm"
	if strings.HasPrefix(path, "/api/collections/") {
		again = "passwordConfirm"
	}
	r := httptest.NewRequest("POST", path, strings.NewReader(`{"username":"`+username+`","email":"`+username+`@example.com","password":"blue-kite-over-han","`+
		again+`":"blue-kite-over-han","name":"Win at evil.example"}`))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept-Language", "ko")
	return app.Send(r)
}

func TestWhoJoinsConfirmsTheirAddress(t *testing.T) {
	app := testapp.New(t)
	for username, path := range map[string]string{"byeol": "/api/auth/register", "sky.example": "/api/collections/users/records"} {
		if answer := signUp(app, path, username); answer.Code != http.StatusCreated && answer.Code != http.StatusOK {
			t.Fatalf("%s: %s", path, answer.Body)
		}
		address := username + "@example.com"
		mail := lastMail(t, app, address, 1)
		if mail.Subject != "Madang 이메일 주소 확인" || verified(t, app, username) {
			t.Errorf("%s: %q, verified %v", path, mail.Subject, verified(t, app, username))
		}
		if whole := mail.Subject + mail.Text + mail.HTML; strings.Contains(whole, "evil.example") || strings.Contains(whole, "sky.example") {
			t.Errorf("a stranger's words or a name like a link are in a mail:\n%s", mail.Text)
		}
		token := tokenIn(t, mail, "verify")
		app.POST("", confirmVerify, map[string]any{"token": token + "x"}).Want(http.StatusBadRequest).WantCode("token", "validation_invalid_token")
		app.POST("", confirmVerify, map[string]any{}).Want(http.StatusBadRequest).WantCode("token", "validation_required")
		if verified(t, app, username) {
			t.Error("a refusal confirmed the address")
		}
		app.POST("", confirmVerify, map[string]any{"token": token}).Want(http.StatusNoContent)
		if !verified(t, app, username) {
			t.Error("the address isn't confirmed")
		}
		app.POST("", confirmVerify, map[string]any{"token": token}).Want(http.StatusBadRequest).WantCode("token", "validation_invalid_token")
	}
	if answer := signUp(app, "/api/auth/register", "byeol"); answer.Code != http.StatusBadRequest {
		t.Error("joined twice")
	}
	lastMail(t, app, "byeol@example.com", 1) // a sign-up that fails writes to nobody
}

func TestConfirmingLater(t *testing.T) {
	advance, timed := clock()
	app := testapp.New(t, timed)
	signUp(app, "/api/auth/register", "byeol").Want(http.StatusCreated)
	const address = "byeol@example.com"
	first := tokenIn(t, lastMail(t, app, address, 1), "verify")
	in := app.POST("", "/api/auth/login", map[string]any{"username": "byeol", "password": "blue-kite-over-han"}).Want(http.StatusOK)
	advance(time.Minute)
	as(app, in.String("access"), "POST", askVerify).Want(http.StatusNoContent) // one's own, without naming it
	app.POST("", askVerify, nil).Want(http.StatusBadRequest).WantCode("email", "validation_required")
	second := tokenIn(t, lastMail(t, app, address, 2), "verify")
	app.POST("", confirmVerify, map[string]any{"token": first}).Want(http.StatusBadRequest)
	advance(24*time.Hour - time.Second)
	app.POST("", confirmVerify, map[string]any{"token": second}).Want(http.StatusNoContent)
	app.POST("", askVerify, map[string]any{"email": address}).Want(http.StatusNoContent)
	lastMail(t, app, address, 2) // confirmed already
}

func TestALinkConfirmsTheAddressItWentToAlone(t *testing.T) {
	app := testapp.New(t)
	signUp(app, "/api/auth/register", "byeol").Want(http.StatusCreated)
	token := tokenIn(t, lastMail(t, app, "byeol@example.com", 1), "verify")
	byeol := person(t, app, "byeol")
	byeol.ProxyRecord().SetEmail("other@example.com")
	if err := app.Save(byeol); err != nil {
		t.Fatal(err)
	}
	app.POST("", confirmVerify, map[string]any{"token": token}).Want(http.StatusBadRequest).WantCode("token", "validation_invalid_token")
	if verified(t, app, "byeol") {
		t.Error("an address was confirmed by a link to another")
	}
}

func TestWhoResetsAnAccountNobodyConfirmedOwnsItAlone(t *testing.T) {
	app := testapp.New(t)
	squatter := signUp(app, "/api/auth/register", "byeol").Want(http.StatusCreated)
	byeol := person(t, app, "byeol").ProxyRecord()
	link := core.NewExternalAuth(app)
	link.SetCollectionRef(byeol.Collection().Id)
	link.SetRecordRef(byeol.Id)
	link.SetProvider("google")
	link.SetProviderId("squatter")
	if err := app.SaveNoValidate(link); err != nil {
		t.Fatal(err)
	}
	factor, err := collections.New(app, collections.SecondFactors)
	if err != nil {
		t.Fatal(err)
	}
	factor.Set("user", byeol.Id)
	factor.Set("totp_secret", "of the squatter")
	factor.Set("enabled_at", time.Now())
	if err := app.SaveNoValidate(factor); err != nil {
		t.Fatal(err)
	}
	app.POST("", askReset, map[string]any{"email": "byeol@example.com"}).Want(http.StatusNoContent)
	confirm(app, tokenIn(t, lastMail(t, app, "byeol@example.com", 2), "reset"), newPassword).Want(http.StatusNoContent)
	as(app, squatter.String("access"), "GET", profile).Want(http.StatusUnauthorized)
	refresh(app, squatter.String("refresh")).Want(http.StatusUnauthorized)
	in := app.POST("", "/api/auth/login", map[string]any{"username": "byeol", "password": newPassword}).Want(http.StatusOK)
	if in.Get("user", "verified") != true {
		t.Error("the mailed link didn't confirm the address")
	}
	if links, err := app.FindAllExternalAuthsByRecord(byeol); err != nil || len(links) != 0 {
		t.Errorf("%d linked sign-ins are left, %v", len(links), err)
	}
}

func TestAnotherAddress(t *testing.T) {
	app := testapp.New(t)
	in := login(app, testapp.Ada)
	ask := func(address, password string) *testapp.Answer {
		return app.POST(testapp.Ada, askEmail, map[string]any{"new_email": address, "password": password})
	}
	app.POST("", askEmail, map[string]any{"new_email": "new@example.com", "password": testapp.Password}).Want(http.StatusUnauthorized)
	ask("new@example.com", "wrong").Want(http.StatusBadRequest).WantCode("password", "validation_wrong_password")
	ask("new@example.com", "").Want(http.StatusBadRequest).WantCode("password", "validation_required")
	ask("new", testapp.Password).Want(http.StatusBadRequest).WantCode("new_email", "validation_is_email")
	ask("", testapp.Password).Want(http.StatusBadRequest).WantCode("new_email", "validation_required")
	ask("ADA@example.com", testapp.Password).Want(http.StatusBadRequest).WantCode("new_email", "validation_same_email")
	lastMail(t, app, "new@example.com", 0)
	lastMail(t, app, "ada@example.com", 0)

	ask(" New@Example.com ", testapp.Password).Want(http.StatusNoContent)
	token := tokenIn(t, lastMail(t, app, "new@example.com", 1), "email")
	notice := lastMail(t, app, "ada@example.com", 1)
	if strings.Contains(notice.Text+notice.HTML, token) || strings.Contains(notice.Text, "new@example.com") || !strings.Contains(notice.Text, "@ada") {
		t.Errorf("the notice says too much or too little: %s", notice.Text)
	}
	if email := app.GET(testapp.Ada, profile).String("email"); email != "ada@example.com" {
		t.Fatalf("asking made the address %s", email)
	}
	reset := func() string {
		app.POST("", askReset, map[string]any{"email": "ada@example.com"}).Want(http.StatusNoContent)
		return tokenIn(t, lastMail(t, app, "ada@example.com", 2), "reset")
	}()

	app.POST("", confirmEmail, map[string]any{"token": token}).Want(http.StatusNoContent)
	for _, dead := range []string{in.String("access"), app.Token(testapp.Ada)} {
		as(app, dead, "GET", profile).Want(http.StatusUnauthorized)
	}
	refresh(app, in.String("refresh")).Want(http.StatusUnauthorized)
	confirm(app, reset, newPassword).Want(http.StatusBadRequest).WantCode("token", "validation_invalid_token")
	app.POST("", "/api/auth/login", map[string]any{"email": "ada@example.com", "password": testapp.Password}).Want(http.StatusUnauthorized)
	again := app.POST("", "/api/auth/login", map[string]any{"email": "new@example.com", "password": testapp.Password}).Want(http.StatusOK)
	if again.String("user", "email") != "new@example.com" || again.Get("user", "verified") != true {
		t.Errorf("the account: %s", again.Body)
	}
	app.POST("", confirmEmail, map[string]any{"token": token}).Want(http.StatusBadRequest).WantCode("token", "validation_invalid_token")
}

func TestAnAddressThatIsTaken(t *testing.T) {
	app := testapp.New(t)
	ask := map[string]any{"new_email": "bob@example.com", "password": testapp.Password}
	app.POST(testapp.Ada, askEmail, ask).Want(http.StatusNoContent)
	lastMail(t, app, "bob@example.com", 0)

	ask["new_email"] = "new@example.com"
	app.POST(testapp.Ada, askEmail, ask).Want(http.StatusNoContent)
	token := tokenIn(t, lastMail(t, app, "new@example.com", 1), "email")
	join := person(t, app, "bob")
	join.ProxyRecord().SetEmail("new@example.com")
	if err := app.Save(join); err != nil {
		t.Fatal(err)
	}
	app.POST("", confirmEmail, map[string]any{"token": token}).Want(http.StatusBadRequest).WantCode("email", "validation_not_unique")
	if email := app.GET(testapp.Ada, profile).Want(http.StatusOK).String("email"); email != "ada@example.com" {
		t.Errorf("ada has %s", email)
	}
}

func TestANewPasswordStopsAnotherAddress(t *testing.T) {
	app := testapp.New(t)
	app.POST(testapp.Ada, askEmail, map[string]any{"new_email": "eve@example.com", "password": testapp.Password}).Want(http.StatusNoContent)
	token := tokenIn(t, lastMail(t, app, "eve@example.com", 1), "email")
	app.POST(testapp.Ada, "/api/auth/password/change", map[string]any{
		"old_password": testapp.Password, "new_password": newPassword, "new_password_confirm": newPassword,
	}).Want(http.StatusOK)
	app.POST("", confirmEmail, map[string]any{"token": token}).Want(http.StatusBadRequest).WantCode("token", "validation_invalid_token")
	if email := person(t, app, "ada").GetString("email"); email != "ada@example.com" {
		t.Errorf("ada has %s", email)
	}
}

func TestOneOfManyAtOnceChangesTheAddress(t *testing.T) {
	app := testapp.New(t)
	app.POST(testapp.Ada, askEmail, map[string]any{"new_email": "new@example.com", "password": testapp.Password}).Want(http.StatusNoContent)
	token := tokenIn(t, lastMail(t, app, "new@example.com", 1), "email")
	codes := make(chan int, 16)
	for range 16 {
		go func() { codes <- app.POST("", confirmEmail, map[string]any{"token": token}).Code }()
	}
	won := 0
	for range 16 {
		if <-codes == http.StatusNoContent {
			won++
		}
	}
	if won != 1 {
		t.Errorf("%d of 16 used one link", won)
	}
}

func TestTheNativeRoutesOfMailsAreOurs(t *testing.T) {
	for _, users := range []string{"users", "Users", "_pb_users_auth_"} {
		app := testapp.New(t)
		base := "/api/collections/" + users
		in := login(app, testapp.Ada)
		app.POST("", base+"/request-password-reset", map[string]any{"email": "ada@example.com"}).Want(http.StatusNoContent)
		token := tokenIn(t, lastMail(t, app, "ada@example.com", 1), "reset")
		jwt, err := person(t, app, "ada").ProxyRecord().NewPasswordResetToken()
		if err != nil {
			t.Fatal(err)
		}
		set := func(token, password, again string) *testapp.Answer {
			return app.POST("", base+"/confirm-password-reset", map[string]any{"token": token, "password": password, "passwordConfirm": again})
		}
		set(jwt, newPassword, newPassword).Want(http.StatusBadRequest).WantCode("token", "validation_invalid_token")
		set(token, "12345678", "12345678").Want(http.StatusBadRequest).WantCode("password", "validation_password_numeric")
		set(token, newPassword, "else").Want(http.StatusBadRequest).WantCode("passwordConfirm", "validation_values_mismatch")
		as(app, in.String("access"), "GET", profile).Want(http.StatusOK)
		set(token, newPassword, newPassword).Want(http.StatusNoContent)
		as(app, in.String("access"), "GET", profile).Want(http.StatusUnauthorized)
		refresh(app, in.String("refresh")).Want(http.StatusUnauthorized)
		set(token, newPassword, newPassword).Want(http.StatusBadRequest)

		in = app.POST("", "/api/auth/login", map[string]any{"username": "ada", "password": newPassword}).Want(http.StatusOK)
		change := func(access, password string) *testapp.Answer {
			r := httptest.NewRequest("POST", base+"/request-email-change", strings.NewReader(`{"newEmail":"new@example.com","password":"`+password+`"}`))
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("Authorization", access)
			return app.Send(r)
		}
		change("", newPassword).Want(http.StatusUnauthorized)
		change(in.String("access"), "").Want(http.StatusBadRequest).WantCode("password", "validation_required")
		lastMail(t, app, "new@example.com", 0)
		change(in.String("access"), newPassword).Want(http.StatusNoContent)
		token = tokenIn(t, lastMail(t, app, "new@example.com", 1), "email")
		app.POST("", base+"/confirm-email-change", map[string]any{"token": token, "password": "x"}).Want(http.StatusNoContent)
		as(app, in.String("access"), "GET", profile).Want(http.StatusUnauthorized)

		signUp(app, "/api/auth/register", "byeol").Want(http.StatusCreated)
		token = tokenIn(t, lastMail(t, app, "byeol@example.com", 1), "verify")
		app.POST("", base+"/confirm-verification", map[string]any{"token": token}).Want(http.StatusNoContent)
		if !verified(t, app, "byeol") {
			t.Error("the native route didn't confirm the address")
		}
	}
}

func TestSuperusersKeepPocketBasesRoutes(t *testing.T) {
	app := testapp.New(t)
	app.Superuser()
	app.POST("", "/api/collections/_superusers/confirm-password-reset", map[string]any{"token": "x", "password": "y", "passwordConfirm": "y"}).
		Want(http.StatusBadRequest).WantCode("token", "validation_invalid_token")
	app.POST("", "/api/collections/posts/request-password-reset", map[string]any{"email": "ada@example.com"}).Want(http.StatusNotFound)
	lastMail(t, app, "ada@example.com", 0)
}

func TestTheCodeOfASignInByMailIsInOurWords(t *testing.T) {
	app := testapp.New(t)
	users, err := app.FindCollectionByNameOrId(collections.Users)
	if err != nil {
		t.Fatal(err)
	}
	users.OTP.Enabled = true
	if err := app.Save(users); err != nil {
		t.Fatal(err)
	}
	ada := person(t, app, "ada")
	ada.Set("locale", "ko")
	if err := app.Save(ada); err != nil {
		t.Fatal(err)
	}
	app.POST("", "/api/collections/users/request-otp", map[string]any{"email": "ada@example.com"}).Want(http.StatusOK)
	eventually(t, "a mail with a code", func() bool { return app.TestMailer.TotalSend() == 1 })
	if m := app.TestMailer.LastMessage(); m.Subject != "Madang 로그인 코드" || !strings.Contains(m.Text, "@ada 계정으로 로그인하는 코드") {
		t.Errorf("%q: %s", m.Subject, m.Text)
	}
}

func TestWhoLeavesTakesTheirMailsAlong(t *testing.T) {
	app := testapp.New(t)
	resetToken(t, app, 1)
	hold(t, app)
	app.POST("", askVerify, map[string]any{"email": "ada@example.com"}).Want(http.StatusNoContent) // waits, for nobody's account yet
	if err := app.Delete(person(t, app, "ada")); err != nil {
		t.Fatal(err)
	}
	for _, table := range []string{"mails", "mail_tokens"} {
		var n int
		if err := app.DB().Select("count(*)").From(table).Row(&n); err != nil || n != 0 {
			t.Errorf("%d rows are left in %s, %v", n, table, err)
		}
	}
}

func TestTheOutboxIsNobodysToRead(t *testing.T) {
	app := testapp.New(t)
	resetToken(t, app, 1)
	for _, who := range []string{"", testapp.Ada, testapp.Grace} {
		for _, name := range []string{collections.Mails, collections.MailTokens} {
			path := "/api/collections/" + name + "/records"
			app.GET(who, path).Want(http.StatusForbidden)
			if code := app.POST(who, path, map[string]any{"to": "eve@example.com", "kind": "reset"}).Code; code != http.StatusForbidden {
				t.Errorf("%q creates in %s: %d", who, name, code)
			}
		}
	}
	var n int
	if err := app.DB().Select("count(*)").From("mails").Where(dbx.HashExp{"to": "eve@example.com"}).Row(&n); err != nil || n != 0 {
		t.Errorf("%d mails to eve, %v", n, err)
	}
	row := app.Superuser()
	r := httptest.NewRequest("GET", "/api/collections/mail_tokens/records", nil)
	r.Header.Set("Authorization", row)
	if answer := app.Send(r).Want(http.StatusOK); answer.Int("totalItems") != 1 {
		t.Errorf("the dashboard sees %s", answer.Body)
	}
}
