package hooks_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"madang/collections"
	"madang/demo"
	"madang/testapp"
)

// TestEveryEndEndsEverything: whatever ends a session ends, within a second, all that was handed
// out by it, on both surfaces. (Links in mails die as TestALinkDies tells.)
func TestEveryEndEndsEverything(t *testing.T) {
	set := func(field string, value any) func(*testing.T, *phone, *testapp.Answer) {
		return func(t *testing.T, p *phone, _ *testapp.Answer) {
			bob := person(t, p.App, testapp.Bob)
			bob.Set(field, value)
			if err := p.Save(bob); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, end := range map[string]func(t *testing.T, p *phone, in *testapp.Answer){
		"logout": func(t *testing.T, p *phone, in *testapp.Answer) {
			r := httptest.NewRequest("POST", "/api/auth/logout", strings.NewReader(`{"refresh":"`+in.String("refresh")+`"}`))
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("Authorization", "Bearer "+in.String("access"))
			p.Send(r).Want(http.StatusNoContent)
		},
		"revoked by its owner": func(t *testing.T, p *phone, _ *testapp.Answer) {
			for _, s := range p.GET(testapp.Bob, "/api/auth/sessions").Results() {
				if id, _ := s["id"].(string); s["current"] != true {
					p.Do(testapp.Bob, "DELETE", "/api/auth/sessions/"+id, nil).Want(http.StatusNoContent)
				}
			}
		},
		"a new password": func(t *testing.T, p *phone, _ *testapp.Answer) {
			p.POST(testapp.Bob, "/api/auth/password/change", map[string]any{"old_password": testapp.Password, "new_password": newPassword, "new_password_confirm": newPassword}).Want(http.StatusOK)
		},
		"a second factor": func(t *testing.T, p *phone, _ *testapp.Answer) {
			secret := p.POST(testapp.Bob, setupPath, nil).Want(http.StatusOK).String("secret")
			p.POST(testapp.Bob, enablePath, map[string]any{"code": p.code(secret, 0)}).Want(http.StatusOK)
		},
		"a new address": set("email", "bob.new@example.com"),
		"a lesser role": set("role", collections.RoleMember),
		"leaving": func(t *testing.T, p *phone, _ *testapp.Answer) {
			leave(p.App, testapp.Bob, map[string]any{"password": testapp.Password}).Want(http.StatusNoContent)
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPhone(t)
			server := httptest.NewServer(p.Handler)
			t.Cleanup(server.Close)
			// note: of somebody else, so that it is still there when bob has left
			medium := upload(t, p.App, testapp.Ada, "/api/media", "a.wav", demo.WAV(1)).Want(http.StatusCreated).String("id")
			p.POST(testapp.Ada, "/api/posts", map[string]any{"title": "For followers", "content": "x", "visibility": "followers", "media": []string{medium}}).Want(http.StatusCreated)
			p.POST(testapp.Bob, "/api/users/@ada/follow", nil)
			record, err := p.FindRecordById(collections.Media, medium)
			if err != nil {
				t.Fatal(err)
			}
			set("role", collections.RoleModerator)(t, p, nil)
			p.Token(testapp.Bob) // his own other session
			in := login(p.App, testapp.Bob)
			stream := listenAs(t, p.App, server.URL, in.String("access"), "posts/*")
			token := as(p.App, in.String("access"), "POST", "/api/files/token").Want(http.StatusOK).String("token")
			file := "/api/files/media/" + medium + "/" + record.GetString("file") + "?token=" + token
			p.GET("", file).Want(http.StatusOK)
			end(t, p, in)
			p.GET("", file).Want(http.StatusNotFound)
			as(p.App, in.String("access"), "GET", profile).Want(http.StatusUnauthorized)
			if n := as(p.App, in.String("access"), "GET", "/api/collections/sessions/records").Int("totalItems"); n != 0 {
				t.Errorf("the native API still shows %d rows", n)
			}
			as(p.App, in.String("access"), "POST", "/api/collections/users/auth-refresh").Want(http.StatusUnauthorized)
			as(p.App, in.String("access"), "POST", "/api/files/token").Want(http.StatusUnauthorized)
			refresh(p.App, in.String("refresh")).Want(http.StatusUnauthorized)
			select {
			case _, open := <-stream.events:
				if open {
					t.Error("an event after the end")
				}
			case <-time.After(patience):
				t.Error("the stream lives on")
			}
		})
	}
}

// TestAFileTokenNeedsItsSession: PocketBase's own, which know no session, open nothing for people.
func TestAFileTokenNeedsItsSession(t *testing.T) {
	app := testapp.New(t)
	medium := upload(t, app, testapp.Ada, "/api/media", "a.wav", demo.WAV(1)).Want(http.StatusCreated).String("id")
	record, err := app.FindRecordById(collections.Media, medium)
	if err != nil {
		t.Fatal(err)
	}
	file := "/api/files/media/" + medium + "/" + record.GetString("file") + "?token="
	ada := person(t, app, testapp.Ada)
	token, err := ada.NewFileToken()
	if err != nil {
		t.Fatal(err)
	}
	app.GET("", file+token).Want(http.StatusNotFound)
	app.GET("", file+app.Token(testapp.Ada)).Want(http.StatusNotFound) // an access token is none
	r := httptest.NewRequest("POST", "/api/files/token", nil)
	r.Header.Set("Authorization", app.Superuser())
	app.GET("", file+app.Send(r).Want(http.StatusOK).String("token")).Want(http.StatusOK)
}
