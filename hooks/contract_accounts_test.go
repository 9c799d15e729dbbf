package hooks_test

import (
	"bytes"
	"fmt"
	"maps"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pocketbase/dbx"
	"golang.org/x/crypto/bcrypt"

	"madang/collections"
	"madang/testapp"
)

func newcomer(more map[string]any) map[string]any {
	form := map[string]any{
		"username": "newcomer", "email": "newcomer@example.net", "password": "quiet-Harbour-7", "password_confirm": "quiet-Harbour-7",
	}
	maps.Copy(form, more)
	return form
}

func TestContractRegister(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		t.Run("somebody joins and is signed in", func(t *testing.T) {
			a := w.ask(t, stranger, "POST /api/auth/register", newcomer(map[string]any{
				"username": "New.Comer_1", "email": "New.Comer@Example.NET", "name": "새 사람", "locale": "ko",
			})).is(201).shows(signedInShape)
			equal(t, "username", a.text("user", "username"), "new.comer_1")
			equal(t, "email", a.text("user", "email"), "new.comer@example.net")
			equal(t, "role", a.text("user", "role"), "member")
			equal(t, "locale", a.text("user", "locale"), "ko")
			equal(t, "verified", a.yes("user", "verified"), false)
			me := w.ask(t, "token:"+a.text("access"), "GET /api/auth/profile", nil).is(200)
			equal(t, "id", me.id(), a.text("user", "id"))
		})
		t.Run("a form is as good as JSON", func(t *testing.T) {
			w.ask(t, stranger, "POST /api/auth/register", url.Values{
				"username": {"formed"}, "email": {"formed@example.net"}, "password": {"quiet-Harbour-7"}, "password_confirm": {"quiet-Harbour-7"},
			}).is(201).shows(signedInShape)
		})
		t.Run("72 bytes are a password", func(t *testing.T) {
			long := strings.Repeat("마당의밤", 6) // 4 characters of 3 bytes each, 6 times
			w.ask(t, stranger, "POST /api/auth/register", newcomer(map[string]any{
				"username": "longer", "email": "longer@example.net", "password": long, "password_confirm": long,
			})).is(201)
			w.ask(t, stranger, "POST /api/auth/login", map[string]any{"username": "longer", "password": long}).is(200)
			w.ask(t, stranger, "POST /api/auth/login", map[string]any{"username": "longer", "password": long[:69]}).is(401)
		})
		for _, row := range []struct{ field, value, code string }{
			{"username", "", "validation_required"},
			{"username", "ab", "validation_min_text_constraint"},
			{"username", strings.Repeat("a", 31), "validation_max_text_constraint"},
			{"username", "two words", "validation_invalid_format"},
			{"username", "한글이름", "validation_invalid_format"},
			{"username", "a/b/c", "validation_invalid_format"},
			{"username", "admin", "validation_reserved_name"},
			{"username", "MADANG", "validation_reserved_name"},
			{"username", "search", "validation_reserved_name"},
			{"username", "ADA", "validation_not_unique"},
			{"email", "", "validation_required"},
			{"email", "nobody", "validation_is_email"},
			{"email", "ADA@Example.COM", "validation_not_unique"},
			{"password", "", "validation_required"},
			{"password", "Short1!", "validation_password_short"},
			{"password", strings.Repeat("a1-", 24) + "x", "validation_password_long"},
			{"password", "91827364546", "validation_password_numeric"},
			{"password", "password", "validation_password_common"},
			{"password", "newcomer1", "validation_password_similar"},
			{"password", "newcomer@example.net", "validation_password_similar"},
			{"password_confirm", "another-Harbour-7", "validation_values_mismatch"},
			{"name", strings.Repeat("가", 61), "validation_max_text_constraint"},
			{"locale", "fr", "validation_invalid_value"},
		} {
			t.Run(fmt.Sprintf("%s %.20q is refused", row.field, row.value), func(t *testing.T) {
				form := newcomer(map[string]any{row.field: row.value})
				if row.field == "password" {
					form["password_confirm"] = row.value
				}
				before := w.count(t, "SELECT COUNT(*) FROM users")
				w.ask(t, stranger, "POST /api/auth/register", form).refuses(row.field, row.code)
				equal(t, "people", w.count(t, "SELECT COUNT(*) FROM users"), before)
			})
		}
		t.Run("all bad fields are told together", func(t *testing.T) {
			a := w.ask(t, stranger, "POST /api/auth/register", map[string]any{"username": "x", "email": "x", "password": "x", "password_confirm": "y"}).is(400)
			for _, field := range []string{"username", "email", "password", "password_confirm"} {
				a.names(field)
			}
		})
	})
}

