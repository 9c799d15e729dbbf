package hooks_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pocketbase/dbx"

	"madang/accounts"
	"madang/collections"
	"madang/hooks"
	"madang/i18n"
	"madang/joining"
	"madang/testapp"
)

// under is an instance with such a mode of registration and such a defence.
func under(t testing.TB, mode, defence string) *testapp.App {
	t.Helper()
	return testapp.New(t, func(d *hooks.Deps) { d.Joining.Mode, d.Joining.Defence = mode, defence })
}

// comer is the body of somebody who signs up on a surface.
func comer(path, name string, more map[string]any) map[string]any {
	again := "password_confirm"
	if path != register {
		again = "passwordConfirm"
	}
	body := map[string]any{"username": name, "email": name + "@example.com", "password": testapp.Password, again: testapp.Password}
	for k, v := range more {
		body[k] = v
	}
	return body
}

const register = "/api/auth/register"

// surfaces are the two ways to sign up, with the status of who is in.
var surfaces = map[string]int{register: http.StatusCreated, "/api/collections/users/records": http.StatusOK}

func isThere(t testing.TB, app *testapp.App, name string, want bool) {
	t.Helper()
	n, err := app.CountRecords(collections.Users, dbx.HashExp{"username": name})
	if err != nil || (n == 1) != want {
		t.Errorf("%s is there %d times, %v; want %v", name, n, err, want)
	}
}

func TestNobodyJoinsWhereItIsClosed(t *testing.T) {
	for path := range surfaces {
		app := under(t, joining.Closed, joining.Off)
		app.POST("", path, comer(path, "late", nil)).Want(http.StatusForbidden)
		isThere(t, app, "late", false)
		app.POST(testapp.Ada, "/api/users/me/invites", map[string]any{}).Want(http.StatusForbidden)
		r := httptest.NewRequest(http.MethodPost, "/api/collections/users/records", strings.NewReader(fmt.Sprintf(
			`{"username": "made", "email": "made@example.com", "password": %[1]q, "passwordConfirm": %[1]q}`, testapp.Password)))
		r.Header.Set("Authorization", "Bearer "+app.Superuser())
		r.Header.Set("Content-Type", "application/json")
		app.Send(r).Want(http.StatusOK)
		isThere(t, app, "made", true)
	}
}

func TestAnInvitationLetsIn(t *testing.T) {
	for path, ok := range surfaces {
		t.Run(path, func(t *testing.T) {
			app := under(t, joining.Invite, joining.Off)
			app.POST("", path, comer(path, "uninvited", nil)).Want(http.StatusBadRequest).WantCode("invite", "validation_invite_required")
			app.POST("", path, comer(path, "uninvited", map[string]any{"invite": "guessed"})).Want(http.StatusBadRequest).WantCode("invite", "validation_invalid_invite")
			link := app.POST(testapp.Ada, "/api/users/me/invites", map[string]any{"note": "for two friends", "max_uses": 2}).Want(http.StatusCreated)
			code := map[string]any{"invite": link.String("code")}
			if by := app.GET("", "/api/invites/"+link.String("code")).Want(http.StatusOK).String("inviter", "username"); by != testapp.Ada {
				t.Errorf("invited by %q", by)
			}
			app.POST("", path, comer(path, "first", code)).Want(ok)
			app.POST("", path, comer(path, "second", code)).Want(ok)
			app.POST("", path, comer(path, "third", code)).Want(http.StatusBadRequest).WantCode("invite", "validation_invalid_invite")
			app.GET("", "/api/invites/"+link.String("code")).Want(http.StatusNotFound)
			isThere(t, app, "uninvited", false)
			isThere(t, app, "third", false)
			mine := app.GET(testapp.Ada, "/api/users/me/invites").Want(http.StatusOK).Results()
			if len(mine) != 1 || mine[0]["uses"] != 2.0 || mine[0]["is_open"] != false || len(mine[0]["joined"].([]any)) != 2 {
				t.Errorf("the inviter sees %v", mine)
			}
		})
	}
}

