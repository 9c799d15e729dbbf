package openapi_test

import (
	"bytes"
	"image"
	"image/png"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"madang/openapi/check"
	"madang/testapp"
)

// witness asks the app and holds every answer against the document.
type witness struct {
	t   *testing.T
	app *testapp.App
	doc *check.Document
}

func newWitness(t *testing.T) *witness {
	app := testapp.New(t)
	return &witness{t, app, check.Load(t, app.GET("", "/api/schema").Body.Bytes())}
}

// send sends r and fails the test unless the answer has the status and is as described.
func (w *witness) send(r *http.Request, status int) *testapp.Answer {
	w.t.Helper()
	answer := w.app.Send(r)
	answer.Want(status)
	check.Response(w.t, w.doc, r, answer.Result())
	return answer
}

// ask sends body, JSON or nothing, as who and expects the status.
func (w *witness) ask(status int, who, method, path, body string) *testapp.Answer {
	w.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if who != "" {
		r.Header.Set("Authorization", "Bearer "+w.app.Token(who))
	}
	return w.send(r, status)
}

// upload sends a picture as who.
func (w *witness) upload(status int, who, path, name string, content []byte) *testapp.Answer {
	w.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", name)
	if err == nil {
		_, err = part.Write(content)
	}
	if err == nil {
		err = form.Close()
	}
	if err != nil {
		w.t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, path, &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("Authorization", "Bearer "+w.app.Token(who))
	return w.send(r, status)
}

func picture(t *testing.T) []byte {
	var out bytes.Buffer
	if err := png.Encode(&out, image.NewGray(image.Rect(0, 0, 40, 30))); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestAccountsAnswerAsDescribed(t *testing.T) {
	w := newWitness(t)
	joined := w.ask(201, "", "POST", "/api/auth/register", `{"username":"newcomer","email":"new@example.com","password":"Quiet-River-77","password_confirm":"Quiet-River-77"}`)
	w.ask(400, "", "POST", "/api/auth/register", `{"username":"x"}`)
	w.ask(200, "", "POST", "/api/auth/login", `{"username":"newcomer","password":"Quiet-River-77"}`)
	w.ask(401, "", "POST", "/api/auth/login", `{"username":"newcomer","password":"wrong"}`)
	w.ask(400, "", "POST", "/api/auth/login", `{`)
	w.ask(200, "", "POST", "/api/auth/token/refresh", `{"refresh":"`+joined.String("refresh")+`"}`)
	w.ask(401, "", "POST", "/api/auth/token/refresh", `{"refresh":"`+joined.String("refresh")+`"}`)
	w.ask(200, testapp.Ada, "GET", "/api/auth/profile/", "")
	w.ask(401, "", "GET", "/api/auth/profile", "")
	w.ask(200, testapp.Ada, "PATCH", "/api/auth/profile", `{"bio":"Knits.","locale":"ko"}`)
	w.ask(400, testapp.Ada, "PATCH", "/api/auth/profile", `{"phone":"12"}`)
	sessions := w.ask(200, testapp.Ada, "GET", "/api/auth/sessions", "")
	if len(sessions.Results()) == 0 {
		t.Error("no session to describe")
	}
	w.ask(404, testapp.Ada, "DELETE", "/api/auth/sessions/nosuchsession00", "")
	w.ask(400, testapp.Ada, "POST", "/api/auth/password/change", `{"old_password":"no"}`)
	w.ask(200, testapp.Bob, "POST", "/api/auth/password/change", `{"old_password":"`+testapp.Password+`","new_password":"Quiet-River-78","new_password_confirm":"Quiet-River-78"}`)
	out := w.ask(200, "", "POST", "/api/auth/login", `{"username":"newcomer","password":"Quiet-River-77"}`)
	r := httptest.NewRequest("POST", "/api/auth/logout", strings.NewReader(`{"refresh":"`+out.String("refresh")+`"}`))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+out.String("access"))
	w.send(r, 204)

	r = httptest.NewRequest("GET", "/api/users/me", nil)
	r.Header.Set("Authorization", "Bearer "+w.app.Superuser())
	w.send(r, 403)
}

func TestPostsAnswerAsDescribed(t *testing.T) {
	w := newWitness(t)
	post := w.ask(201, testapp.Ada, "POST", "/api/posts", `{"title":"고양이","content":"# 안녕 *고양이*","tags":["cats"]}`).String("id")
	path := "/api/posts/" + post
	w.ask(400, testapp.Ada, "POST", "/api/posts", `{"title":""}`)
	w.ask(401, "", "POST", "/api/posts", `{"title":"No","content":"No"}`)
	w.ask(200, "", "GET", "/api/posts", "")
	w.ask(200, testapp.Ada, "GET", "/api/posts?page_size=3&ordering=-likes_count&has_media=false", "")
	w.ask(200, "", "GET", "/api/posts?cursor=&page_size=5", "")
	w.ask(400, "", "GET", "/api/posts?ordering=luck&page=0", "")
	w.ask(200, testapp.Bob, "GET", "/api/posts/feed", "")
	w.ask(200, "", "GET", path, "")
	w.ask(200, testapp.Bob, "GET", path+"/", "")
	w.ask(404, "", "GET", "/api/posts/nosuchpost00000", "")
	w.ask(403, testapp.Bob, "PATCH", path, `{"title":"Mine now"}`)
	w.ask(200, testapp.Ada, "PATCH", path, `{"title":"고양이 둘"}`)
	w.ask(200, testapp.Ada, "PUT", path, `{"title":"고양이 셋","content":"셋"}`)
	w.ask(201, testapp.Bob, "POST", path+"/like", "")
	w.ask(200, testapp.Bob, "POST", path+"/like", "")
	w.ask(200, "", "GET", path+"/likes", "")
	w.ask(200, testapp.Bob, "DELETE", path+"/unlike", "")
	w.ask(404, testapp.Bob, "POST", "/api/posts/nosuchpost00000/like", "")
	w.ask(201, testapp.Bob, "POST", path+"/bookmark", "")
	w.ask(200, testapp.Bob, "GET", "/api/users/me/bookmarks", "")
	w.ask(200, testapp.Bob, "DELETE", path+"/bookmark", "")
	comment := w.ask(201, testapp.Bob, "POST", path+"/comments", `{"content":"예쁘다"}`).String("id")
	reply := w.ask(201, testapp.Ada, "POST", "/api/comments/"+comment+"/reply", `{"content":"고마워"}`).String("id")
	w.ask(400, testapp.Bob, "POST", "/api/comments/"+reply+"/reply", `{"content":"또"}`)
	w.ask(200, "", "GET", path+"/comments", "")
	w.ask(200, "", "GET", "/api/comments/"+comment+"/replies", "")
	w.ask(200, testapp.Bob, "PATCH", "/api/comments/"+comment, `{"content":"정말"}`)
	w.ask(403, testapp.Minji, "DELETE", "/api/comments/"+comment, "")
	w.ask(204, testapp.Bob, "DELETE", "/api/comments/"+comment, "")
	w.ask(200, testapp.Ada, "GET", "/api/analytics/posts/"+post, "")
	w.ask(403, testapp.Bob, "GET", "/api/analytics/posts/"+post, "")
	w.ask(201, testapp.Ada, "POST", "/api/posts", `{"title":"Later","content":"Later","status":"draft"}`)
	w.ask(200, testapp.Ada, "GET", "/api/users/me/drafts", "")
	w.ask(204, testapp.Ada, "DELETE", path, "")

	r := httptest.NewRequest("GET", "/api/posts", nil)
	r.Header.Set("If-None-Match", w.ask(200, "", "GET", "/api/posts", "").Header().Get("ETag"))
	w.send(r, 304)
}

func TestMediaAnswerAsDescribed(t *testing.T) {
	w := newWitness(t)
	medium := w.upload(201, testapp.Ada, "/api/media", "cat.png", picture(t))
	path := "/api/media/" + medium.String("id")
	w.upload(415, testapp.Ada, "/api/media", "cat.jpg", picture(t))
	w.upload(400, testapp.Ada, "/api/media", "cat.png", picture(t)[:60])
	w.ask(400, testapp.Ada, "POST", "/api/media", "{}")
	w.ask(200, testapp.Ada, "GET", path, "")
	w.ask(404, testapp.Bob, "GET", path, "")
	w.ask(200, testapp.Ada, "PATCH", path, `{"alt_text":"A cat."}`)
	w.ask(200, testapp.Ada, "GET", path+"/stream", "")
	w.ask(200, testapp.Ada, "GET", path+"/thumbnail", "")
	w.ask(400, testapp.Ada, "GET", path+"/thumbnail?size=1x1", "")
	for ranges, status := range map[string]int{"bytes=0-9": 206, "bytes=0-1,5-6": 206, "bytes=99999-": 416} {
		r := httptest.NewRequest("GET", path+"/stream", nil)
		r.Header.Set("Range", ranges)
		r.Header.Set("Authorization", "Bearer "+w.app.Token(testapp.Ada))
		w.send(r, status)
	}
	post := w.ask(201, testapp.Ada, "POST", "/api/posts", `{"title":"Cat","content":"A cat","visibility":"private","media":["`+medium.String("id")+`"]}`)
	w.ask(200, testapp.Ada, "GET", "/api/posts/"+post.String("id"), "")
	w.ask(200, testapp.Ada, "GET", "/api/users/me/media", "")
	w.upload(200, testapp.Ada, "/api/collections/media/records", "cat.png", picture(t))
	w.upload(415, testapp.Ada, "/api/collections/media/records", "cat.gif", picture(t))
	w.ask(204, testapp.Ada, "DELETE", path, "")
}

func TestPeopleAnswerAsDescribed(t *testing.T) {
	w := newWitness(t)
	bob := "/api/users/" + testapp.ID(testapp.Bob)
	w.ask(200, "", "GET", "/api/users", "")
	w.ask(400, "", "GET", "/api/users?ordering=luck", "")
	w.ask(200, "", "GET", "/api/users/@"+testapp.Bob, "")
	w.ask(404, "", "GET", "/api/users/@nobody.at.all", "")
	w.ask(200, testapp.Ada, "GET", bob+"/posts", "")
	w.ask(200, testapp.Minji, "DELETE", bob+"/unfollow", "")
	w.ask(201, testapp.Minji, "POST", bob+"/follow", "")
	w.ask(200, testapp.Minji, "POST", bob+"/follow", "")
	w.ask(400, testapp.Bob, "POST", bob+"/follow", "")
	w.ask(200, "", "GET", bob+"/followers", "")
	w.ask(200, testapp.Minji, "GET", bob+"/following", "")
	w.ask(201, testapp.Minji, "POST", bob+"/mute", "")
	w.ask(200, testapp.Minji, "GET", "/api/users/me/mutes", "")
	w.ask(200, testapp.Minji, "DELETE", bob+"/mute", "")
	w.ask(201, testapp.Minji, "POST", bob+"/block", "")
	w.ask(200, testapp.Minji, "GET", "/api/users/me/blocks", "")
	w.ask(404, testapp.Bob, "POST", "/api/users/"+testapp.ID(testapp.Minji)+"/follow", "")
	w.ask(200, testapp.Minji, "DELETE", bob+"/block", "")
	w.ask(200, testapp.Ada, "GET", "/api/users/me", "")
	w.ask(200, testapp.Ada, "GET", "/api/users/me/liked-posts", "")
	w.ask(200, testapp.Ada, "GET", "/api/users/me/stats", "")
	w.ask(400, testapp.Ada, "GET", "/api/users/me/stats?period=1y", "")
}

func TestFindingAndCountingAnswerAsDescribed(t *testing.T) {
	w := newWitness(t)
	for _, kind := range []string{"posts", "users", "tags"} {
		if len(w.ask(200, "", "GET", "/api/search?q=a&page_size=5&type="+kind, "").Results()) == 0 && kind != "posts" {
			t.Errorf("no %s to describe", kind)
		}
	}
	w.ask(200, testapp.Ada, "GET", "/api/search?q=%EA%B3%A0%EC%96%91%EC%9D%B4", "")
	w.ask(400, "", "GET", "/api/search?q=a&type=cars", "")
	w.ask(200, "", "GET", "/api/posts?search=a", "")
	w.ask(200, "", "GET", "/api/analytics/overview", "")
	w.ask(200, "", "GET", "/api/analytics/trending?period=30d", "")
	w.ask(400, "", "GET", "/api/analytics/trending?period=eternity", "")
	for _, path := range []string{"/api/schema", "/api/schema?format=yaml", "/api/schema/swagger-ui/", "/api/schema/redoc"} {
		w.ask(200, "", "GET", path, "")
	}
	w.ask(400, "", "GET", "/api/schema?format=xml", "")
}

func TestNativeRoutesAnswerAsDescribed(t *testing.T) {
	w := newWitness(t)
	signedIn := w.ask(200, "", "POST", "/api/collections/users/auth-with-password", `{"identity":"ada","password":"`+testapp.Password+`"}`)
	if signedIn.String("record", "email") == "" {
		t.Error("the owner doesn't see their address")
	}
	w.ask(400, "", "POST", "/api/collections/users/auth-with-password", `{"identity":"ada","password":"wrong"}`)
	w.ask(200, testapp.Ada, "POST", "/api/collections/users/auth-refresh", "")
	w.ask(401, "", "POST", "/api/collections/users/auth-refresh", "")
	for _, c := range []string{"posts", "users", "media", "likes", "follows", "comments", "tags", "bookmarks"} {
		for _, who := range []string{"", testapp.Ada, testapp.Sora} {
			w.ask(200, who, "GET", "/api/collections/"+c+"/records?perPage=5", "")
		}
	}
	w.ask(200, "", "GET", "/api/collections/posts/records?expand=author&perPage=3&fields=id,title&skipTotal=true", "")
	w.ask(403, "", "GET", "/api/collections/sessions/records", "")
	w.ask(400, "", "GET", "/api/collections/posts/records?filter=(", "")
	post := w.ask(200, testapp.Ada, "POST", "/api/collections/posts/records", `{"title":"Native","content":"Born elsewhere"}`).String("id")
	w.ask(200, "", "GET", "/api/collections/posts/records/"+post+"?expand=author", "")
	w.ask(404, "", "GET", "/api/collections/posts/records/nosuchpost00000", "")
	w.ask(200, testapp.Ada, "PATCH", "/api/collections/posts/records/"+post, `{"title":"Native still"}`)
	w.ask(400, testapp.Ada, "PATCH", "/api/collections/posts/records/"+post, `{"title":""}`)
	w.ask(200, testapp.Bob, "POST", "/api/collections/likes/records", `{"post":"`+post+`"}`)
	w.ask(404, testapp.Bob, "POST", "/api/collections/likes/records", `{"post":"nosuchpost00000"}`)
	w.ask(400, "", "POST", "/api/collections/likes/records", `{"post":"`+post+`"}`)
	w.ask(204, testapp.Ada, "DELETE", "/api/collections/posts/records/"+post, "")
	w.ask(200, "", "GET", "/api/health", "")
	w.ask(200, testapp.Ada, "POST", "/api/files/token", "")
	w.ask(401, "", "POST", "/api/files/token", "")
	w.ask(404, "", "GET", "/api/files/posts/nosuchpost00000/x.png", "")
	w.ask(403, testapp.Ada, "POST", "/api/batch", `{"requests":[]}`)
	settings := w.app.Settings()
	settings.Batch.Enabled = true
	if err := w.app.Save(settings); err != nil {
		t.Fatal(err)
	}
	w.ask(200, testapp.Ada, "POST", "/api/batch", `{"requests":[{"method":"POST","url":"/api/collections/posts/records","body":{"title":"One","content":"One"}}]}`)
	w.ask(400, testapp.Ada, "POST", "/api/batch", `{"requests":[{"method":"POST","url":"/api/collections/posts/records","body":{"title":""}}]}`)
}

// A route that says “needs a token” refuses strangers, and no other does.
func TestWhoMayCallIsTrue(t *testing.T) {
	w := newWitness(t)
	for _, r := range w.app.Deps.Documented() {
		path := strings.ReplaceAll(r.Path, "{id}", "nosuchthing0000")
		answer := w.app.Do("", r.Method, path, nil)
		if refused := answer.Code == http.StatusUnauthorized; refused != r.SignedIn {
			t.Errorf("%s %s: a stranger gets %d, and signed in is %v", r.Method, r.Path, answer.Code, r.SignedIn)
		}
	}
}