func TestContractLogin(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		for _, name := range []map[string]any{
			{"username": "ada"}, {"username": "ADA"}, {"email": "ada@example.com"}, {"email": "Ada@Example.com"},
			{"identity": "ada"}, {"identity": "ada@example.com"},
		} {
			t.Run(fmt.Sprintf("one signs in as %v", name), func(t *testing.T) {
				name["password"] = testapp.Password
				a := w.ask(t, stranger, "POST /api/auth/login", name).is(200).shows(signedInShape)
				equal(t, "user", a.text("user", "username"), "ada")
				near(t, "access", a.text("access_expires_at"), 60*time.Minute)
				near(t, "refresh", a.text("refresh_expires_at"), 24*time.Hour)
			})
		}
		t.Run("nobody learns whether an account exists", func(t *testing.T) {
			wrong := w.ask(t, stranger, "POST /api/auth/login", map[string]any{"username": "ada", "password": "wrong-Harbour-7"}).is(401)
			unknown := w.ask(t, stranger, "POST /api/auth/login", map[string]any{"username": "nobody", "password": "wrong-Harbour-7"}).is(401)
			equal(t, "the refusal", unknown.Body.String(), wrong.Body.String())
			usual, err := bcrypt.GenerateFromPassword([]byte(testapp.Password), bcrypt.DefaultCost) // the tests' people have weaker ones
			if err != nil {
				t.Fatal(err)
			}
			if _, err := w.DB().NewQuery("UPDATE users SET password = {:usual} WHERE username = 'ada'").Bind(dbx.Params{"usual": string(usual)}).Execute(); err != nil {
				t.Fatal(err)
			}
			known, nobody := time.Hour, time.Hour
			refused := func(name string) time.Duration {
				from := time.Now()
				w.ask(t, stranger, "POST /api/auth/login", map[string]any{"username": name, "password": "wrong-Harbour-7"}).is(401)
				return time.Since(from)
			}
			alike := func() bool { return nobody >= known/2 && known >= nobody/2 }
			for tries := 0; tries < 4 || tries < 20 && !alike(); tries++ { // the fastest of each: what else runs makes single ones slow
				known, nobody = min(known, refused("ada")), min(nobody, refused("nobody"))
			}
			if !alike() {
				t.Errorf("a wrong password took %v, an unknown name %v", known, nobody)
			}
		})
		t.Run("what is missing is named", func(t *testing.T) {
			w.ask(t, stranger, "POST /api/auth/login", map[string]any{"username": "ada"}).refuses("password", "validation_required")
			w.ask(t, stranger, "POST /api/auth/login", map[string]any{"password": "x"}).refuses("identity", "validation_required")
		})
		t.Run("an expired access token signs nobody in", func(t *testing.T) {
			w.Deps.Accounts.Now = func() time.Time { return time.Now().Add(-61 * time.Minute) }
			old := w.login(t, "bob")
			w.Deps.Accounts.Now = time.Now
			w.ask(t, "token:"+old.text("access"), "GET /api/auth/profile", nil).is(401)
			w.ask(t, stranger, "POST /api/auth/token/refresh", map[string]any{"refresh": old.text("refresh")}).is(200)
		})
	})
}

func near(t *testing.T, what, at string, in time.Duration) {
	t.Helper()
	when, err := time.Parse(time.RFC3339Nano, at)
	if err != nil {
		t.Fatal(err)
	}
	if off := time.Until(when) - in; off > time.Minute || off < -time.Minute {
		t.Errorf("%s expires at %s, want in %v", what, at, in)
	}
}

// login signs in anew, in a session of its own.
func (w *world) login(t testing.TB, who string) *reply {
	t.Helper()
	return w.ask(t, stranger, "POST /api/auth/login", map[string]any{"username": who, "password": testapp.Password}).is(200)
}

func (w *world) refresh(t testing.TB, token string) *reply {
	t.Helper()
	return w.ask(t, stranger, "POST /api/auth/token/refresh", map[string]any{"refresh": token})
}

// alive fails the test unless the access token signs in, or with no not.
func (w *world) alive(t testing.TB, access string, yes bool) {
	t.Helper()
	status := 401
	if yes {
		status = 200
	}
	w.ask(t, "token:"+access, "GET /api/auth/profile", nil).is(status)
}

