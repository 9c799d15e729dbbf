package hooks_test

import (
	"fmt"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"madang/testapp"
)

// who may call a route: everybody, members, or members and superusers.
type access int

const (
	everybody access = iota
	members
	membersAndRoot
)

// routesOfTheContract are API.md's tables, as far as they are built. {post}, {comment},
// {medium} and {person} stand for things of ada's.
var routesOfTheContract = []struct {
	what string
	may  access
	body any
}{
	{"POST /api/auth/register", everybody, map[string]any{"username": "x"}},
	{"POST /api/auth/login", everybody, map[string]any{"username": "x", "password": "y"}},
	{"POST /api/auth/token/refresh", everybody, map[string]any{"refresh": "x"}},
	{"POST /api/auth/logout", members, map[string]any{"refresh": "x"}},
	{"GET /api/auth/sessions", members, nil},
	{"DELETE /api/auth/sessions/{post}", members, nil},
	{"GET /api/auth/profile", members, nil},
	{"PATCH /api/auth/profile", members, map[string]any{"name": "x", "bio": "x", "phone": "", "locale": "", "profile_image": "x"}},
	{"POST /api/auth/password/change", members, map[string]any{"old_password": "x", "new_password": "x", "new_password_confirm": "x"}},
	{"GET /api/posts", everybody, nil},
	{"POST /api/posts", members, map[string]any{"title": "x", "content": "x", "visibility": "public", "is_public": true, "tags": []string{"x"}, "media": []string{"x"}, "status": "draft", "publish_at": "x", "content_warning": "x"}},
	{"GET /api/posts/feed", members, nil},
	{"GET /api/posts/{post}", everybody, nil},
	{"PATCH /api/posts/{post}", membersAndRoot, map[string]any{"title": "x", "content": "x", "visibility": "public", "is_public": true, "tags": []string{"x"}, "media": []string{"x"}, "status": "draft", "publish_at": "x", "content_warning": "x"}},
	{"PUT /api/posts/{post}", membersAndRoot, map[string]any{"title": "x"}},
	{"POST /api/posts/{post}/like", members, nil},
	{"DELETE /api/posts/{post}/unlike", members, nil},
	{"DELETE /api/posts/{post}/like", members, nil},
	{"GET /api/posts/{post}/likes", everybody, nil},
	{"POST /api/posts/{post}/bookmark", members, nil},
	{"DELETE /api/posts/{post}/bookmark", members, nil},
	{"GET /api/posts/{post}/comments", everybody, nil},
	{"POST /api/posts/{post}/comments", members, map[string]any{"content": "x", "parent": "x"}},
	{"PATCH /api/comments/{comment}", members, map[string]any{"content": "x"}},
	{"POST /api/comments/{comment}/reply", members, map[string]any{"content": "x"}},
	{"GET /api/comments/{comment}/replies", everybody, nil},
	{"POST /api/media", members, map[string]any{"file": "x", "alt_text": "x"}},
	{"GET /api/media/{medium}", everybody, nil},
	{"PATCH /api/media/{medium}", members, map[string]any{"alt_text": "x"}},
	{"GET /api/media/{medium}/stream", everybody, nil},
	{"GET /api/media/{medium}/thumbnail", everybody, nil},
	{"GET /api/users", everybody, nil},
	{"GET /api/users/{person}", everybody, nil},
	{"POST /api/users/{person}/follow", members, nil},
	{"DELETE /api/users/{person}/unfollow", members, nil},
	{"DELETE /api/users/{person}/follow", members, nil},
	{"GET /api/users/{person}/followers", everybody, nil},
	{"GET /api/users/{person}/following", everybody, nil},
	{"GET /api/users/{person}/posts", everybody, nil},
	{"POST /api/users/{person}/mute", members, nil},
	{"DELETE /api/users/{person}/mute", members, nil},
	{"POST /api/users/{person}/block", members, nil},
	{"DELETE /api/users/{person}/block", members, nil},
	{"GET /api/users/me", members, nil},
	{"GET /api/users/me/liked-posts", members, nil},
	{"GET /api/users/me/bookmarks", members, nil},
	{"GET /api/users/me/drafts", members, nil},
	{"GET /api/users/me/media", members, nil},
	{"GET /api/users/me/stats", members, nil},
	{"GET /api/users/me/mutes", members, nil},
	{"GET /api/users/me/blocks", members, nil},
	{"GET /api/search", everybody, nil},
	{"GET /api/analytics/overview", everybody, nil},
	{"GET /api/analytics/trending", everybody, nil},
	{"GET /api/analytics/posts/{post}", membersAndRoot, nil},
	// the last ones take away what the others need
	{"DELETE /api/comments/{comment}", membersAndRoot, nil},
	{"DELETE /api/media/{medium}", members, nil},
	{"DELETE /api/posts/{post}", membersAndRoot, nil},
}

