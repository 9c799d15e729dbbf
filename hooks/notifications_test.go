package hooks_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"madang/notify"
	"madang/testapp"
)

// newsOf are the notifications of somebody, and how many are unread.
func newsOf(app *testapp.App, who, query string) ([]map[string]any, int) {
	a := app.GET(who, "/api/notifications"+query).Want(http.StatusOK)
	return a.Results(), a.Int("unread_count")
}

// author makes somebody with a post, whom nobody knows yet.
func author(app *testapp.App, name string) (post string) {
	join(app, name)
	return app.POST(name, "/api/posts", map[string]any{"title": "Of " + name, "content": "text"}).Want(http.StatusCreated).String("id")
}

func TestLikesOfAPostAreOneNotification(t *testing.T) {
	app := testapp.New(t)
	p := author(app, "maker")
	for _, fan := range []string{"fana", "fanb", "fanc"} {
		join(app, fan)
		app.POST(fan, "/api/posts/"+p+"/like", nil).Want(http.StatusCreated)
	}
	all, unread := newsOf(app, "maker", "")
	if len(all) != 1 || unread != 1 {
		t.Fatalf("%d unread of %v", unread, all)
	}
	one := all[0]
	actor, _ := one["actor"].(map[string]any)
	if one["type"] != "like" || one["others_count"] != 2.0 || actor["username"] != "fanc" || one["post"] != p || one["is_read"] != false ||
		one["text"] != "fanc and 2 more liked “Of maker”" || one["post_title"] != "Of maker" {
		t.Errorf("notification: %v", one)
	}
	app.Do("fanc", http.MethodDelete, "/api/posts/"+p+"/like", nil).Want(http.StatusOK)
	if all, _ := newsOf(app, "maker", ""); all[0]["others_count"] != 1.0 {
		t.Errorf("after one took it back: %v", all)
	}
	r := httptest.NewRequest(http.MethodGet, "/api/notifications/", nil)
	r.Header.Set("Authorization", "Bearer "+app.Token("maker"))
	r.Header.Set("Accept-Language", "ko")
	if said := app.Send(r).Want(http.StatusOK).Results()[0]["text"]; said != "fanb님 외 1명이 “Of maker” 글을 좋아해요" {
		t.Errorf("in Korean: %v", said)
	}
}

func TestEveryKindOfNotification(t *testing.T) {
	app := testapp.New(t)
	p := author(app, "maker")
	join(app, "fan")
	app.POST("fan", "/api/users/@maker/follow", nil).Want(http.StatusCreated)
	c := app.POST("fan", "/api/posts/"+p+"/comments", map[string]any{"content": "Well done"}).Want(http.StatusCreated).String("id")
	app.POST("maker", "/api/comments/"+c+"/reply", map[string]any{"content": "Thanks"}).Want(http.StatusCreated)
	app.POST("fan", "/api/posts", map[string]any{"title": "Look", "content": "by @maker"}).Want(http.StatusCreated)
	all, unread := newsOf(app, "maker", "")
	kinds := map[any]string{}
	for _, n := range all {
		kinds[n["type"]], _ = n["text"].(string)
	}
	if unread != 3 || kinds["follow"] != "fan started following you" || kinds["comment"] != "fan commented on “Of maker”" || kinds["mention"] != "fan mentioned you in “Look”" {
		t.Errorf("%d unread: %v", unread, kinds)
	}
	if all, _ := newsOf(app, "fan", ""); len(all) != 1 || all[0]["type"] != "reply" || all[0]["excerpt"] != "Thanks" || all[0]["comment"] == "" {
		t.Errorf("the other's: %v", all)
	}
	app.Do("fan", http.MethodDelete, "/api/comments/"+c, nil).Want(http.StatusNoContent)
	if all, unread := newsOf(app, "maker", ""); len(all) != 2 || unread != 2 {
		t.Errorf("after the comment was deleted: %d unread of %v", unread, all)
	}
}

func TestNotificationsAreRead(t *testing.T) {
	app := testapp.New(t)
	p := author(app, "maker")
	for _, fan := range []string{"fana", "fanb"} {
		join(app, fan)
		app.POST(fan, "/api/posts/"+p+"/like", nil)
		app.POST(fan, "/api/posts/"+p+"/comments", map[string]any{"content": "x"}).Want(http.StatusCreated)
	}
	all, unread := newsOf(app, "maker", "?unread=true")
	if len(all) != 3 || unread != 3 {
		t.Fatalf("%d unread of %v", unread, all)
	}
	like := ""
	for _, n := range all {
		if n["type"] == "like" {
			like, _ = n["id"].(string)
		}
	}
	read := func(who string, body any) int {
		return app.POST(who, "/api/notifications/read", body).Want(http.StatusOK).Int("unread_count")
	}
	if n := read("fana", map[string]any{"ids": []string{like}}); n != 0 {
		t.Errorf("somebody else has %d unread", n)
	}
	if _, unread := newsOf(app, "maker", ""); unread != 3 {
		t.Errorf("somebody else read them: %d", unread)
	}
	if n := read("maker", map[string]any{"ids": []string{}}); n != 3 {
		t.Errorf("no ids leave %d", n)
	}
	if n := read("maker", map[string]any{"ids": []string{like, "nothing"}}); n != 2 {
		t.Errorf("two likes were read, %d are left", n)
	}
	if all, _ := newsOf(app, "maker", "?unread=1"); len(all) != 2 {
		t.Errorf("unread: %v", all)
	}
	if n := read("maker", nil); n != 0 {
		t.Errorf("%d are left", n)
	}
	if all, _ := newsOf(app, "maker", ""); len(all) != 3 {
		t.Errorf("what was read is gone: %v", all)
	}
	app.GET("maker", "/api/notifications?unread=perhaps").Want(http.StatusBadRequest).WantCode("unread", "validation_in_invalid")
	app.POST("maker", "/api/notifications/read", map[string]any{"ids": make([]string, 101)}).Want(http.StatusBadRequest).WantCode("ids", "validation_too_many_values")
}

