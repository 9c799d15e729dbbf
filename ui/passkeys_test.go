package ui_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"testing"

	"github.com/descope/virtualwebauthn"

	"madang/accounts"
	"madang/hooks"
	"madang/testapp"
)

var place = virtualwebauthn.RelyingParty{ID: "madang.example", Name: "Madang", Origin: "https://madang.example"}

func atPlace(d *hooks.Deps) { d.Accounts.PublicURL = place.Origin }

// device is an authenticator with one passkey.
type device struct {
	t   *testing.T
	app *testapp.App
	of  virtualwebauthn.Authenticator
	key virtualwebauthn.Credential
	id  string
}

// newDevice gives who a passkey, called "My phone".
func newDevice(t *testing.T, app *testapp.App, who string) *device {
	t.Helper()
	d := &device{t: t, app: app, key: testapp.Passkey(t)}
	d.of = virtualwebauthn.NewAuthenticatorWithOptions(virtualwebauthn.AuthenticatorOptions{UserHandle: []byte(testapp.ID(who))})
	asked := app.POST(who, "/api/auth/passkeys/begin", map[string]any{"password": testapp.Password}).Want(http.StatusOK)
	options, err := virtualwebauthn.ParseAttestationOptions(publicKey(t, asked))
	if err != nil {
		t.Fatal(err)
	}
	d.id = app.POST(who, "/api/auth/passkeys", map[string]any{
		"ceremony_id": asked.String("ceremony_id"), "name": "My phone",
		"credential": json.RawMessage(virtualwebauthn.CreateAttestationResponse(place, d.of, d.key, *options)),
	}).Want(http.StatusCreated).String("id")
	d.of.AddCredential(d.key)
	return d
}

func publicKey(t *testing.T, asked *testapp.Answer) string {
	t.Helper()
	raw, err := json.Marshal(map[string]any{"publicKey": asked.Get("public_key")})
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// answer is the form that the page's script sends, having asked the device.
func (d *device) answer(challenge string) url.Values {
	d.t.Helper()
	asked := d.app.POST("", "/api/auth/passkeys/sign-in/begin", map[string]any{"mfa_id": challenge}).Want(http.StatusOK)
	options, err := virtualwebauthn.ParseAssertionOptions(publicKey(d.t, asked))
	if err != nil {
		d.t.Fatal(err)
	}
	return url.Values{
		"ceremony": {asked.String("ceremony_id")}, "challenge": {challenge}, "next": {"/new"},
		"credential": {virtualwebauthn.CreateAssertionResponse(place, d.of, d.key, *options)},
	}
}

func TestAPasskeySignsInOnThePage(t *testing.T) {
	app := testapp.New(t, atPlace)
	d := newDevice(t, app, testapp.Ada)
	b := visit(t, app, "")
	b.get("/login").is(http.StatusOK, `action="/login/passkey"`)
	form := d.answer("")
	b.post("/login/passkey", form).leadsTo("/new")
	b.get("/settings").is(http.StatusOK, "Ada Whitlock")

	other := visit(t, app, "")
	other.post("/login/passkey", form).is(http.StatusBadRequest, "answered before", `action="/login/passkey"`)
	other.post("/login/passkey", url.Values{"credential": {"{"}}).is(http.StatusBadRequest, `class="oops"`)
	if other.cookies[accounts.Cookie] != "" {
		t.Error("signed in by nothing")
	}
}

func TestAPasskeyIsTheSecondStepOnThePage(t *testing.T) {
	app := testapp.New(t, atPlace)
	secret := app.POST(testapp.Bob, "/api/auth/2fa/totp/setup", nil).Want(http.StatusOK).String("secret")
	a := &authenticator{t: t, app: app, secret: secret}
	d := newDevice(t, app, testapp.Bob)
	app.POST(testapp.Bob, "/api/auth/2fa/totp/enable", map[string]any{"code": a.next()}).Want(http.StatusOK)
	b := visit(t, app, "")
	asked := b.post("/login", url.Values{"identity": {"bob"}, "password": {testapp.Password}}).is(http.StatusOK, "Use a passkey instead", `name="passkey" value="1"`)
	challenge := asked.pick(`name="challenge" value="([^"]+)"`)
	b.post("/login", url.Values{"challenge": {challenge}, "code": {"000000"}, "passkey": {"1"}}).is(http.StatusBadRequest, "Use a passkey instead", challenge)
	b.post("/login/passkey", d.answer(challenge)).leadsTo("/new")
	b.get("/settings").is(http.StatusOK)
}

func TestPasskeysAreListedRenamedAndRemoved(t *testing.T) {
	app := testapp.New(t, atPlace)
	visit(t, app, testapp.Bob).get("/settings/passkeys").is(http.StatusOK, "No passkeys yet.", `data-passkey="add"`, "needs JavaScript")
	d := newDevice(t, app, testapp.Ada)
	ada, bob := visit(t, app, testapp.Ada), visit(t, app, testapp.Bob)
	ada.get("/settings/security").is(http.StatusOK, "1 passkey<")
	ada.get("/settings/passkeys").is(http.StatusOK, "My phone", "not used yet")
	path := "/settings/passkeys/" + d.id
	bob.post(path+"/rename", url.Values{"name": {"Mine"}}).is(http.StatusNotFound)
	bob.post(path+"/remove", url.Values{"password": {testapp.Password}}).is(http.StatusNotFound)
	ada.post(path+"/rename", url.Values{"name": {" "}}).is(http.StatusBadRequest, `id="f-name-`+d.id+`-name-problem"`)
	ada.post(path+"/rename", url.Values{"name": {"Blue <phone>"}}).leadsTo("/settings/passkeys?done=passkey_renamed")
	ada.get("/settings/passkeys").is(http.StatusOK, "Blue &lt;phone&gt;")
	ada.post(path+"/remove", url.Values{"password": {"wrong"}}).is(http.StatusBadRequest, `id="f-remove-`+d.id+`-password-problem"`)
	ada.post(path+"/remove", url.Values{"password": {testapp.Password}}).leadsTo("/settings/passkeys?done=passkey_removed")
	ada.get("/settings/passkeys?done=passkey_removed").is(http.StatusOK, "The passkey is removed.", "No passkeys yet.")
}

func TestWithoutAnAddressPasskeysSaySo(t *testing.T) {
	app := testapp.New(t)
	visit(t, app, "").get("/login").is(http.StatusOK).not("/login/passkey")
	visit(t, app, testapp.Ada).get("/settings/passkeys").is(http.StatusOK, "aren&#39;t available here yet").not("data-passkey", "PUBLIC_URL", "No passkeys yet")
	visit(t, app, testapp.Sora).get("/settings/passkeys").is(http.StatusOK, "PUBLIC_URL")
}