// places is a post, a comment, a medium and a person to put into the routes.
func places(t testing.TB, w *world) *strings.Replacer {
	t.Helper()
	medium := w.upload(t, "ada")
	post := w.write(t, "ada", map[string]any{"media": []string{medium}})
	return strings.NewReplacer("{post}", post, "{comment}", w.comment(t, "ada", post, "Mine"), "{medium}", medium, "{person}", testapp.ID("ada"))
}

func TestContractWhoMayCall(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		put := places(t, w)
		for _, route := range routesOfTheContract {
			t.Run(route.what, func(t *testing.T) {
				asked := func(who string) int {
					return w.ask(t, who, put.Replace(route.what), route.body).Code
				}
				if route.may == everybody {
					if code := asked(stranger); code == 404 || code == 403 || code == 401 && !strings.Contains(route.what, "/auth/") {
						t.Errorf("a stranger gets %d", code)
					}
					return
				}
				for _, nobody := range []string{stranger, "token:nonsense", "token:eyJhbGciOiJub25lIn0.eyJpZCI6IngifQ."} {
					equal(t, "a stranger gets", asked(nobody), 401)
				}
				if route.may == members {
					equal(t, "a superuser gets", asked(root), 403)
				}
			})
		}
	})
}

func TestContractUnknownPlaces(t *testing.T) {
	w := newWorld(t)
	for _, what := range []string{
		"GET /api/nothing", "GET /api/posts/x/y/z", "POST /api/posts/abcdefghijklmno", "DELETE /api/posts", "PUT /api/posts", "PATCH /api/users/me/stats", "GET /api/auth/login", "DELETE /api/search",
		"GET /api/collections/nothing/records", "POST /api/analytics/overview", "GET /api/users/me/nothing", "GET /api/posts/feed/x", "TRACE /api/posts", "PROPFIND /api/posts", "GET /api/media",
		"GET /api/auth/nothing", "GET /api/comments/abcdefghijklmno",
	} {
		t.Run(what, func(t *testing.T) { w.ask(t, "ada", what, nil).is(404, 405) })
	}
}

func TestContractHEAD(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		put := places(t, w)
		for _, path := range []string{"/api/posts", "/api/posts/{post}", "/api/users", "/api/users/{person}", "/api/media/{medium}/stream", "/api/media/{medium}/thumbnail", "/api/analytics/overview", "/api/users/me"} {
			w.ask(t, "ada", put.Replace("HEAD "+path), nil).is(200)
		}
		w.ask(t, stranger, "HEAD /api/users/me", nil).is(401)
		w.ask(t, stranger, "HEAD /api/posts/abcdefghijklmno", nil).is(404)
	})
}

var hangul = regexp.MustCompile(`[가-힣]`)