func TestAnInvitationEnds(t *testing.T) {
	app := under(t, joining.Invite, joining.Off)
	for _, bad := range []map[string]any{{"max_uses": 101}, {"max_uses": -1}, {"days": 91}} {
		app.POST(testapp.Ada, "/api/users/me/invites", bad).Want(http.StatusBadRequest)
	}
	revoked := app.POST(testapp.Ada, "/api/users/me/invites", map[string]any{}).Want(http.StatusCreated)
	app.Do(testapp.Bob, http.MethodDelete, "/api/users/me/invites/"+revoked.String("id"), nil).Want(http.StatusNotFound)
	for range 2 {
		app.Do(testapp.Ada, http.MethodDelete, "/api/users/me/invites/"+revoked.String("id"), nil).Want(http.StatusNoContent)
	}
	old := app.POST(testapp.Bob, "/api/users/me/invites", map[string]any{"days": 1}).Want(http.StatusCreated)
	suspended := app.POST("minji", "/api/users/me/invites", map[string]any{}).Want(http.StatusCreated)
	minji := person(t, app, "minji")
	minji.Set("suspended_until", time.Now().Add(time.Hour))
	if err := app.Save(minji); err != nil {
		t.Fatal(err)
	}
	app.Deps.Joining.Now = func() time.Time { return time.Now().Add(25 * time.Hour) }
	app.POST("", register, comer(register, "late", map[string]any{"invite": old.String("code")})).Want(http.StatusBadRequest)
	app.Deps.Joining.Now = time.Now
	for _, code := range []string{revoked.String("code"), suspended.String("code")} {
		app.POST("", register, comer(register, "late", map[string]any{"invite": code})).Want(http.StatusBadRequest).WantCode("invite", "validation_invalid_invite")
	}
	for range 9 {
		app.POST(testapp.Bob, "/api/users/me/invites", map[string]any{}).Want(http.StatusCreated)
	}
	app.POST(testapp.Bob, "/api/users/me/invites", map[string]any{}).Want(http.StatusConflict)
}

