package hooks_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/testapp"
)

// visitor is somebody as another site knows them.
type visitor struct {
	ID, Name, Email string // of Kakao the id is a number
	Verified        bool   // says the site; Naver says nothing
}

var everySite = []string{"google", "kakao", "naver", "oidc"}

// door is the app among the other sites.
type door struct {
	*testapp.App
	t     *testing.T
	sites map[string]*fakeProvider
}

func newDoor(t *testing.T) *door { return doorOf(t, testapp.New(t)) }

func doorOf(t *testing.T, app *testapp.App) *door {
	d := &door{app, t, map[string]*fakeProvider{}}
	for _, name := range everySite {
		d.sites[name] = newFakeProvider(t, app, name)
	}
	return d
}

// come is somebody's way through a site: what a client sends when they are led back.
func (d *door) come(site string, who visitor) map[string]any {
	d.t.Helper()
	f := d.sites[site]
	f.is(who.ID, who.Email, who.Verified)
	f.nick = who.Name
	return f.round(d.t, d.App)
}

// enter signs somebody in by our route.
func (d *door) enter(site string, who visitor) *testapp.Answer {
	d.t.Helper()
	return d.POST("", "/api/auth/social/"+site, d.come(site, who))
}

// enterNatively does by PocketBase's, or links the site to whom it is called as.
func (d *door) enterNatively(as, site string, who visitor, create map[string]any) *testapp.Answer {
	d.t.Helper()
	c := d.come(site, who)
	return d.POST(as, "/api/collections/users/auth-with-oauth2", map[string]any{
		"provider": site, "code": c["code"], "codeVerifier": c["code_verifier"], "redirectURL": c["redirect_url"], "createData": create,
	})
}

func (d *door) links(user string) (names []string) {
	d.t.Helper()
	all, err := d.FindAllExternalAuthsByRecord(d.user(user))
	if err != nil {
		d.t.Fatal(err)
	}
	for _, one := range all {
		names = append(names, one.Provider()+" "+one.ProviderId())
	}
	return names
}

func (d *door) user(id string) *core.Record {
	d.t.Helper()
	person, err := d.FindRecordById(collections.Users, id)
	if err != nil {
		d.t.Fatal(err)
	}
	return person
}

// send sends JSON with an access token.
func (d *door) send(token, method, path string, body any) *testapp.Answer {
	d.t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		d.t.Fatal(err)
	}
	r := httptest.NewRequest(method, path, bytes.NewReader(raw))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+token)
	return d.Send(r)
}

const identitiesPath = "/api/auth/identities"

func TestSomebodyLinksAndUnlinks(t *testing.T) {
	d := newDoor(t)
	who := visitor{ID: "41", Name: "Elsewhere"}
	d.POST("", identitiesPath+"/kakao", nil).Want(http.StatusUnauthorized)
	linked := d.POST(testapp.Ada, identitiesPath+"/kakao", d.come("kakao", who)).Want(http.StatusCreated)
	if linked.String("provider") != "kakao" || linked.String("display_name") != "Kakao" || linked.String("created_at") == "" {
		t.Errorf("linked: %s", linked.Body)
	}
	d.POST(testapp.Ada, identitiesPath+"/kakao", d.come("kakao", who)).Want(http.StatusOK)
	d.POST(testapp.Ada, identitiesPath+"/kakao", d.come("kakao", visitor{ID: "42"})).Want(http.StatusConflict)
	d.POST(testapp.Bob, identitiesPath+"/kakao", d.come("kakao", who)).Want(http.StatusConflict)
	d.enterNatively(testapp.Ada, "google", visitor{ID: "43"}, nil).Want(http.StatusOK) // PocketBase's way
	if all := d.GET(testapp.Ada, identitiesPath).Want(http.StatusOK).Results(); len(all) != 2 {
		t.Errorf("linked are %v", all)
	}
	if in := d.enter("kakao", who).Want(http.StatusOK); in.String("user", "username") != testapp.Ada {
		t.Errorf("in as %s", in.Body)
	}
	d.Do(testapp.Ada, "DELETE", identitiesPath+"/naver", nil).Want(http.StatusNotFound)
	d.Do(testapp.Bob, "DELETE", identitiesPath+"/kakao", nil).Want(http.StatusNotFound)
	d.Do(testapp.Ada, "DELETE", identitiesPath+"/kakao", nil).Want(http.StatusNoContent)
	d.Do(testapp.Ada, "DELETE", identitiesPath+"/google", nil).Want(http.StatusNoContent) // a confirmed address is a way in
	if in := d.enter("kakao", who).Want(http.StatusOK); in.Get("is_new") != true {
		t.Errorf("still linked: %s", in.Body)
	}
}

