package hooks_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/descope/virtualwebauthn"

	"madang/collections"
	"madang/hooks"
	"madang/testapp"
)

const passkeysPath = "/api/auth/passkeys"

var here = virtualwebauthn.RelyingParty{ID: "madang.example", Name: "Acme", Origin: "https://madang.example"}

// keyring is a device with passkeys.
type keyring struct {
	app    *testapp.App
	device virtualwebauthn.Authenticator
	key    virtualwebauthn.Credential
	id     string // of the passkey
}

// at sets the address of the place.
func at(address string) func(*hooks.Deps) {
	return func(d *hooks.Deps) { d.Accounts.PublicURL = address }
}

// add gives who a passkey on a new device.
func add(t *testing.T, app *testapp.App, who string) *keyring {
	t.Helper()
	k := &keyring{app: app, key: testapp.Passkey(t)}
	k.device = virtualwebauthn.NewAuthenticatorWithOptions(virtualwebauthn.AuthenticatorOptions{UserHandle: []byte(person(t, app, who).Id)})
	asked := app.POST(who, passkeysPath+"/begin", map[string]any{"password": testapp.Password}).Want(http.StatusOK)
	k.id = app.POST(who, passkeysPath, map[string]any{"ceremony_id": asked.String("ceremony_id"), "name": "My phone", "credential": k.created(t, here, asked)}).
		Want(http.StatusCreated).String("id")
	k.device.AddCredential(k.key)
	return k
}

func (k *keyring) created(t *testing.T, party virtualwebauthn.RelyingParty, asked *testapp.Answer) json.RawMessage {
	t.Helper()
	options, err := virtualwebauthn.ParseAttestationOptions(publicKey(t, asked))
	if err != nil {
		t.Fatal(err)
	}
	return json.RawMessage(virtualwebauthn.CreateAttestationResponse(party, k.device, k.key, *options))
}