func TestContractRefresh(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		t.Run("each refresh token is good once, and a second use ends the family", func(t *testing.T) {
			first, other := w.login(t, "ada"), w.login(t, "ada")
			second := w.refresh(t, first.text("refresh")).is(200).shows(tokensShape)
			if second.text("refresh") == first.text("refresh") {
				t.Error("the refresh token didn't change")
			}
			w.alive(t, second.text("access"), true)
			third := w.refresh(t, second.text("refresh")).is(200)
			w.refresh(t, first.text("refresh")).is(401)
			w.refresh(t, third.text("refresh")).is(401)
			for _, dead := range []*reply{first, second, third} {
				w.alive(t, dead.text("access"), false)
			}
			w.alive(t, other.text("access"), true)
		})
		t.Run("of sixteen at once one wins at most, and nothing stays alive", func(t *testing.T) {
			for range 5 {
				refresh := w.login(t, "bob").text("refresh")
				answers := make([]*reply, 16)
				var all sync.WaitGroup
				for i := range answers {
					all.Go(func() { answers[i] = w.refresh(t, refresh) })
				}
				all.Wait()
				won := 0
				for _, a := range answers {
					if a.Code == 200 {
						won++
						w.alive(t, a.text("access"), false)
						w.refresh(t, a.text("refresh")).is(401)
					}
				}
				equal(t, "winners", won, 1)
			}
		})
		t.Run("what is no token is refused", func(t *testing.T) {
			w.refresh(t, "").refuses("refresh", "validation_required")
			w.refresh(t, "nonsense").is(401)
			w.refresh(t, w.login(t, "ada").text("access")).is(401)
		})
		t.Run("after a day it is too old", func(t *testing.T) {
			old := w.login(t, "ada")
			w.Deps.Accounts.Now = func() time.Time { return time.Now().Add(25 * time.Hour) }
			defer func() { w.Deps.Accounts.Now = time.Now }()
			w.refresh(t, old.text("refresh")).is(401)
			w.alive(t, old.text("access"), false)
		})
	})
}

func TestContractLogoutAndSessions(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		t.Run("signing out ends that family and no other", func(t *testing.T) {
			gone, stays := w.login(t, "ada"), w.login(t, "ada")
			w.ask(t, "token:"+stays.text("access"), "POST /api/auth/logout", map[string]any{"refresh": gone.text("refresh")}).is(204)
			w.alive(t, gone.text("access"), false)
			w.refresh(t, gone.text("refresh")).is(401)
			w.alive(t, stays.text("access"), true)
			w.refresh(t, stays.text("refresh")).is(200)
		})
		t.Run("nobody signs somebody else out", func(t *testing.T) {
			ada, bob := w.login(t, "ada"), w.login(t, "bob")
			w.ask(t, "token:"+bob.text("access"), "POST /api/auth/logout", map[string]any{"refresh": ada.text("refresh")}).names("refresh")
			w.alive(t, ada.text("access"), true)
			w.ask(t, stranger, "POST /api/auth/logout", map[string]any{"refresh": ada.text("refresh")}).is(401)
			w.refresh(t, ada.text("refresh")).is(200)
		})
		t.Run("one sees one's sessions, and which is this", func(t *testing.T) {
			one, two := w.login(t, "junho"), w.login(t, "junho")
			list := w.ask(t, "token:"+two.text("access"), "GET /api/auth/sessions", nil).is(200).some(pageOf(sessionShape))
			current := 0
			for _, s := range list.rows() {
				if s["current"] == true {
					current++
				}
			}
			equal(t, "current sessions", current, 1)
			equal(t, "sessions", len(list.rows()), 2)
			w.ask(t, stranger, "GET /api/auth/sessions", nil).is(401)
			w.ask(t, root, "GET /api/auth/sessions", nil).is(403)
			w.alive(t, one.text("access"), true)
		})
		t.Run("one ends one's own session and nobody else's", func(t *testing.T) {
			one, two := w.login(t, "minji"), w.login(t, "minji")
			var other string
			for _, s := range w.ask(t, "token:"+two.text("access"), "GET /api/auth/sessions", nil).is(200).rows() {
				if s["current"] == false {
					other, _ = s["id"].(string)
				}
			}
			w.ask(t, stranger, "DELETE /api/auth/sessions/"+other, nil).is(401)
			w.ask(t, "bob", "DELETE /api/auth/sessions/"+other, nil).is(404)
			w.ask(t, root, "DELETE /api/auth/sessions/"+other, nil).is(403)
			w.alive(t, one.text("access"), true)
			w.ask(t, "token:"+two.text("access"), "DELETE /api/auth/sessions/"+other, nil).is(204)
			w.alive(t, one.text("access"), false)
			w.alive(t, two.text("access"), true)
			w.ask(t, "token:"+two.text("access"), "DELETE /api/auth/sessions/"+other, nil).is(404)
			w.ask(t, "token:"+two.text("access"), "DELETE /api/auth/sessions/abcdefghijklmno", nil).is(404)
		})
		t.Run("a native sign-in is a session like any", func(t *testing.T) {
			native := w.ask(t, stranger, "POST /api/collections/users/auth-with-password", map[string]any{"identity": "theo", "password": testapp.Password}).is(200)
			token := native.text("token")
			w.alive(t, token, true)
			sessions := w.ask(t, "token:"+token, "GET /api/auth/sessions", nil).is(200)
			equal(t, "sessions", len(sessions.rows()), 1)
			again := w.ask(t, "token:"+token, "POST /api/collections/users/auth-refresh", nil).is(200).text("token")
			w.alive(t, again, true)
			w.ask(t, "token:"+token, "DELETE /api/auth/sessions/"+sessions.ids()[0], nil).is(204)
			w.alive(t, token, false)
			w.alive(t, again, false)
			w.ask(t, "token:"+again, "POST /api/collections/users/auth-refresh", nil).is(401)
		})
	})
}