// TestAnEndedInvitationSaysSo: also to somebody who filled in the form meanwhile, and loses nothing by it.
func TestAnEndedInvitationSaysSo(t *testing.T) {
	for mode, form := range map[string]bool{joining.Open: true, joining.Invite: false, joining.Approval: true} {
		app := under(t, mode, joining.Off)
		link := app.POST(testapp.Ada, "/api/users/me/invites", map[string]any{}).Want(http.StatusCreated)
		app.GET("", "/join/"+link.String("code")).Want(http.StatusOK)
		app.Do(testapp.Ada, http.MethodDelete, "/api/users/me/invites/"+link.String("id"), nil).Want(http.StatusNoContent)
		said := i18n.T(i18n.English, "signup.ended")
		page := app.GET("", "/join/"+link.String("code")).Want(http.StatusNotFound).Body.String()
		if !strings.Contains(page, said) || strings.Contains(page, `name="username"`) != form {
			t.Errorf("%s: it doesn't say so, or not how else: %s", mode, page)
		}
		body := url.Values{"username": {"typed"}, "email": {"typed@example.com"}, "invite": {link.String("code")}, "password": {testapp.Password}, "password_confirm": {testapp.Password}}
		r := httptest.NewRequest(http.MethodPost, "/signup", strings.NewReader(body.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if page = app.Send(r).Want(http.StatusNotFound).Body.String(); !strings.Contains(page, said) || strings.Contains(page, `value="typed@example.com"`) != form {
			t.Errorf("%s: what was typed is lost: %s", mode, page)
		}
	}
}

// TestABranchIsSuspendedAtOnce: whom a spammer invited, and whom those invited.
func TestABranchIsSuspendedAtOnce(t *testing.T) {
	app := under(t, joining.Invite, joining.Off)
	invite := func(by, who string) {
		t.Helper()
		code := app.POST(by, "/api/users/me/invites", map[string]any{}).Want(http.StatusCreated).String("code")
		app.POST("", register, comer(register, who, map[string]any{"invite": code})).Want(http.StatusCreated)
	}
	invite(testapp.Ada, "seedling")
	app.POST("", register, comer(register, "uninvited", nil)).Want(http.StatusBadRequest)
	invite(testapp.Ada, "trunk")
	invite("trunk", "twig")
	invite("twig", "leaf")
	invite(testapp.Ada, "other")
	tree := app.GET("sora", "/api/moderation/invites/@trunk").Want(http.StatusOK).Results()
	if len(tree) != 2 || tree[1]["inviter"] != "twig" || tree[1]["depth"] != 2.0 {
		t.Errorf("the tree is %v", tree)
	}
	until := time.Now().Add(48 * time.Hour).UTC().Format(time.RFC3339)
	app.POST("sora", "/api/moderation/invites/@trunk/suspend", map[string]any{"until": "yesterday"}).Want(http.StatusBadRequest)
	done := app.POST("sora", "/api/moderation/invites/@trunk/suspend", map[string]any{"until": until, "note": "spam", "root": true}).Want(http.StatusOK)
	if done.Int("suspended") != 3 || done.Int("spared") != 0 {
		t.Errorf("done: %v", done.JSON)
	}
	for _, who := range []string{"trunk", "twig", "leaf"} {
		app.POST(who, "/api/posts", map[string]any{"title": "A title", "content": "x"}).Want(http.StatusForbidden)
	}
	app.POST("other", "/api/posts", map[string]any{"title": "A title", "content": "x"}).Want(http.StatusCreated)
	// Each is undone by itself.
	entry := app.GET("sora", "/api/moderation/log?target_type=user&target_id="+person(t, app, "leaf").Id).Want(http.StatusOK).Results()[0]
	app.POST("sora", "/api/moderation/log/"+entry["id"].(string)+"/undo", nil).Want(http.StatusOK)
	app.POST("leaf", "/api/posts", map[string]any{"title": "A title", "content": "x"}).Want(http.StatusCreated)
	// Whoever leaves hands on whom they invited.
	leave(app, "twig", map[string]any{"password": testapp.Password}).Want(http.StatusNoContent)
	if tree := app.GET("sora", "/api/moderation/invites/@trunk").Want(http.StatusOK).Results(); len(tree) != 1 || tree[0]["inviter"] != "trunk" {
		t.Errorf("after somebody left the tree is %v", tree)
	}
}

// TestABranchSparesWhomOneMayNotSuspend: a moderator suspends no moderator by suspending whoever invited them.
func TestABranchSparesWhomOneMayNotSuspend(t *testing.T) {
	app := under(t, joining.Invite, joining.Off)
	for _, who := range []string{"promoted", "plain"} {
		code := app.POST(testapp.Ada, "/api/users/me/invites", map[string]any{}).Want(http.StatusCreated).String("code")
		app.POST("", register, comer(register, who, map[string]any{"invite": code})).Want(http.StatusCreated)
	}
	promoted := person(t, app, "promoted")
	promoted.Set("role", collections.RoleModerator)
	if err := app.Save(promoted); err != nil {
		t.Fatal(err)
	}
	until := time.Now().Add(48 * time.Hour).UTC().Format(time.RFC3339)
	done := app.POST(testapp.Sora, "/api/moderation/invites/@ada/suspend", map[string]any{"until": until, "note": "spam"}).Want(http.StatusOK)
	if done.Int("suspended") != 1 || done.Int("spared") != 1 {
		t.Errorf("done: %v", done.JSON)
	}
	if _, suspended := person(t, app, "promoted").IsSuspended(time.Now()); suspended {
		t.Error("a moderator suspended another")
	}
}

// TestAnInvitationIsUsedNoOftenerThanItSays: it may be used up between asking to join and joining.
func TestAnInvitationIsUsedNoOftenerThanItSays(t *testing.T) {
	app := under(t, joining.Invite, joining.Always)
	now := time.Now().Add(time.Hour) // so that no mail goes out, which makes a token
	app.Deps.Joining.Now = func() time.Time { return now }
	code := app.POST(testapp.Ada, "/api/users/me/invites", map[string]any{}).Want(http.StatusCreated).String("code")
	names := []string{"quick", "slow"}
	for _, name := range names {
		form := accounts.RegisterForm{Username: name, Email: name + "@example.com", Password: testapp.Password, PasswordConfirm: testapp.Password, Invite: code}
		_, err := app.Deps.Accounts.Join(app, form.OfPage(), i18n.English)
		var waits *joining.Waiting
		if !errors.As(err, &waits) {
			t.Fatalf("%s doesn't wait: %v", name, err)
		}
		sum := sha256.Sum256([]byte(name))
		if _, err := app.DB().Update(collections.Applications, dbx.Params{"token_hash": hex.EncodeToString(sum[:])}, dbx.HashExp{"username": name}).Execute(); err != nil {
			t.Fatal(err)
		}
	}
	if err := app.Deps.Joining.Follow(app, joining.ConfirmForm{Token: "quick", Password: testapp.Password}); err != nil {
		t.Fatal(err)
	}
	if err := app.Deps.Joining.Follow(app, joining.ConfirmForm{Token: "slow", Password: testapp.Password}); err == nil {
		t.Error("an invitation for one let two in")
	}
	isThere(t, app, "quick", true)
	isThere(t, app, "slow", false)
}

func TestAModeratorLetsIn(t *testing.T) {
	for path, ok := range surfaces {
		t.Run(path, func(t *testing.T) {
			app := under(t, joining.Approval, joining.Off)
			x := app.POST("", path, comer(path, "hopeful", map[string]any{"message": "I paint.", "locale": "en"})).Want(http.StatusAccepted)
			if x.String("waits_for") != "approval" || x.Get("access") != nil {
				t.Errorf("told %v", x.JSON)
			}
			isThere(t, app, "hopeful", false)
			app.POST("", "/api/auth/login", map[string]any{"identity": "hopeful", "password": testapp.Password}).Want(http.StatusUnauthorized)
			app.POST("", path, comer(path, "hopeful", map[string]any{"email": "other@example.com"})).Want(http.StatusBadRequest).WantCode("username", "validation_not_unique")
			app.POST("", path, comer(path, "bad", map[string]any{"password": "short"})).Want(http.StatusBadRequest)
			app.POST("", path, comer(path, "unlucky", nil)).Want(http.StatusAccepted)
			app.GET(testapp.Ada, "/api/moderation/applications").Want(http.StatusForbidden)
			queue := app.GET("sora", "/api/moderation/applications").Want(http.StatusOK).Results()
			if len(queue) != 2 || queue[0]["username"] != "hopeful" || queue[0]["message"] != "I paint." || queue[0]["email_domain"] != "example.com" {
				t.Fatalf("the queue is %v", queue)
			}
			if body := app.GET("sora", "/api/collections/applications/records").Want(http.StatusOK).Body.String(); strings.Contains(body, "hopeful@") || strings.Contains(body, "$2a$") {
				t.Errorf("moderators see addresses or hashes: %s", body)
			}
			yes, no := queue[0]["id"].(string), queue[1]["id"].(string)
			app.POST("sora", "/api/moderation/applications/"+yes+"/approve", nil).Want(http.StatusOK)
			app.POST("sora", "/api/moderation/applications/"+yes+"/approve", nil).Want(http.StatusNotFound)
			app.POST("sora", "/api/moderation/applications/"+no+"/refuse", map[string]any{"reason": "One account a person, please."}).Want(http.StatusNoContent)
			app.POST("sora", "/api/moderation/applications/"+no+"/approve", nil).Want(http.StatusNotFound)
			app.POST("", "/api/auth/login", map[string]any{"identity": "hopeful", "password": testapp.Password}).Want(http.StatusOK)
			isThere(t, app, "unlucky", false)
			if m := mailed(t, app, "hopeful@example.com"); len(m) != 2 || !strings.Contains(m[0].Text+m[1].Text, "/login") {
				t.Errorf("%d mails, the first %q", len(m), m[0].Text)
			}
			if m := lastMail(t, app, "unlucky@example.com", 1).Text; !strings.Contains(m, "One account a person, please.") {
				t.Errorf("the refusal is %s", m)
			}
			code := app.POST(testapp.Ada, "/api/users/me/invites", map[string]any{}).Want(http.StatusCreated).String("code")
			app.POST("", path, comer(path, "invited", map[string]any{"invite": code})).Want(ok)
		})
	}
}

func TestWorkIsProved(t *testing.T) {
	for path, ok := range surfaces {
		t.Run(path, func(t *testing.T) {
			app := under(t, joining.Open, joining.Always)
			how := app.GET("", "/api/auth/registration").Want(http.StatusOK)
			challenge, bits := how.String("challenge", "challenge"), how.Int("challenge", "bits")
			if how.String("mode") != "open" || bits < 19 {
				t.Fatalf("told %v", how.JSON)
			}
			proof := joining.Solve(challenge, bits)
			for name, bad := range map[string]string{
				"none": "", "a number that is none": challenge + ".x", "another challenge": "1.x" + strings.TrimPrefix(proof, "1."), "easier": strings.Replace(proof, fmt.Sprintf(".%d.", bits), ".1.", 1),
			} {
				app.POST("", path, comer(path, "lazy", map[string]any{"proof": bad})).Want(http.StatusBadRequest).WantCode("proof", "validation_proof_of_work")
				if t.Failed() {
					t.Log(name)
				}
			}
			app.POST("", path, comer(path, "x", map[string]any{"proof": proof})).Want(http.StatusBadRequest) // a bad field doesn't use it up
			app.POST("", path, comer(path, "worker", map[string]any{"proof": proof})).Want(ok)
			app.POST("", path, comer(path, "worker2", map[string]any{"proof": proof})).Want(http.StatusBadRequest).WantCode("proof", "validation_proof_of_work")
			isThere(t, app, "lazy", false)
			isThere(t, app, "worker2", false)
			old := joining.Solve(challenge, bits)
			app.Deps.Joining.Now = func() time.Time { return time.Now().Add(31 * time.Minute) }
			app.POST("", path, comer(path, "late", map[string]any{"proof": old})).Want(http.StatusBadRequest).WantCode("proof", "validation_proof_of_work")
			if err := app.Deps.Joining.Sweep(app); err != nil {
				t.Fatal(err)
			}
			if n := count(t, app, "SELECT COUNT(*) FROM spent_proofs"); n != 0 {
				t.Errorf("%d nonces are kept", n)
			}
		})
	}
}

func TestARushIsAskedForMore(t *testing.T) {
	app := under(t, joining.Open, joining.Auto)
	asks := func() int {
		return app.GET("", "/api/auth/registration").Want(http.StatusOK).Int("challenge", "bits")
	}
	if asks() != 0 {
		t.Error("proof is asked for while nobody joins")
	}
	for i := range 10 {
		join(app, fmt.Sprint("crowd", i))
	}
	first := asks()
	app.POST("", register, comer(register, "eleventh", nil)).Want(http.StatusBadRequest).WantCode("proof", "validation_proof_of_work")
	stock := make([]string, 2) // of challenges that were given out before the rush
	for i := range stock {
		stock[i] = joining.Solve(app.GET("", "/api/auth/registration").String("challenge", "challenge"), first)
	}
	if _, err := app.DB().NewQuery("UPDATE tallies SET n = 40 WHERE metric = 'users' AND subject = ''").Execute(); err != nil {
		t.Fatal(err)
	}
	if n := asks(); n != first+2 {
		t.Fatalf("%d bits", n)
	}
	app.POST("", register, comer(register, "early", map[string]any{"proof": stock[0]})).Want(http.StatusCreated)
	if _, err := app.DB().NewQuery("UPDATE tallies SET n = 90 WHERE metric = 'users' AND subject = ''").Execute(); err != nil {
		t.Fatal(err)
	}
	if more := asks(); first != 19 || more <= first || more > 23 {
		t.Errorf("%d bits, then %d", first, more)
	}
	app.POST("", register, comer(register, "hoarder", map[string]any{"proof": stock[1]})).Want(http.StatusBadRequest).WantCode("proof", "validation_proof_of_work")
	isThere(t, app, "hoarder", false)
}

// TestWithoutScriptsALinkIsMailed: the page's form has no proof, and the account is made by following a link.
func TestWithoutScriptsALinkIsMailed(t *testing.T) {
	app := under(t, joining.Open, joining.Always)
	fill := func(more map[string]string) *testapp.Answer {
		body := url.Values{"username": {"plain"}, "email": {"plain@example.com"}, "password": {testapp.Password}, "password_confirm": {testapp.Password}}
		for k, v := range more {
			body.Set(k, v)
		}
		r := httptest.NewRequest(http.MethodPost, "/signup", strings.NewReader(body.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		return app.Send(r)
	}
	began := regexp.MustCompile(`name="began" value="([^"]+)"`).FindStringSubmatch(app.GET("", "/signup").Want(http.StatusOK).Body.String())
	if began == nil {
		t.Fatal("the form doesn't say when it was shown")
	}
	fill(nil).Want(http.StatusBadRequest)                                                    // without our time
	fill(map[string]string{"began": began[1]}).Want(http.StatusBadRequest)                   // sooner than anybody types
	fill(map[string]string{"began": began[1], "website": "buy"}).Want(http.StatusBadRequest) // what people don't see
	later := func() time.Time { return time.Now().Add(5 * time.Second) }
	app.Deps.Joining.Now, app.Deps.Mail.Now = later, later
	if to := fill(map[string]string{"began": began[1]}).Want(http.StatusSeeOther).Header().Get("Location"); to != "/signup/waiting?for=mail" {
		t.Errorf("led to %s", to)
	}
	app.GET("", "/signup/waiting?for=mail").Want(http.StatusOK)
	isThere(t, app, "plain", false)
	token := regexp.MustCompile(`/join\?token=([A-Za-z0-9_-]+)`).FindStringSubmatch(lastMail(t, app, "plain@example.com", 1).Text)
	if token == nil {
		t.Fatal("the mail has no link")
	}
	app.GET("", "/join?token="+token[1]).Want(http.StatusOK)
	isThere(t, app, "plain", false) // programs that read mails open links
	app.POST("", "/api/auth/register/confirm", map[string]any{"token": "x" + token[1], "password": testapp.Password}).Want(http.StatusBadRequest).WantCode("token", "validation_invalid_token")
	app.POST("", "/api/auth/register/confirm", map[string]any{"token": token[1], "password": testapp.Password}).Want(http.StatusNoContent)
	app.POST("", "/api/auth/register/confirm", map[string]any{"token": token[1], "password": testapp.Password}).Want(http.StatusBadRequest)
	in := app.POST("", "/api/auth/login", map[string]any{"identity": "plain", "password": testapp.Password}).Want(http.StatusOK)
	if in.Get("user", "verified") != true {
		t.Errorf("the address isn't confirmed: %v", in.JSON)
	}
}

// TestNobodyIsSentLinkAfterLink: who signs up again and again with somebody's address doesn't fill their mailbox.
func TestNobodyIsSentLinkAfterLink(t *testing.T) {
	app := under(t, joining.Open, joining.Always)
	now := time.Now().Add(time.Hour) // so that none goes out
	app.Deps.Joining.Now = func() time.Time { return now }
	signUp := func() {
		t.Helper()
		now = now.Add(3 * time.Second)
		_, err := app.Deps.Accounts.Join(app, accounts.RegisterForm{
			Username: fmt.Sprintf("bomb%d", now.Unix()), Email: "Victim@example.com", Password: testapp.Password, PasswordConfirm: testapp.Password,
		}.OfPage(), i18n.English)
		var waits *joining.Waiting
		if !errors.As(err, &waits) {
			t.Fatal(err)
		}
	}
	for range 5 {
		signUp()
	}
	if n := count(t, app, "SELECT COUNT(*) FROM mails WHERE kind = 'join'"); n != 1 {
		t.Errorf("%d mails wait for the newest application", n)
	}
	sent := collections.Stamp(now)
	if _, err := app.DB().Update(collections.Mails, dbx.Params{"next_at": "", "sent_at": sent}, dbx.HashExp{"kind": "join"}).Execute(); err != nil {
		t.Fatal(err)
	}
	for range 5 {
		signUp()
	}
	soon := collections.Stamp(now.Add(30 * time.Second))
	if n := count(t, app, "SELECT COUNT(*) FROM mails WHERE kind = 'join' AND next_at > '"+soon+"'"); n != 1 {
		t.Errorf("%d mails wait a while after the one that was sent", n)
	}
	if n := count(t, app, "SELECT COUNT(*) FROM mails WHERE kind = 'join'"); n != 2 {
		t.Errorf("%d mails in all", n)
	}
}

// TestALinkAloneMakesNoAccount: who signs up with somebody's address after them doesn't choose the password of the account that
// their click makes.
func TestALinkAloneMakesNoAccount(t *testing.T) {
	app := under(t, joining.Open, joining.Always)
	now := time.Now()
	app.Deps.Joining.Now, app.Deps.Mail.Now = func() time.Time { return now }, func() time.Time { return now }
	const strangers = "strangers-Harbour-9"
	var token []string
	for n, password := range []string{testapp.Password, strangers} {
		now = now.Add(2 * time.Minute)
		_, err := app.Deps.Accounts.Join(app, accounts.RegisterForm{
			Username: fmt.Sprintf("person%d", n), Email: "person@example.com", Password: password, PasswordConfirm: password,
		}.OfPage(), i18n.English)
		var waits *joining.Waiting
		if !errors.As(err, &waits) {
			t.Fatal(err)
		}
		token = regexp.MustCompile(`/join\?token=([A-Za-z0-9_-]+)`).FindStringSubmatch(lastMail(t, app, "person@example.com", n+1).Text)
		if token == nil {
			t.Fatal("the mail has no link")
		}
	}
	for _, body := range []map[string]any{{"token": token[1]}, {"token": token[1], "password": testapp.Password}} {
		app.POST("", "/api/auth/register/confirm", body).Want(http.StatusBadRequest)
	}
	form := httptest.NewRequest(http.MethodPost, "/join", strings.NewReader(url.Values{"token": {token[1]}, "password": {testapp.Password}}.Encode()))
	form.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if page := app.Send(form).Want(http.StatusBadRequest).Body.String(); !strings.Contains(page, "sign up again") {
		t.Error("the page doesn't say what to do")
	}
	if n := count(t, app, "SELECT COUNT(*) FROM users WHERE email = 'person@example.com'"); n != 0 {
		t.Error("an account was made by the stranger's application")
	}
}

// TestAnUnfinishedApplicationKeepsNoName: of several who wait for a link with a username, who follows theirs first gets it.
func TestAnUnfinishedApplicationKeepsNoName(t *testing.T) {
	app := under(t, joining.Open, joining.Always)
	tokens := map[string]string{}
	for _, address := range []string{"squatter@example.com", "person@example.com"} {
		_, err := app.Deps.Accounts.Join(app, accounts.RegisterForm{
			Username: "wanted", Email: address, Password: testapp.Password, PasswordConfirm: testapp.Password,
		}.OfPage(), i18n.English)
		var waits *joining.Waiting
		if !errors.As(err, &waits) {
			t.Fatal(err)
		}
		link := regexp.MustCompile(`/join\?token=([A-Za-z0-9_-]+)`).FindStringSubmatch(lastMail(t, app, address, 1).Text)
		if link == nil {
			t.Fatal("the mail has no link")
		}
		tokens[address] = link[1]
	}
	app.POST("", "/api/auth/register/confirm", map[string]any{"token": tokens["person@example.com"], "password": testapp.Password}).Want(http.StatusNoContent)
	app.POST("", "/api/auth/register/confirm", map[string]any{"token": tokens["squatter@example.com"], "password": testapp.Password}).Want(http.StatusBadRequest).WantCode("username", "validation_name_taken")
	app.POST("", "/api/auth/login", map[string]any{"identity": "wanted", "password": testapp.Password}).Want(http.StatusOK)
	if n := count(t, app, "SELECT COUNT(*) FROM users WHERE email LIKE 'squatter%'"); n != 0 {
		t.Error("the other joined as well")
	}
}

func TestThrowawayAddresses(t *testing.T) {
	app := testapp.New(t)
	for path := range surfaces {
		for _, address := range []string{"x@mailinator.com", "x@inbox.Yopmail.com", "X@GuerrillaMail.com"} {
			app.POST("", path, comer(path, "throwaway", map[string]any{"email": address})).Want(http.StatusBadRequest).WantCode("email", "validation_disposable_email")
		}
	}
	admin := func(method, path string, body any) *testapp.Answer {
		return app.Do(testapp.Grace, method, "/api/collections/email_domains/records"+path, body)
	}
	app.POST("sora", "/api/collections/email_domains/records", map[string]any{"domain": "evil.example", "action": "block"}).Want(http.StatusBadRequest)
	admin("POST", "", map[string]any{"domain": "evil.example", "action": "block"}).Want(http.StatusOK)
	admin("POST", "", map[string]any{"domain": "good.evil.example", "action": "allow"}).Want(http.StatusOK)
	kept := admin("POST", "", map[string]any{"domain": "mailinator.com", "action": "allow"}).Want(http.StatusOK)
	app.POST("", register, comer(register, "evil", map[string]any{"email": "x@sub.evil.example"})).Want(http.StatusBadRequest).WantCode("email", "validation_disposable_email")
	app.POST("", register, comer(register, "good", map[string]any{"email": "x@good.evil.example"})).Want(http.StatusCreated)
	app.POST("", register, comer(register, "allowed", map[string]any{"email": "x@mailinator.com"})).Want(http.StatusCreated)
	admin("DELETE", "/"+kept.String("id"), nil).Want(http.StatusNoContent)
	app.POST("", register, comer(register, "again", map[string]any{"email": "y@mailinator.com"})).Want(http.StatusBadRequest)
	// Who is here already with such an address may go on.
	app.Do("allowed", http.MethodPatch, profile, map[string]any{"bio": "Still here."}).Want(http.StatusOK)
}

// TestAnotherSitesPeopleKeepTheRulesToo: signing up by a provider, where moderators let people in and where one is invited.
func TestAnotherSitesPeopleKeepTheRulesToo(t *testing.T) {
	app := under(t, joining.Approval, joining.Always)
	f := newFakeProvider(t, app, "google")
	f.is("42", "from.there@example.com", true)
	for range 2 {
		x := f.signIn(t, app).Want(http.StatusForbidden)
		if !strings.Contains(x.String("message"), "waits for a moderator") {
			t.Errorf("told %s", x.Body)
		}
	}
	queue := app.GET("sora", "/api/moderation/applications").Want(http.StatusOK).Results()
	if len(queue) != 1 || queue[0]["provider"] != "google" {
		t.Fatalf("the queue is %v", queue)
	}
	app.POST("sora", "/api/moderation/applications/"+queue[0]["id"].(string)+"/approve", nil).Want(http.StatusOK)
	in := f.signIn(t, app).Want(http.StatusOK)
	if in.Get("is_new") != false || in.String("user", "email") != "from.there@example.com" || in.Get("user", "verified") != true {
		t.Errorf("in as %v", in.JSON)
	}
	code := app.POST(testapp.Ada, "/api/users/me/invites", map[string]any{}).Want(http.StatusCreated).String("code")
	f.is("43", "friend.there@example.com", true)
	round := f.round(t, app)
	round["invite"] = code
	if x := app.POST("", "/api/auth/social/google", round).Want(http.StatusOK); x.Get("is_new") != true {
		t.Errorf("invited: %v", x.JSON)
	}
}