func TestNobodyLosesTheirOnlyWayIn(t *testing.T) {
	d := newDoor(t)
	in := d.enter("naver", visitor{ID: "only", Name: "Only"}).Want(http.StatusOK)
	token, id := in.String("access"), in.String("user", "id")
	one, err := d.FindFirstExternalAuthByExpr(dbx.HashExp{"recordRef": id})
	if err != nil {
		t.Fatal(err)
	}
	native := "/api/collections/" + core.CollectionNameExternalAuths + "/records/" + one.Id
	as(d.App, token, "DELETE", identitiesPath+"/naver").Want(http.StatusConflict)
	as(d.App, token, "DELETE", native).Want(http.StatusConflict)
	d.send(token, "POST", identitiesPath+"/google", d.come("google", visitor{ID: "second"})).Want(http.StatusCreated)
	as(d.App, d.Token(testapp.Bob), "DELETE", native).Want(http.StatusNotFound)
	as(d.App, token, "DELETE", native).Want(http.StatusNoContent)
	as(d.App, token, "DELETE", identitiesPath+"/google").Want(http.StatusConflict)
}

func TestAnOldSignInAndAnUnconfirmedAddressLinkNothing(t *testing.T) {
	d := newDoor(t)
	in := d.POST("", "/api/auth/register", newcomer(nil)).Want(http.StatusCreated)
	token := in.String("access")
	d.send(token, "POST", identitiesPath+"/google", d.come("google", visitor{ID: "1"})).Want(http.StatusConflict)
	d.Token(testapp.Ada)
	d.POST(testapp.Ada, identitiesPath+"/google", d.come("google", visitor{ID: "2"})).Want(http.StatusCreated)
	d.Deps.Accounts.Now = func() time.Time { return time.Now().Add(11 * time.Minute) }
	d.POST(testapp.Ada, identitiesPath+"/kakao", d.come("kakao", visitor{ID: "3"})).Want(http.StatusForbidden)
	d.enterNatively(testapp.Ada, "kakao", visitor{ID: "3"}, nil).Want(http.StatusForbidden)
	d.Do(testapp.Ada, "DELETE", identitiesPath+"/google", nil).Want(http.StatusForbidden)
	if n, err := d.CountRecords(core.CollectionNameExternalAuths); err != nil || n != 1 {
		t.Errorf("%d links, %v", n, err)
	}
}

// TestWhoHasNoPasswordLeavesAndGetsAnAddress: a fresh sign-in stands in for the password, an old one doesn't.
func TestWhoHasNoPasswordLeavesAndGetsAnAddress(t *testing.T) {
	d := newDoor(t)
	who := visitor{ID: "nopass", Name: "No Pass"}
	token := d.enter("naver", who).Want(http.StatusOK).String("access")
	d.send(token, "POST", "/api/auth/email/change", map[string]any{"new_email": "nopass@example.net"}).Want(http.StatusNoContent)
	d.Deps.Accounts.Now = func() time.Time { return time.Now().Add(11 * time.Minute) }
	d.send(token, "POST", "/api/auth/email/change", map[string]any{"new_email": "nopass@example.net"}).Want(http.StatusForbidden)
	d.send(token, "DELETE", "/api/auth/account", map[string]any{}).Want(http.StatusForbidden)
	d.Deps.Accounts.Now = time.Now
	d.send(token, "DELETE", "/api/auth/account", map[string]any{}).Want(http.StatusNoContent)
	if n, err := d.CountRecords(core.CollectionNameExternalAuths); err != nil || n != 0 {
		t.Errorf("%d links are left, %v", n, err)
	}
}

func TestTheSecondFactorComesBeforeAnySession(t *testing.T) {
	p := newPhone(t)
	d := doorOf(t, p.App)
	who := visitor{ID: "7", Name: "Ada", Email: "ada@example.com", Verified: true}
	p.enable(testapp.Ada)
	before := p.count(collections.Sessions, testapp.Ada)
	asked := d.enter("google", who).Want(http.StatusUnauthorized)
	p.wantSessions(testapp.Ada, before)
	if got := d.links(testapp.ID(testapp.Ada)); len(got) != 0 {
		t.Errorf("linked before the second factor: %v", got)
	}
	p.answer(asked.String("mfa_id"), p.fresh()).Want(http.StatusOK)
	p.wantSessions(testapp.Ada, before+1)
}