func TestContractErrorsSpeakTheReadersLanguage(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		put := places(t, w)
		in := func(t *testing.T, language, who, what string, body any) *reply {
			t.Helper()
			r := w.request(t, put.Replace(what), body)
			w.sign(t, r, who)
			if language != "" {
				r.Header.Set("Accept-Language", language)
			}
			return w.send(t, r)
		}
		for _, row := range []struct {
			who, what string
			body      any
			field     string
		}{
			{stranger, "POST /api/posts", nil, ""},
			{root, "POST /api/posts", nil, ""},
			{"bob", "GET /api/posts/abcdefghijklmno", nil, ""},
			{"bob", "PATCH /api/posts/{post}", map[string]any{"title": "Mine now"}, ""},
			{"bob", "PATCH /api/comments/{comment}", map[string]any{"content": "x"}, ""},
			{"bob", "DELETE /api/comments/{comment}", nil, ""},
			{"bob", "PATCH /api/media/{medium}", map[string]any{"alt_text": "x"}, ""},
			{"bob", "GET /api/analytics/posts/{post}", nil, ""},
			{"bob", "GET /api/nothing", nil, ""},
			{"ada", "POST /api/posts", map[string]any{"title": "x", "content": "x"}, "title"},
			{"ada", "POST /api/posts", map[string]any{"title": strings.Repeat("x", 300), "content": "x"}, "title"},
			{"ada", "POST /api/posts", map[string]any{"title": "Title", "content": "x", "visibility": "x"}, "visibility"},
			{"ada", "POST /api/posts", map[string]any{"title": "Title", "content": "x", "tags": []string{""}}, "tags"},
			{"ada", "POST /api/posts", map[string]any{"title": "카지노 광고", "content": "x"}, "title"},
			{"ada", "POST /api/posts", map[string]any{"title": "Title", "content": "x", "media": []string{"x"}}, "media"},
			{"ada", "POST /api/posts", map[string]any{"title": "Title", "content": "x", "status": "scheduled"}, "publish_at"},
			{"ada", "POST /api/posts", map[string]any{"title": "Title", "content": "x", "status": "scheduled", "publish_at": "x"}, "publish_at"},
			{"ada", "POST /api/posts", map[string]any{"title": "Title", "content": "x", "visibility": "public", "is_public": false}, "is_public"},
			{"ada", "POST /api/posts", raw{"application/json", "{"}, ""},
			{"ada", "POST /api/users/{person}/follow", nil, "following"},
			{"ada", "POST /api/users/{person}/block", nil, "target"},
			{"ada", "POST /api/media", parts{"file": file{"x.txt", []byte("x")}}, "file"},
			{"ada", "POST /api/media", parts{"file": file{"x.png", []byte("x")}}, "file"},
			{"ada", "POST /api/media", parts{"file": file{"x.png", append(picture(t), make([]byte, 5<<20)...)}}, "file"},
			{"ada", "POST /api/media", parts{"file": file{"x.png", picture(t)[:60]}}, "file"},
			{"ada", "POST /api/media", nil, "file"},
			{"ada", "PATCH /api/auth/profile", map[string]any{"phone": "x"}, "phone"},
			{"ada", "POST /api/auth/password/change", map[string]any{"old_password": "x", "new_password": "x", "new_password_confirm": "x"}, "old_password"},
			{stranger, "GET /api/posts?page=x", nil, "page"},
			{stranger, "GET /api/posts?cursor=x", nil, "cursor"},
			{stranger, "GET /api/posts?ordering=x", nil, "ordering"},
			{stranger, "GET /api/posts?created_after=x", nil, "created_after"},
			{stranger, "GET /api/posts?is_public=x", nil, "is_public"},
			{stranger, "GET /api/analytics/trending?period=x", nil, "period"},
			{stranger, "GET /api/search?type=x", nil, "type"},
			{stranger, "GET /api/media/{medium}/thumbnail?size=x", nil, "size"},
			{stranger, "POST /api/auth/login", map[string]any{"username": "ada", "password": "wrong-Harbour-7"}, ""},
			{stranger, "POST /api/auth/login", nil, "identity"},
			{stranger, "POST /api/auth/token/refresh", map[string]any{"refresh": "x"}, ""},
			{stranger, "POST /api/auth/register", map[string]any{"username": "a!", "email": "x", "password": "1234567890", "password_confirm": "x"}, "email"},
			{stranger, "POST /api/auth/register", map[string]any{"username": "admin", "email": "x@example.net", "password": "quiet-Harbour-7", "password_confirm": "quiet-Harbour-7"}, "username"},
			{"bob", "POST /api/collections/posts/records", map[string]any{"title": "x"}, "title"},
			{"bob", "PATCH /api/collections/posts/records/{post}", map[string]any{"title": "Mine now"}, ""},
			{"bob", "GET /api/collections/sessions/records", nil, ""},
			{"bob", "POST /api/batch", map[string]any{"requests": []any{}}, ""},
			{stranger, "POST /api/collections/users/auth-with-password", map[string]any{"identity": "ada", "password": "x"}, ""},
		} {
			t.Run(fmt.Sprintf("%s as %q", row.what, row.who), func(t *testing.T) {
				ko, en, plain := in(t, "ko-KR,ko;q=0.9,en;q=0.5", row.who, row.what, row.body), in(t, "en", row.who, row.what, row.body), in(t, "", row.who, row.what, row.body)
				if ko.Code < 400 {
					t.Fatalf("not refused: %s", ko.said())
				}
				equal(t, "status", ko.Code, en.Code)
				equal(t, "without a language", plain.Body.String(), en.Body.String())
				if message := ko.text("message"); !hangul.MatchString(message) {
					t.Errorf("Korean message: %q", message)
				}
				if message := en.text("message"); hangul.MatchString(message) {
					t.Errorf("English message: %q", message)
				}
				if row.field == "" {
					return
				}
				if en.Code == 413 && !strings.Contains(ko.text("message")+ko.text("data", row.field, "message"), "5") {
					t.Errorf("the limit isn't told in Korean: %s", ko.said())
				}
				code, message := ko.text("data", row.field, "code"), ko.text("data", row.field, "message")
				if code == "" || code != en.text("data", row.field, "code") {
					t.Errorf("codes differ: %s and %s", ko.said(), en.said())
				}
				if !hangul.MatchString(message) || strings.ContainsAny(message, "{}") {
					t.Errorf("Korean message beside %s: %q", row.field, message)
				}
				if message := en.text("data", row.field, "message"); message == "" || hangul.MatchString(message) || strings.ContainsAny(message, "{}") {
					t.Errorf("English message beside %s: %q", row.field, message)
				}
			})
		}
	})
}

