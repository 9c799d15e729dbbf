package hooks_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/security"

	"madang/collections"
	"madang/testapp"
)

// fakeProvider answers as Google, Kakao, Naver or Facebook do, as far as a sign-in sees of them.
type fakeProvider struct {
	*httptest.Server
	name string
	mu   sync.Mutex
	// them is who is signed in there; address and vouched for their e-mail.
	them    string
	address string
	vouched bool
	nick    string
	codes   map[string]url.Values // what was asked, by the code that was given out
	tokens  map[string]string
	refuse  bool // the person says no
	broken  bool // it answers 500
	endless bool // its profiles are larger than any
	silent  bool // it never says who somebody is
}

func newFakeProvider(t *testing.T, app *testapp.App, name string) *fakeProvider {
	t.Helper()
	f := &fakeProvider{name: name, codes: map[string]url.Values{}, tokens: map[string]string{}, nick: "Maker"}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /authorize", f.authorize)
	mux.HandleFunc("POST /token", f.token)
	mux.HandleFunc("GET /me", f.me)
	f.Server = httptest.NewServer(mux)
	t.Cleanup(f.Close)
	people, err := app.FindCollectionByNameOrId(collections.Users)
	if err != nil {
		t.Fatal(err)
	}
	people.OAuth2.Enabled = true
	people.OAuth2.Providers = append(people.OAuth2.Providers, core.OAuth2ProviderConfig{
		Name: name, ClientId: "our id", ClientSecret: "our secret", AuthURL: f.URL + "/authorize", TokenURL: f.URL + "/token", UserInfoURL: f.URL + "/me",
	})
	if err := app.Save(people); err != nil {
		t.Fatal(err)
	}
	return f
}

func (f *fakeProvider) authorize(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	q := r.URL.Query()
	back := url.Values{"state": {q.Get("state")}}
	switch {
	case q.Get("client_id") != "our id" || q.Get("response_type") != "code" || q.Get("state") == "" || q.Get("redirect_uri") == "":
		http.Error(w, "not a request of ours: "+r.URL.RawQuery, http.StatusBadRequest)
		return
	case f.refuse:
		back.Set("error", "access_denied")
	default:
		code := security.RandomString(20)
		f.codes[code] = q
		back.Set("code", code)
	}
	http.Redirect(w, r, q.Get("redirect_uri")+"?"+back.Encode(), http.StatusFound)
}

func (f *fakeProvider) token(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	id, secret, basic := r.BasicAuth()
	if basic {
		id, _ = url.QueryUnescape(id)
		secret, _ = url.QueryUnescape(secret)
	} else {
		id, secret = r.PostFormValue("client_id"), r.PostFormValue("client_secret")
	}
	asked, known := f.codes[r.PostFormValue("code")]
	delete(f.codes, r.PostFormValue("code"))
	challenge := asked.Get("code_challenge")
	if f.broken {
		http.Error(w, "down", http.StatusInternalServerError)
		return
	}
	if basic && f.name == "naver" || id != "our id" || secret != "our secret" || !known || asked.Get("redirect_uri") != r.PostFormValue("redirect_uri") ||
		challenge != "" && challenge != security.S256Challenge(r.PostFormValue("code_verifier")) || challenge == "" && f.name != "naver" && f.name != "facebook" {
		status := http.StatusBadRequest
		if f.name == "naver" {
			status = http.StatusOK // as it does
		}
		answerJSON(w, status, map[string]any{"error": "invalid_request", "error_description": "no valid data in session", "error_code": "KOE320"})
		return
	}
	access := security.RandomString(20)
	f.tokens[access] = f.them
	token := map[string]any{"access_token": access, "refresh_token": "r", "token_type": "bearer", "expires_in": 3600}
	if f.name == "naver" {
		token["expires_in"] = "3600"
	}
	answerJSON(w, http.StatusOK, token)
}

func (f *fakeProvider) me(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	them, known := f.tokens[strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")]
	if !known {
		answerJSON(w, http.StatusUnauthorized, map[string]any{"resultcode": "024", "message": "Authentication failed"})
		return
	}
	if f.silent {
		<-r.Context().Done()
		return
	}
	if f.endless {
		f.nick = strings.Repeat("so long ", 1<<18)
	}
	answerJSON(w, http.StatusOK, map[string]func() map[string]any{
		"google": func() map[string]any {
			return map[string]any{"sub": them, "name": f.nick, "email": f.address, "email_verified": f.vouched, "picture": "http://127.0.0.1:1/inside.png"}
		},
		"kakao": func() map[string]any {
			var id int64
			_, _ = fmt.Sscan(them, &id)
			return map[string]any{"id": id, "properties": map[string]any{"nickname": f.nick}, "kakao_account": map[string]any{
				"email": f.address, "is_email_valid": true, "is_email_verified": f.vouched,
			}}
		},
		"naver": func() map[string]any {
			return map[string]any{"resultcode": "00", "message": "success", "response": map[string]any{"id": them, "nickname": f.nick, "email": f.address}}
		},
		"facebook": func() map[string]any { // which says nothing of whether the address was confirmed
			return map[string]any{"id": them, "name": f.nick, "email": f.address}
		},
		"oidc": func() map[string]any {
			return map[string]any{"sub": them, "name": f.nick, "email": f.address, "email_verified": f.vouched}
		},
	}[f.name]())
}

func answerJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // to a test on the loopback
}

// is makes somebody be signed in there.
func (f *fakeProvider) is(them, address string, vouched bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.them, f.address, f.vouched = them, address, vouched
}
