package hooks_test

import (
	"net/http"
	"testing"

	"github.com/pocketbase/dbx"

	"madang/collections"
	"madang/testapp"
)

// news counts what somebody was told of that kind.
func news(t testing.TB, app *testapp.App, who, kind, post string) int {
	t.Helper()
	n, err := app.CountRecords(collections.Notifications, dbx.HashExp{"recipient": testapp.ID(who), "type": kind, "post": post})
	if err != nil {
		t.Fatal(err)
	}
	return int(n)
}

// post writes a public post as who and returns its id.
func post(app *testapp.App, who string, more map[string]any) string {
	body := map[string]any{"title": "A test post", "content": "Some words."}
	for k, v := range more {
		body[k] = v
	}
	return app.POST(who, "/api/posts", body).Want(http.StatusCreated).String("id")
}

func TestLikeAPost(t *testing.T) {
	app := testapp.New(t)
	id := post(app, testapp.Ada, nil)
	path := "/api/posts/" + id + "/like"

	app.POST("", path, nil).Want(http.StatusUnauthorized)
	app.POST(testapp.Bob, "/api/posts/nosuchpost00000/like", nil).Want(http.StatusNotFound)
	if n := app.POST(testapp.Bob, path, nil).Want(http.StatusCreated).Int("likes_count"); n != 1 {
		t.Errorf("first like: %d", n)
	}
	if n := app.POST(testapp.Bob, path+"/", nil).Want(http.StatusOK).Int("likes_count"); n != 1 {
		t.Errorf("second like of the same person: %d", n)
	}
	app.POST(testapp.Ada, path, nil).Want(http.StatusCreated)
	if n := news(t, app, testapp.Ada, "like", id); n != 1 {
		t.Errorf("the author was told %d times, want once, and not of their own like", n)
	}
	detail := app.GET(testapp.Bob, "/api/posts/"+id).Want(http.StatusOK)
	if detail.Int("likes_count") != 2 || detail.Get("is_liked") != true {
		t.Errorf("detail: %v", detail.JSON)
	}
	likers := app.GET("", "/api/posts/"+id+"/likes").Want(http.StatusOK).Results()
	if len(likers) != 2 || likers[0]["username"] != testapp.Ada {
		t.Errorf("likers: %v, want the newest first", likers)
	}
}

func TestTakeALikeBack(t *testing.T) {
	app := testapp.New(t)
	id := post(app, testapp.Ada, nil)
	app.POST(testapp.Bob, "/api/posts/"+id+"/like", nil).Want(http.StatusCreated)
	for range 2 {
		back := app.Do(testapp.Bob, http.MethodDelete, "/api/posts/"+id+"/unlike", nil).Want(http.StatusOK)
		if back.Int("likes_count") != 0 || back.Get("is_liked") != false {
			t.Errorf("after taking it back: %v", back.JSON)
		}
	}
	if n := news(t, app, testapp.Ada, "like", id); n != 0 {
		t.Errorf("%d news of a like that was taken back", n)
	}
}

func TestALikeThroughTheNativeAPIMovesTheSameCounter(t *testing.T) {
	app := testapp.New(t)
	id := post(app, testapp.Ada, nil)
	const native = "/api/collections/likes/records"
	app.POST("", native, map[string]any{"post": id}).Want(http.StatusBadRequest)
	app.POST(testapp.Bob, native, map[string]any{"post": id, "user": testapp.ID(testapp.Minji)}).Want(http.StatusBadRequest)
	like := app.POST(testapp.Bob, native, map[string]any{"post": id}).Want(http.StatusOK)
	if like.String("user") != testapp.ID(testapp.Bob) {
		t.Errorf("the like is of %s", like.String("user"))
	}
	if n := app.GET("", "/api/posts/"+id).Int("likes_count"); n != 1 {
		t.Errorf("likes_count = %d", n)
	}
	app.Do(testapp.Minji, http.MethodDelete, native+"/"+like.String("id"), nil).Want(http.StatusNotFound)
	app.Do(testapp.Bob, http.MethodDelete, native+"/"+like.String("id"), nil).Want(http.StatusNoContent)
	if n := app.GET("", "/api/posts/"+id).Int("likes_count"); n != 0 {
		t.Errorf("likes_count after the native delete = %d", n)
	}
}