// TestNotificationsOfWhatOneMayNotSee: who was muted or blocked later, and posts that were closed, are not told of.
func TestNotificationsOfWhatOneMayNotSee(t *testing.T) {
	app := testapp.New(t)
	p := author(app, "maker")
	join(app, "fan")
	app.POST("fan", "/api/posts/"+p+"/like", nil).Want(http.StatusCreated)
	closed := app.POST("fan", "/api/posts", map[string]any{"title": "Look", "content": "by @maker"}).Want(http.StatusCreated).String("id")
	want := func(n int, when string) {
		t.Helper()
		if all, unread := newsOf(app, "maker", ""); len(all) != n || unread != n {
			t.Errorf("%s: %d unread of %v", when, unread, all)
		}
	}
	want(2, "at first")
	app.Do("fan", http.MethodPatch, "/api/posts/"+closed, map[string]any{"visibility": "private"}).Want(http.StatusOK)
	want(1, "a post became private")
	app.Do("fan", http.MethodPatch, "/api/posts/"+closed, map[string]any{"visibility": "public"}).Want(http.StatusOK)
	want(2, "and public again")
	app.POST("maker", "/api/users/@fan/mute", nil).Want(http.StatusCreated)
	want(0, "muted")
	app.Do("maker", http.MethodDelete, "/api/users/@fan/mute", nil).Want(http.StatusOK)
	want(2, "no longer muted")
	app.POST("fan", "/api/users/@maker/block", nil).Want(http.StatusCreated)
	want(0, "blocked by them")
}

func TestNotificationsArePaged(t *testing.T) {
	app := testapp.New(t)
	p := author(app, "maker")
	join(app, "fan")
	for range 5 {
		app.POST("fan", "/api/posts/"+p+"/comments", map[string]any{"content": "x"}).Want(http.StatusCreated)
	}
	for _, first := range []string{"?page_size=2", "?page_size=2&cursor="} {
		seen := map[any]bool{}
		pages := 0
		for at := "/api/notifications" + first; at != ""; pages++ {
			a := app.GET("maker", at).Want(http.StatusOK)
			for _, n := range a.Results() {
				seen[n["id"]] = true
			}
			at, _ = a.Get("next").(string)
		}
		if len(seen) != 5 || pages != 3 {
			t.Errorf("%s: %d on %d pages", first, len(seen), pages)
		}
	}
}

func TestOldNotificationsAreSwept(t *testing.T) {
	app := testapp.New(t)
	p := author(app, "maker")
	join(app, "fan")
	app.POST("fan", "/api/posts/"+p+"/like", nil).Want(http.StatusCreated)
	for _, c := range []struct{ days, left int }{{179, 1}, {181, 0}} {
		if err := notify.Sweep(app, time.Now().AddDate(0, 0, c.days)); err != nil {
			t.Fatal(err)
		}
		if all, _ := newsOf(app, "maker", ""); len(all) != c.left {
			t.Errorf("after %d days: %v", c.days, all)
		}
	}
}

func TestADecisionOfAModeratorIsTold(t *testing.T) {
	app := testapp.New(t)
	p := author(app, "maker")
	join(app, "reader")
	for _, c := range []struct{ action, text, by string }{
		{"warn", "A warning from the moderators", testapp.Bob}, {"remove", "Moderators removed something of yours", "reader"},
	} {
		app.POST("maker", "/api/notifications/read", nil)
		r := app.POST(c.by, "/api/reports", map[string]any{"target_type": "post", "target_id": p, "reason": "spam"})
		app.POST(testapp.Sora, "/api/moderation/"+r.String("id")+"/resolve", map[string]any{"action": c.action, "note": "No adverts, please."}).Want(http.StatusOK)
		all, unread := newsOf(app, "maker", "?unread=1")
		if unread != 1 || len(all) != 1 || all[0]["type"] != "moderation" || all[0]["text"] != c.text || all[0]["notice"] != c.action ||
			all[0]["note"] != "No adverts, please." || all[0]["entry"] == "" || all[0]["actor"].(map[string]any)["username"] != "" {
			t.Errorf("%s: %d unread of %v", c.action, unread, all)
		}
	}
}