func TestContractProfile(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		for _, path := range []string{"/api/auth/profile", "/api/users/me"} {
			t.Run("GET "+path+" is the caller alone's", func(t *testing.T) {
				w.ask(t, stranger, "GET "+path, nil).is(401)
				w.ask(t, root, "GET "+path, nil).is(403)
				w.ask(t, "token:nonsense", "GET "+path, nil).is(401)
				me := w.ask(t, "ada", "GET "+path, nil).is(200).shows(ownUserShape)
				equal(t, "email", me.text("email"), "ada@example.com")
			})
		}
		t.Run("nobody changes a profile unless signed in", func(t *testing.T) {
			w.ask(t, stranger, "PATCH /api/auth/profile", map[string]any{"bio": "x"}).is(401)
			w.ask(t, root, "PATCH /api/auth/profile", map[string]any{"bio": "x"}).is(403)
		})
		t.Run("what is sent changes and the rest stays", func(t *testing.T) {
			before := w.ask(t, "ada", "GET /api/auth/profile", nil).is(200)
			after := w.ask(t, "ada", "PATCH /api/auth/profile", map[string]any{"bio": "Tea.", "phone": "010-1234-5678", "locale": "ko"}).is(200).shows(ownUserShape)
			equal(t, "bio", after.text("bio"), "Tea.")
			equal(t, "phone", after.text("phone"), "+821012345678")
			equal(t, "locale", after.text("locale"), "ko")
			equal(t, "name", after.text("name"), before.text("name"))
			after = w.ask(t, "ada", "PATCH /api/auth/profile", map[string]any{"phone": "", "bio": ""}).is(200)
			equal(t, "phone", after.text("phone"), "")
			equal(t, "bio", after.text("bio"), "")
		})
		for _, row := range []struct{ field, value, code string }{
			{"bio", strings.Repeat("가", 501), "validation_max_text_constraint"},
			{"name", strings.Repeat("n", 61), "validation_max_text_constraint"},
			{"phone", "123", "validation_invalid_phone"},
			{"phone", "call me", "validation_invalid_phone"},
			{"locale", "fr", "validation_invalid_value"},
			{"bio", "여기 카지노 광고 있음", "validation_banned_word"},
		} {
			t.Run(fmt.Sprintf("%s %.12q is refused", row.field, row.value), func(t *testing.T) {
				before := w.record(t, collections.Users, testapp.ID("ada")).GetString(row.field)
				w.ask(t, "ada", "PATCH /api/auth/profile", map[string]any{row.field: row.value}).refuses(row.field, row.code)
				equal(t, "stored", w.record(t, collections.Users, testapp.ID("ada")).GetString(row.field), before)
			})
		}
		t.Run("500 characters are a bio", func(t *testing.T) {
			w.ask(t, "ada", "PATCH /api/auth/profile", map[string]any{"bio": strings.Repeat("가", 500)}).is(200)
		})
		t.Run("a picture comes by multipart and goes by an empty text", func(t *testing.T) {
			a := w.ask(t, "ada", "PATCH /api/auth/profile", parts{"bio": "With a face.", "profile_image": file{"me.png", picture(t)}}).is(200).shows(ownUserShape)
			equal(t, "bio", a.text("bio"), "With a face.")
			image := a.text("profile_image")
			if image == "" {
				t.Fatal("no picture")
			}
			w.slash = false
			w.ask(t, stranger, "GET "+image, nil).is(200)
			gone := w.ask(t, "ada", "PATCH /api/auth/profile", map[string]any{"profile_image": ""}).is(200)
			equal(t, "profile_image", gone.text("profile_image"), "")
			w.ask(t, stranger, "GET "+image, nil).is(404)
		})
		t.Run("a picture obeys the rules of pictures", func(t *testing.T) {
			w.ask(t, "ada", "PATCH /api/auth/profile", parts{"profile_image": file{"me.txt", []byte("me")}}).is(415)
			w.ask(t, "ada", "PATCH /api/auth/profile", parts{"profile_image": file{"me.png", []byte("<svg onload=alert(1)>")}}).is(415)
			w.ask(t, "ada", "PATCH /api/auth/profile", parts{"profile_image": file{"me.png", picture(t)[:60]}}).is(400)
			w.ask(t, "ada", "PATCH /api/auth/profile", parts{"profile_image": file{"me.png", append(picture(t), bytes.Repeat([]byte{0}, 5<<20)...)}}).is(413)
		})
	})
}

