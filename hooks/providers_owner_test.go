package hooks_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/testapp"
)

const (
	victim   = "victim@example.com"
	attacker = "666"
)

// TestAProvidersOwnerIsTheTrueOne: who comes by a provider ends where they belong, whatever
// somebody else prepared under their address.
//
//	the account here     the provider vouches      it doesn't (Naver never does)
//	none                 a new one, with it        a new one, without an address
//	not confirmed        that one, all else ends   a new one, without an address
//	confirmed            that one                  a new one, without an address
//	linked before        that one                  that one
func TestAProvidersOwnerIsTheTrueOne(t *testing.T) {
	for _, provider := range []string{"google", "kakao", "naver", "oidc"} {
		for _, vouched := range []bool{true, false} {
			for _, account := range []string{"none", "unconfirmed", "confirmed", "linked"} {
				for _, native := range []bool{false, true} {
					if native && provider != "google" && provider != "naver" {
						continue // PocketBase's route is one for all
					}
					t.Run(fmt.Sprintf("%s, %s, vouched %v, native %v", account, provider, vouched, native), func(t *testing.T) {
						h := &hijack{phone: newPhone(t), provider: provider, native: native}
						h.fake = newFakeProvider(t, h.App, provider)
						h.play(t, account, vouched && provider != "naver", vouched)
					})
				}
			}
		}
	}
}

type hijack struct {
	*phone
	fake     *fakeProvider
	provider string
	native   bool
	account  string // the id of the account that was there
	access   string // of the attacker's session
}

// comes signs in as whom the provider knows, and returns who they are here; mfa says that a second factor was asked for.
func (h *hijack) comes(t *testing.T, them, address string, vouched bool) (id string, mfa bool) {
	t.Helper()
	h.fake.is(them, address, vouched)
	form := h.fake.round(t, h.App)
	path, key := "/api/auth/social/"+h.provider, "user"
	if h.native {
		path, key = "/api/collections/users/auth-with-oauth2", "record"
		form = map[string]any{"provider": h.provider, "code": form["code"], "codeVerifier": form["code_verifier"], "redirectURL": comeBackTo}
	}
	a := h.POST("", path, form)
	if a.Code == http.StatusUnauthorized && a.String("mfa_id") != "" {
		return "", true
	}
	return a.Want(http.StatusOK).String(key, "id"), false
}

func (h *hijack) play(t *testing.T, account string, trusted, vouched bool) {
	h.prepare(t, account)
	id, mfa := h.comes(t, "1234", victim, vouched)
	if mfa {
		t.Fatal("the owner is asked for somebody else's second factor")
	}
	owner, err := h.FindRecordById(collections.Users, id)
	if err != nil {
		t.Fatal(err)
	}
	there := account != "none"
	switch {
	case account == "linked", there && trusted:
		if id != h.account {
			t.Errorf("came to %s, not to the account that is theirs", id)
		}
	case trusted:
		if owner.Email() != victim || !owner.Verified() {
			t.Errorf("joined with %q, verified %v", owner.Email(), owner.Verified())
		}
	default:
		if id == h.account || owner.Email() != "" || owner.Verified() {
			t.Errorf("came to %s with %q, verified %v", id, owner.Email(), owner.Verified())
		}
	}
	if account == "unconfirmed" {
		h.isOver(t, id, trusted)
	}
	if again, _ := h.comes(t, "1234", victim, vouched); again != id {
		t.Errorf("came again to %s, not %s", again, id)
	}
}

// prepare makes the account that is there, with everything that somebody else could leave in one.
func (h *hijack) prepare(t *testing.T, account string) {
	t.Helper()
	if account == "none" {
		return
	}
	in := h.POST("", "/api/auth/register", map[string]any{"username": "prepared", "email": victim, "password": testapp.Password, "password_confirm": testapp.Password}).Want(http.StatusCreated)
	h.account, h.access = in.String("user", "id"), in.String("access")
	u := person(t, h.App, "prepared")
	link := func(them string) {
		l := core.NewExternalAuth(h.App)
		l.SetCollectionRef(u.ProxyRecord().Collection().Id)
		l.SetRecordRef(u.Id)
		l.SetProvider(h.provider)
		l.SetProviderId(them)
		if err := h.Save(l); err != nil {
			t.Fatal(err)
		}
	}
	if account == "unconfirmed" {
		link(attacker)
		h.secret = h.POST("prepared", setupPath, nil).Want(http.StatusOK).String("secret")
		h.POST("prepared", enablePath, map[string]any{"code": h.code(h.secret, 0)}).Want(http.StatusOK)
		h.access = h.Token("prepared")
		return
	}
	u.Set("verified", true)
	if err := h.Save(u); err != nil {
		t.Fatal(err)
	}
	if account == "linked" {
		link("1234")
	}
}

// isOver checks that nothing of what was prepared works any more – or, where the provider gave
// no reason to believe, that it works as before, and apart from the newcomer.
func (h *hijack) isOver(t *testing.T, owner string, over bool) {
	t.Helper()
	want := map[bool]int{true: http.StatusUnauthorized, false: http.StatusOK}[over]
	as(h.App, h.access, "GET", profile).Want(want)
	said := h.POST("", "/api/auth/login", map[string]any{"identity": victim, "password": testapp.Password}).Want(http.StatusUnauthorized)
	if asks := said.String("mfa_id") != ""; asks == over {
		t.Errorf("the prepared password is answered %s", said.Body)
	}
	if !over {
		return
	}
	if id, mfa := h.comes(t, attacker, "attacker@example.com", true); id == owner || mfa {
		t.Errorf("the prepared link leads to the owner's account (%s, %v)", id, mfa)
	}
}
