package hooks_test

import (
	"bytes"
	"context"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"madang/collections"
	"madang/testapp"
)

// TestAChangeOfTheSecondFactorEndsEveryOtherSession, on both surfaces and in realtime.
func TestAChangeOfTheSecondFactorEndsEveryOtherSession(t *testing.T) {
	p := newPhone(t)
	server := httptest.NewServer(p.Handler)
	t.Cleanup(server.Close)
	p.secret = p.POST(testapp.Ada, setupPath, nil).Want(http.StatusOK).String("secret")
	both := func() map[string]any { return map[string]any{"password": testapp.Password, "code": p.fresh()} }
	signIn := func() *testapp.Answer { return login(p.App, testapp.Ada) }
	for _, c := range []struct {
		path string
		body func() map[string]any
	}{
		{enablePath, func() map[string]any { return map[string]any{"code": p.code(p.secret, 0)} }},
		{recoveryPath, both},
		{disablePath, both},
	} {
		own := p.Token(testapp.Ada)
		other := signIn()
		stream := listenAs(t, p.App, server.URL, other.String("access"), "posts/*")
		ownStream := listen(t, p.App, server.URL, testapp.Ada, "posts/*")
		if answer := p.POST(testapp.Ada, c.path, c.body()); answer.Code >= 300 {
			t.Fatalf("%s: %d %s", c.path, answer.Code, answer.Body)
		}
		as(p.App, other.String("access"), "GET", profile).Want(http.StatusUnauthorized)
		as(p.App, other.String("access"), "POST", "/api/collections/users/auth-refresh").Want(http.StatusUnauthorized)
		refresh(p.App, other.String("refresh")).Want(http.StatusUnauthorized)
		select {
		case _, open := <-stream.events:
			if open {
				t.Errorf("%s: an event after the session's end", c.path)
			}
		case <-time.After(patience):
			t.Errorf("%s: the stream lives on", c.path)
		}
		as(p.App, own, "GET", profile).Want(http.StatusOK)
		select {
		case <-ownStream.events:
			t.Errorf("%s: one's own stream ended", c.path)
		default:
		}
		signIn = func() *testapp.Answer { return p.answer(p.ask(testapp.Ada), p.fresh()).Want(http.StatusOK) }
	}
	login(p.App, testapp.Ada)
}

// TestNothingOfTheSecondFactorLeaks to anybody, in any answer or file.
func TestNothingOfTheSecondFactorLeaks(t *testing.T) {
	p := newPhone(t)
	p.enable(testapp.Ada)
	id := p.ask(testapp.Ada)
	p.answer(id, p.wrong())
	pending := p.POST(testapp.Ada, setupPath, nil).String("secret")
	canaries := append([]string{p.secret, pending, id}, p.recovery...)
	for _, code := range p.recovery {
		canaries = append(canaries, strings.ReplaceAll(code, "-", ""))
	}
	clean := func(what string, text []byte) {
		for _, canary := range canaries {
			if bytes.Contains(text, []byte(canary)) {
				t.Errorf("%s holds %q", what, canary)
			}
		}
	}
	root := p.Superuser()
	names := []string{collections.SecondFactors, collections.RecoveryCodes, collections.SignInChallenges, collections.WrongCodes}
	for _, name := range names {
		c, err := p.FindCollectionByNameOrId(name)
		if err != nil {
			t.Fatal(err)
		}
		list := "/api/collections/" + name + "/records"
		for _, who := range []string{"", testapp.Bob, testapp.Ada, testapp.Grace} {
			p.GET(who, list).Want(http.StatusForbidden)
			p.POST(who, list, map[string]any{"user": testapp.ID(testapp.Ada)}).Want(http.StatusForbidden)
			for _, field := range c.Fields {
				back := name + "_via_user." + field.GetName()
				for _, query := range []string{"filter=" + url.QueryEscape(back+` != ""`), "sort=" + back} {
					if answer := p.GET(who, "/api/collections/users/records?"+query); answer.Code != http.StatusBadRequest {
						t.Errorf("%q may ask users?%s: %d", who, query, answer.Code)
					}
				}
			}
			seen := p.GET(who, "/api/collections/users/records/"+testapp.ID(testapp.Ada)+"?expand="+name+"_via_user")
			if seen.Get("expand", name+"_via_user") != nil || strings.Contains(seen.Body.String(), "totp") {
				t.Errorf("%q sees %s", who, seen.Body)
			}
		}
		answer := as(p.App, root, "GET", list).Want(http.StatusOK)
		clean("the dashboard's "+name, answer.Body.Bytes())
		if answer.Int("totalItems") == 0 {
			t.Errorf("no row in %s: the test proves nothing", name)
		}
	}
	for _, path := range []string{profile, "/api/users/@ada", "/api/auth/sessions", "/api/schema"} {
		clean(path, p.GET(testapp.Ada, path).Body.Bytes())
	}
	wantCleanFiles(t, p, clean)

	ada, err := collections.FindUser(p, "@ada")
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Delete(ada.ProxyRecord()); err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if n := p.count(name, testapp.Ada); n != 0 {
			t.Errorf("%d rows of a deleted account in %s", n, name)
		}
	}
}

// wantCleanFiles looks into every file of the data folder.
func wantCleanFiles(t *testing.T, p *phone, clean func(what string, text []byte)) {
	t.Helper()
	err := filepath.WalkDir(p.DataDir(), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		clean(path, content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// listenAs is listen with a token.
func listenAs(t *testing.T, app *testapp.App, base, token string, topics ...string) *listener {
	t.Helper()
	l := listen(t, app, base, "", topics...)
	r, err := http.NewRequestWithContext(context.Background(), http.MethodPost, base+"/api/realtime",
		strings.NewReader(`{"clientId":"`+l.id+`","subscriptions":["`+strings.Join(topics, `","`)+`"]}`))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+token)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusNoContent {
		t.Fatalf("subscribing answers %s", answer.Status)
	}
	return l
}