func publicKey(t *testing.T, asked *testapp.Answer) string {
	t.Helper()
	raw, err := json.Marshal(map[string]any{"publicKey": asked.Get("public_key")})
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// asks begins a sign-in.
func (k *keyring) asks(mfaID string) *testapp.Answer {
	body := map[string]any{}
	if mfaID != "" {
		body["mfa_id"] = mfaID
	}
	return k.app.POST("", passkeysPath+"/sign-in/begin", body).Want(http.StatusOK)
}

// answers answers it, for party.
func (k *keyring) answers(t *testing.T, party virtualwebauthn.RelyingParty, asked *testapp.Answer, mfaID string) *testapp.Answer {
	t.Helper()
	return k.app.POST("", passkeysPath+"/sign-in", k.form(t, party, asked, mfaID))
}

func (k *keyring) form(t *testing.T, party virtualwebauthn.RelyingParty, asked *testapp.Answer, mfaID string) map[string]any {
	t.Helper()
	options, err := virtualwebauthn.ParseAssertionOptions(publicKey(t, asked))
	if err != nil {
		t.Fatal(err)
	}
	return map[string]any{
		"ceremony_id": asked.String("ceremony_id"), "mfa_id": mfaID,
		"credential": json.RawMessage(virtualwebauthn.CreateAssertionResponse(party, k.device, k.key, *options)),
	}
}

func TestAPasskeySignsIn(t *testing.T) {
	app := testapp.New(t, at("https://madang.example"))
	other := login(app, testapp.Ada)
	k := add(t, app, testapp.Ada)
	as(app, other.String("access"), "GET", profile).Want(http.StatusUnauthorized) // another session, before the passkey
	in := k.answers(t, here, k.asks(""), "").Want(http.StatusOK)
	if in.String("user", "username") != "ada" {
		t.Errorf("signed in as %v", in.JSON)
	}
	as(app, in.String("access"), "GET", profile).Want(http.StatusOK)
	refresh(app, in.String("refresh")).Want(http.StatusOK)
	all := app.GET(testapp.Ada, passkeysPath).Want(http.StatusOK).Results()
	if len(all) != 1 || all[0]["name"] != "My phone" || all[0]["last_used_at"] == "" || strings.Contains(app.GET(testapp.Ada, passkeysPath).Body.String(), "credential") {
		t.Errorf("passkeys: %v", all)
	}
	path := passkeysPath + "/" + k.id
	app.Do(testapp.Bob, "PATCH", path, map[string]any{"name": "mine"}).Want(http.StatusNotFound)
	app.Do(testapp.Ada, "PATCH", path, map[string]any{"name": ""}).Want(http.StatusBadRequest)
	app.Do(testapp.Ada, "PATCH", path, map[string]any{"name": "휴대폰"}).Want(http.StatusNoContent)
	app.Do(testapp.Bob, "DELETE", path, map[string]any{"password": testapp.Password}).Want(http.StatusNotFound)
	app.Do(testapp.Ada, "DELETE", path, map[string]any{"password": "wrong"}).Want(http.StatusBadRequest).WantCode("password", "validation_wrong_password")
	app.Do(testapp.Ada, "DELETE", path, map[string]any{"password": testapp.Password}).Want(http.StatusNoContent)
	as(app, in.String("access"), "GET", profile).Want(http.StatusUnauthorized)
	k.answers(t, here, k.asks(""), "").Want(http.StatusUnauthorized)
}

func TestAPasskeyStandsForTheSecondFactor(t *testing.T) {
	p := newPhone(t, at("https://madang.example"))
	k := add(t, p.App, testapp.Ada)
	p.secret = p.POST(testapp.Ada, setupPath, nil).Want(http.StatusOK).String("secret")
	p.POST(testapp.Ada, enablePath, map[string]any{"code": p.code(p.secret, 0)}).Want(http.StatusOK)
	// by itself, since the device knows its owner
	k.answers(t, here, k.asks(""), "").Want(http.StatusOK)
	// and after the password
	asked := p.POST("", "/api/auth/login", map[string]any{"identity": "ada", "password": testapp.Password}).Want(http.StatusUnauthorized)
	methods, _ := asked.Get("methods").([]any)
	if len(methods) != 3 || methods[2] != "passkey" {
		t.Errorf("methods: %v", methods)
	}
	mfa := asked.String("mfa_id")
	second := k.asks(mfa)
	k.answers(t, here, second, mfa).Want(http.StatusOK)
	k.answers(t, here, second, mfa).Want(http.StatusBadRequest) // once
	p.POST("", passkeysPath+"/sign-in/begin", map[string]any{"mfa_id": mfa}).Want(http.StatusUnauthorized)
	// somebody else's passkey is no second factor of ada's
	bob := add(t, p.App, testapp.Bob)
	mfa = p.ask(testapp.Ada)
	bob.answers(t, here, k.asks(mfa), mfa).Want(http.StatusUnauthorized)
	// nor does a sign-in of bob's own stand for the second step of ada's
	own := bob.form(t, here, bob.asks(""), mfa)
	p.POST("", passkeysPath+"/sign-in", own).Want(http.StatusBadRequest)
	p.POST("", "/api/auth/login", map[string]any{"mfa_id": mfa, "code": p.fresh()}).Want(http.StatusOK)
}

func TestAPasskeyIsRefused(t *testing.T) {
	app := testapp.New(t, at("https://madang.example"))
	k := add(t, app, testapp.Ada)
	for what, party := range map[string]virtualwebauthn.RelyingParty{
		"for another site":    {ID: "evil.example", Name: "Evil", Origin: "https://evil.example"},
		"on another page":     {ID: here.ID, Name: here.Name, Origin: "https://evil.example"},
		"without encryption":  {ID: here.ID, Name: here.Name, Origin: "http://madang.example"},
		"on a page beside it": {ID: here.ID, Name: here.Name, Origin: "https://x.madang.example"},
	} {
		if code := k.answers(t, party, k.asks(""), "").Code; code != http.StatusUnauthorized {
			t.Errorf("%s: status %d", what, code)
		}
	}
	asked, other := k.asks(""), k.asks("")
	form := k.form(t, here, asked, "")
	form["ceremony_id"] = other.String("ceremony_id")
	app.POST("", passkeysPath+"/sign-in", form).Want(http.StatusUnauthorized) // an answer to another question
	k.device.Options.UserNotVerified = true
	k.answers(t, here, k.asks(""), "").Want(http.StatusUnauthorized) // anybody could have touched it
	k.device.Options.UserNotVerified = false
	for _, junk := range []any{nil, "x", map[string]any{}, map[string]any{"id": "x", "rawId": "x", "type": "public-key", "response": map[string]any{}}} {
		app.POST("", passkeysPath+"/sign-in", map[string]any{"ceremony_id": k.asks("").String("ceremony_id"), "credential": junk}).Want(http.StatusUnauthorized)
	}
	stranger := &keyring{app: app, device: k.device, key: testapp.Passkey(t)}
	stranger.answers(t, here, k.asks(""), "").Want(http.StatusUnauthorized)

	k.key.Counter = 7
	k.answers(t, here, k.asks(""), "").Want(http.StatusOK)
	k.key.Counter = 5 // a copy, that has seen less
	k.answers(t, here, k.asks(""), "").Want(http.StatusUnauthorized)
}

func TestAPasskeyIsAddedByItsOwnerAlone(t *testing.T) {
	now := time.Now()
	app := testapp.New(t, at("https://madang.example"), func(d *hooks.Deps) { d.Accounts.Now = func() time.Time { return now } })
	app.POST("", passkeysPath+"/begin", map[string]any{"password": testapp.Password}).Want(http.StatusUnauthorized)
	app.POST(testapp.Ada, passkeysPath+"/begin", map[string]any{}).Want(http.StatusBadRequest).WantCode("password", "validation_required")
	app.POST(testapp.Ada, passkeysPath+"/begin", map[string]any{"password": "wrong"}).Want(http.StatusBadRequest).WantCode("password", "validation_wrong_password")
	k := &keyring{app: app, key: testapp.Passkey(t), device: virtualwebauthn.NewAuthenticator()}
	begin := func() *testapp.Answer {
		return app.POST(testapp.Ada, passkeysPath+"/begin", map[string]any{"password": testapp.Password}).Want(http.StatusOK)
	}
	finish := func(who string, party virtualwebauthn.RelyingParty, asked *testapp.Answer) *testapp.Answer {
		return app.POST(who, passkeysPath, map[string]any{"ceremony_id": asked.String("ceremony_id"), "credential": k.created(t, party, asked)})
	}
	finish(testapp.Bob, here, begin()).Want(http.StatusBadRequest)
	finish(testapp.Ada, virtualwebauthn.RelyingParty{ID: here.ID, Name: here.Name, Origin: "https://evil.example"}, begin()).Want(http.StatusBadRequest)
	late := begin()
	now = now.Add(6 * time.Minute)
	finish(testapp.Ada, here, late).Want(http.StatusBadRequest)
	finish(testapp.Ada, here, begin()).Want(http.StatusCreated)
	finish(testapp.Ada, here, begin()).Want(http.StatusBadRequest) // the same again
	if n, err := app.CountRecords(collections.Passkeys); err != nil || n != 1 {
		t.Errorf("%d passkeys (%v)", n, err)
	}
	later := now.Add(time.Hour)
	app.Deps.Accounts.Now = func() time.Time { return later }
	begin()
	later = later.Add(time.Hour)
	run(t, app, "ceremonies.sweep")
	if n, err := app.CountRecords(collections.PasskeyCeremonies); err != nil || n != 0 {
		t.Errorf("%d ceremonies are left (%v)", n, err)
	}
}

func TestOneOfManyAtOnceUsesAPasskeysAnswer(t *testing.T) {
	app := testapp.New(t, at("https://madang.example"))
	k := add(t, app, testapp.Ada)
	for range 10 {
		form := k.form(t, here, k.asks(""), "")
		var won atomic.Int32
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				if app.POST("", passkeysPath+"/sign-in", form).Code == http.StatusOK {
					won.Add(1)
				}
			})
		}
		all.Wait()
		if won.Load() != 1 {
			t.Fatalf("%d of 8 signed in by one answer", won.Load())
		}
	}
}

func TestPasskeysNeedAnAddress(t *testing.T) {
	app := testapp.New(t)
	if said := app.POST("", passkeysPath+"/sign-in/begin", map[string]any{}).Want(http.StatusConflict).String("message"); !strings.Contains(said, "PUBLIC_URL") {
		t.Errorf("refused with %q", said)
	}
}