// rowsWithID are the routes with something in their path.
func rowsWithID() []string {
	var routes []string
	for _, r := range routesOfTheContract {
		if strings.Contains(r.what, "{") {
			routes = append(routes, r.what)
		}
	}
	return routes
}

var placeholder = regexp.MustCompile(`\{\w+\}`)

func TestContractOddIDs(t *testing.T) {
	w := newWorld(t)
	odd := []string{
		"x", "0", "-1", "ABCDEFGHIJKLMNO", "abcdefghijklmn", "abcdefghijklmnop", "%00", "abc%00defghijklm", "%ff%fe", "%F0%9F%90%88", "..%2f..%2fetc%2fpasswd", "%2e%2e", "a%2Fb", "'", "%22", "1'%20OR%20'1'='1",
		"%25", "*", "null", "undefined", "true", "[]", "{}", "%7Bid%7D", "@", "@%00", "@ada%00", "@'", "@" + strings.Repeat("a", 3000), strings.Repeat("a", 5000), "%EA%B0%80", "a;b", "a%0d%0ab", "%20", "+", "__proto__",
	}
	for _, route := range rowsWithID() {
		t.Run(route, func(t *testing.T) {
			for _, id := range odd {
				r := httptest.NewRequest(strings.Fields(route)[0], "/", strings.NewReader(`{"content":"x","title":"xx","alt_text":"x"}`))
				u, err := url.Parse(placeholder.ReplaceAllLiteralString(strings.Fields(route)[1], id))
				if err != nil {
					t.Fatal(err)
				}
				r.URL = u
				r.Header.Set("Content-Type", "application/json")
				w.sign(t, r, "bob")
				w.send(t, r).is(400, 404)
			}
		})
	}
	for _, collection := range slices.Sorted(slices.Values([]string{"users", "posts", "media", "likes", "comments", "follows", "tags"})) {
		t.Run("native "+collection, func(t *testing.T) {
			for _, id := range odd {
				for _, method := range []string{"GET", "PATCH", "DELETE"} {
					r := httptest.NewRequest(method, "/", strings.NewReader(`{}`))
					u, err := url.Parse("/api/collections/" + collection + "/records/" + id)
					if err != nil {
						t.Fatal(err)
					}
					r.URL = u
					r.Header.Set("Content-Type", "application/json")
					w.sign(t, r, "bob")
					w.send(t, r).is(400, 403, 404)
				}
			}
		})
	}
}