func TestContractPasswordChange(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		const fresh = "brand-New-Harbour-9"
		form := func(old, next, confirm string) map[string]any {
			return map[string]any{"old_password": old, "new_password": next, "new_password_confirm": confirm}
		}
		t.Run("refusals change nothing", func(t *testing.T) {
			w.ask(t, stranger, "POST /api/auth/password/change", form(testapp.Password, fresh, fresh)).is(401)
			w.ask(t, root, "POST /api/auth/password/change", form(testapp.Password, fresh, fresh)).is(403)
			w.ask(t, "ada", "POST /api/auth/password/change", form("wrong-Harbour-7", fresh, fresh)).names("old_password")
			w.ask(t, "ada", "POST /api/auth/password/change", form(testapp.Password, fresh, fresh+"x")).names("new_password_confirm")
			for _, weak := range []string{"", "short", "91827364546", "password", "ada.whitlock", strings.Repeat("a1-", 25)} {
				w.ask(t, "ada", "POST /api/auth/password/change", form(testapp.Password, weak, weak)).names("new_password")
			}
			w.login(t, "ada")
		})
		t.Run("every other session ends at once", func(t *testing.T) {
			here, there := w.login(t, "ada"), w.login(t, "ada")
			native := w.ask(t, stranger, "POST /api/collections/users/auth-with-password", map[string]any{"identity": "ada", "password": testapp.Password}).is(200)
			bob := w.login(t, "bob")
			a := w.ask(t, "token:"+here.text("access"), "POST /api/auth/password/change", form(testapp.Password, fresh, fresh)).is(200).shows(tokensShape)
			w.alive(t, a.text("access"), true)
			for _, token := range []string{here.text("access"), there.text("access"), native.text("token")} {
				w.alive(t, token, false)
			}
			w.refresh(t, there.text("refresh")).is(401)
			w.refresh(t, here.text("refresh")).is(401)
			w.refresh(t, a.text("refresh")).is(200)
			w.alive(t, bob.text("access"), true)
			w.ask(t, stranger, "POST /api/auth/login", map[string]any{"username": "ada", "password": testapp.Password}).is(401)
			w.ask(t, stranger, "POST /api/auth/login", map[string]any{"username": "ada", "password": fresh}).is(200)
		})
		t.Run("a native change of the password ends them too", func(t *testing.T) {
			here, there := w.login(t, "junho"), w.login(t, "junho")
			w.ask(t, "token:"+here.text("access"), "PATCH /api/collections/users/records/"+testapp.ID("junho"), map[string]any{
				"oldPassword": testapp.Password, "password": fresh, "passwordConfirm": fresh,
			}).is(200)
			w.alive(t, there.text("access"), false)
			w.refresh(t, there.text("refresh")).is(401)
			a := w.ask(t, stranger, "POST /api/auth/login", map[string]any{"username": "junho", "password": fresh}).is(200)
			list := w.ask(t, "token:"+a.text("access"), "GET /api/auth/sessions", nil).is(200)
			equal(t, "living sessions", len(list.rows()), 1)
		})
		t.Run("a native change needs the old password and a good new one", func(t *testing.T) {
			path := "PATCH /api/collections/users/records/" + testapp.ID("theo")
			w.ask(t, "theo", path, map[string]any{"password": fresh, "passwordConfirm": fresh}).is(400)
			w.ask(t, "theo", path, map[string]any{"oldPassword": "wrong-Harbour-7", "password": fresh, "passwordConfirm": fresh}).is(400)
			w.ask(t, "theo", path, map[string]any{"oldPassword": testapp.Password, "password": "password", "passwordConfirm": "password"}).is(400)
			w.login(t, "theo")
		})
	})
}
