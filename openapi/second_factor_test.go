package openapi_test

import (
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"madang/testapp"
)

func TestTheSecondFactorAnswersAsDescribed(t *testing.T) {
	w := newWitness(t)
	w.ask(409, testapp.Ada, "POST", "/api/auth/2fa/totp/enable", `{"code":"123456"}`)
	w.ask(409, testapp.Ada, "POST", "/api/auth/2fa/totp/disable", `{"password":"x","code":"123456"}`)
	secret := w.ask(200, testapp.Ada, "POST", "/api/auth/2fa/totp/setup", "").String("secret")
	w.ask(400, testapp.Ada, "POST", "/api/auth/2fa/totp/enable", `{"code":"no"}`)
	code, err := totp.GenerateCode(secret, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	codes, _ := w.ask(200, testapp.Ada, "POST", "/api/auth/2fa/totp/enable", `{"code":"`+code+`"}`).Get("recovery_codes").([]any)
	recovery := func(i int) string { text, _ := codes[i].(string); return text }
	signIn := `{"identity":"ada","password":"` + testapp.Password + `"}`
	id := w.ask(401, "", "POST", "/api/auth/login", signIn).String("mfa_id")
	w.ask(401, "", "POST", "/api/auth/login", `{"mfa_id":"`+id+`","code":"no"}`)
	w.ask(200, "", "POST", "/api/auth/login", `{"mfa_id":"`+id+`","code":"`+recovery(0)+`"}`)
	w.ask(200, testapp.Ada, "POST", "/api/auth/2fa/recovery-codes", `{"password":"`+testapp.Password+`","code":"`+recovery(1)+`"}`)
	w.ask(400, testapp.Ada, "POST", "/api/auth/2fa/totp/disable", `{"password":"`+testapp.Password+`","code":"`+recovery(2)+`"}`)
	for range 8 { // besides the code at the sign-in and the one before
		w.ask(400, testapp.Ada, "POST", "/api/auth/2fa/totp/disable", `{"password":"x","code":"no"}`)
	}
	w.ask(429, testapp.Ada, "POST", "/api/auth/2fa/totp/disable", `{"password":"x","code":"no"}`)
}
