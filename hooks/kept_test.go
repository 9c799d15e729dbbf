package hooks_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"

	"github.com/pocketbase/dbx"

	"madang/collections"
	"madang/testapp"
)

// TestWhatIsKeptIsNeverOlderThanAWrite: after the answer to any write, whoever wrote by whatever way, strangers get what they
// would get if nothing were kept.
func TestWhatIsKeptIsNeverOlderThanAWrite(t *testing.T) {
	app := testapp.New(t)
	app.Undescribed = true // holding hundreds of answers to the API document takes long
	r := rand.New(rand.NewPCG(9, 1))
	other, err := collections.ConnectDB(filepath.Join(app.DataDir(), "data.db")) // another program
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	post := firstPublicPost(t, app, testapp.Ada)
	var author string
	if err := app.DB().NewQuery("SELECT u.username FROM posts p JOIN users u ON u.id = p.author WHERE p.id = {:id}").Bind(dbx.Params{"id": post}).Row(&author); err != nil {
		t.Fatal(err)
	}
	reads := []string{
		"/api/posts", "/api/posts?ordering=-likes_count", "/api/posts?cursor=", "/api/posts/" + post + "/likes", "/api/posts/" + post + "/comments",
		"/api/users/@ada", "/api/users", "/api/users/@ada/followers", "/api/analytics/overview", "/api/analytics/trending?period=30d",
	}
	people := []string{testapp.Ada, testapp.Bob, testapp.Minji}
	writes := map[string]func(who string, n int){
		"like":   func(who string, _ int) { app.POST(who, "/api/posts/"+post+"/like", nil) },
		"unlike": func(who string, _ int) { app.Do(who, http.MethodDelete, "/api/posts/"+post+"/unlike", nil) },
		"follow": func(who string, _ int) { app.POST(who, "/api/users/@ada/follow", nil) },
		"view":   func(who string, _ int) { app.GET(who, "/api/posts/"+post).Want(200) },
		"comment": func(who string, n int) {
			app.POST(who, "/api/posts/"+post+"/comments", map[string]any{"content": fmt.Sprint("comment ", n)}).Want(201)
		},
		"post": func(who string, n int) {
			app.POST(who, "/api/posts", map[string]any{"title": fmt.Sprint("post ", n), "content": "new"}).Want(201)
		},
		"rename": func(who string, n int) {
			app.Do(who, http.MethodPatch, "/api/auth/profile", map[string]any{"name": fmt.Sprint("name ", n)}).Want(200)
		},
		"edit": func(_ string, n int) {
			app.Do(author, http.MethodPatch, "/api/posts/"+post, map[string]any{"title": fmt.Sprint("title ", n)}).Want(200)
		},
		"native": func(_ string, n int) {
			app.Do(author, http.MethodPatch, "/api/collections/posts/records/"+post, map[string]any{"content": fmt.Sprint("text ", n)}).Want(200)
		},
		"hide": func(_ string, n int) {
			if _, err := app.DB().Update(collections.Posts, dbx.Params{"is_hidden": n%2 == 0}, dbx.NewExp("id != {:id}", dbx.Params{"id": post})).Execute(); err != nil {
				t.Fatal(err)
			}
		},
		"another program": func(_ string, n int) {
			if _, err := other.Update(collections.Posts, dbx.Params{"title": fmt.Sprint("by hand ", n)}, dbx.HashExp{"id": post}).Execute(); err != nil {
				t.Fatal(err)
			}
		},
	}
	names := []string{"like", "unlike", "follow", "view", "comment", "post", "rename", "edit", "native", "hide", "another program"}
	if len(names) != len(writes) {
		t.Fatal("a write has no name")
	}
	for n := range 24 {
		for _, path := range reads { // now it is kept
			app.GET("", path).Want(200)
		}
		write := names[r.IntN(len(names))]
		if n < len(names) {
			write = names[n]
		}
		writes[write](people[r.IntN(len(people))], n)
		for _, path := range reads {
			kept := app.GET("", path).Want(200).Body.String()
			app.Deps.Kept.Forget()
			if now := app.GET("", path).Want(200).Body.String(); kept != now {
				t.Fatalf("after %s (write %d) %s is\n%s\nand would be\n%s", write, n, path, kept, now)
			}
		}
	}
}

// TestAnswersToStrangersAreKept while nothing is written, and nobody else gets them.
func TestAnswersToStrangersAreKept(t *testing.T) {
	app := testapp.New(t)
	app.Token(testapp.Bob)
	first := queries(t, app, "", "/api/posts")
	if again := queries(t, app, "", "/api/posts"); len(first) == 0 || len(again) > 0 {
		t.Errorf("the first time %d queries, the second %d: %q", len(first), len(again), again)
	}
	if member := queries(t, app, testapp.Bob, "/api/posts"); len(member) < 5 {
		t.Errorf("a member is answered by %d queries: %q", len(member), member)
	}
	if searched := queries(t, app, "", "/api/users?search=a"); len(searched) == 0 {
		t.Error("nothing was asked")
	}
	if searched := queries(t, app, "", "/api/users?search=a"); len(searched) == 0 {
		t.Error("a search is kept")
	}
	tag := app.GET("", "/api/posts").Want(200).Header().Get("ETag")
	request := httptest.NewRequest(http.MethodGet, "/api/posts", nil)
	request.Header.Set("If-None-Match", tag)
	if a := app.Send(request); a.Code != http.StatusNotModified || tag == "" {
		t.Errorf("who has %s is answered with %d", tag, a.Code)
	}
}