func TestASuspendedPersonSignsInToRead(t *testing.T) {
	d := newDoor(t)
	who := visitor{ID: "8", Name: "Sus"}
	first := d.enter("kakao", who).Want(http.StatusOK)
	person := d.user(first.String("user", "id"))
	person.Set("suspended_until", time.Now().Add(time.Hour))
	if err := d.Save(person); err != nil {
		t.Fatal(err)
	}
	token := d.enter("kakao", who).Want(http.StatusOK).String("access")
	as(d.App, token, "GET", profile).Want(http.StatusOK)
	d.send(token, "POST", "/api/posts", map[string]any{"title": "Hello", "content": "x"}).Want(http.StatusForbidden)
}

// TestASiteThatVouchesForNothing: PocketBase hands on the address of such a site too.
func TestASiteThatVouchesForNothing(t *testing.T) {
	d := newDoor(t)
	d.sites["facebook"] = newFakeProvider(t, d.App, "facebook")
	who := visitor{ID: "66", Name: "Mallory", Email: "ada@example.com"}
	if in := d.enter("facebook", who).Want(http.StatusOK); in.String("user", "username") == testapp.Ada || in.String("user", "email") != "" || in.Get("user", "verified") != false {
		t.Errorf("in as %s", in.Body)
	}
	who.ID = "67"
	if in := d.enterNatively("", "facebook", who, nil).Want(http.StatusOK); in.String("record", "username") == testapp.Ada || in.String("record", "email") != "" || in.Get("record", "verified") != false {
		t.Errorf("in natively as %s", in.Body)
	}
	if got := d.links(testapp.ID(testapp.Ada)); len(got) != 0 {
		t.Errorf("ada is linked with %v", got)
	}
}

// TestANewPersonChoosesTheirProfileAlone: what PocketBase's createData may say.
func TestANewPersonChoosesTheirProfileAlone(t *testing.T) {
	d := newDoor(t)
	in := d.enterNatively("", "google", visitor{ID: "5", Name: "Sly", Email: "sly@example.net", Verified: true}, map[string]any{
		"username": "sly.fox", "bio": "hello", "locale": "ko", "role": "admin", "is_verified": true, "email": "not.mine@example.net",
		"password": "Known-Horse-9", "passwordConfirm": "Known-Horse-9", "tokenKey": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "id": "aaaaaaaaaaaaaaa",
	}).Want(http.StatusOK)
	if in.Get("meta", "isNew") != true {
		t.Errorf("meta is %v", in.Get("meta"))
	}
	sly := d.user(in.String("record", "id"))
	if sly.GetString("username") != "sly.fox" || sly.GetString("bio") != "hello" || sly.GetString("locale") != "ko" {
		t.Errorf("what is theirs is lost: %v", sly)
	}
	if sly.GetString("role") != "member" || sly.GetBool("is_verified") || sly.Email() != "sly@example.net" || !sly.Verified() || sly.ValidatePassword("Known-Horse-9") || sly.Id == "aaaaaaaaaaaaaaa" {
		t.Errorf("what is the server's was set: %v", sly)
	}
	for _, taken := range []string{"admin", testapp.Ada, "no spaces"} {
		d.enterNatively("", "google", visitor{ID: "6"}, map[string]any{"username": taken}).Want(http.StatusBadRequest).Get("data", "username")
	}
	if _, err := d.FindFirstExternalAuthByExpr(dbx.HashExp{"providerId": "6"}); err == nil {
		t.Error("somebody who was refused is linked")
	}
}

// TestANewPersonSetsNothingOfTheServers: every field that isn't a client's, by PocketBase's createData.
func TestANewPersonSetsNothingOfTheServers(t *testing.T) {
	d := newDoor(t)
	people, err := d.FindCollectionByNameOrId(collections.Users)
	if err != nil {
		t.Fatal(err)
	}
	theirs := strings.Fields(clientFields["users"][0])
	wanted := map[string]any{}
	for _, f := range people.Fields {
		if !slices.Contains(theirs, f.GetName()) {
			wanted[f.GetName()] = hostile(f)
			wanted[f.GetName()+"+"] = hostile(f)
		}
	}
	if len(wanted) < 20 {
		t.Fatalf("only %v would be set", wanted)
	}
	in := d.enterNatively("", "google", visitor{ID: "77", Name: "Sly"}, wanted).Want(http.StatusOK)
	sly := d.user(in.String("record", "id"))
	for _, f := range people.Fields {
		name := f.GetName()
		if value, sent := wanted[name]; sent && fmt.Sprint(sly.GetRaw(name)) == fmt.Sprint(value) {
			t.Errorf("%s was set to %v", name, value)
		}
	}
	if sly.Verified() || sly.GetString("role") != "member" || sly.GetInt("followers_count") != 0 {
		t.Errorf("made as %v", sly.FieldsData())
	}
}
