package hooks_test

import (
	"net/http"
	"testing"

	"madang/testapp"
)

// join registers somebody who knows nobody.
func join(app *testapp.App, username string) string {
	app.POST("", "/api/auth/register", map[string]any{
		"username": username, "email": username + "@example.com", "password": testapp.Password, "password_confirm": testapp.Password,
	}).Want(http.StatusCreated)
	return username
}

func TestFollowSomebody(t *testing.T) {
	app := testapp.New(t)
	fan, star := join(app, "fan"), join(app, "star")
	app.POST("", "/api/users/@star/follow", nil).Want(http.StatusUnauthorized)
	app.POST(fan, "/api/users/@nobody/follow", nil).Want(http.StatusNotFound)
	app.POST(fan, "/api/users/@fan/follow", nil).Want(http.StatusBadRequest).WantCode("following", "validation_self_follow")
	first := app.POST(fan, "/api/users/@star/follow", nil).Want(http.StatusCreated)
	again := app.POST(fan, "/api/users/@STAR/follow/", nil).Want(http.StatusOK)
	if first.Int("followers_count") != 1 || again.Int("followers_count") != 1 || first.Get("is_following") != true {
		t.Errorf("%v then %v", first.JSON, again.JSON)
	}
	profile := app.GET(fan, "/api/users/@star").Want(http.StatusOK)
	if profile.Get("is_following") != true || profile.Get("is_followed_by") != false {
		t.Errorf("profile: %v", profile.JSON)
	}
	if me := app.GET(star, "/api/users/@fan"); me.Get("is_followed_by") != true || me.Int("following_count") != 1 {
		t.Errorf("the other way: %v", me.JSON)
	}
	for path, want := range map[string]string{"/api/users/@star/followers": fan, "/api/users/@fan/following": star} {
		if rows := app.GET("", path).Want(http.StatusOK).Results(); len(rows) != 1 || rows[0]["username"] != want {
			t.Errorf("%s: %v", path, rows)
		}
	}
	gone := app.Do(fan, http.MethodDelete, "/api/users/@star/unfollow", nil).Want(http.StatusOK)
	if gone.Int("followers_count") != 0 || gone.Get("is_following") != false {
		t.Errorf("after unfollowing: %v", gone.JSON)
	}
	app.Do(fan, http.MethodDelete, "/api/users/@star/follow", nil).Want(http.StatusOK)
}

func TestTheTimelineHasThoseOneFollowsAndOneself(t *testing.T) {
	app := testapp.New(t)
	fan, star, other := join(app, "fan"), join(app, "star"), join(app, "other")
	mine := post(app, fan, nil)
	theirs := post(app, star, map[string]any{"visibility": "followers"})
	post(app, other, nil)
	post(app, star, map[string]any{"visibility": "private"})
	timeline := func() []string {
		var ids []string
		for _, p := range app.GET(fan, "/api/posts/feed").Want(http.StatusOK).Results() {
			ids = append(ids, p["id"].(string))
		}
		return ids
	}
	if got := timeline(); len(got) != 1 || got[0] != mine {
		t.Errorf("before following: %v", got)
	}
	app.POST(fan, "/api/users/@star/follow", nil).Want(http.StatusCreated)
	if got := timeline(); len(got) != 2 || got[0] != theirs || got[1] != mine {
		t.Errorf("after following: %v, want %s and %s", got, theirs, mine)
	}
	app.POST(fan, "/api/users/@star/mute", nil).Want(http.StatusCreated)
	if got := timeline(); len(got) != 1 {
		t.Errorf("a muted person is in the timeline: %v", got)
	}
}
