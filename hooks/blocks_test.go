package hooks_test

import (
	"net/http"
	"testing"

	"madang/testapp"
)

func TestABlockEndsEverythingBetweenTwo(t *testing.T) {
	app := testapp.New(t)
	her, him := join(app, "her"), join(app, "him")
	id := post(app, her, nil)
	app.POST(him, "/api/users/@her/follow", nil).Want(http.StatusCreated)
	app.POST(her, "/api/users/@him/follow", nil).Want(http.StatusCreated)

	app.POST(her, "/api/users/@her/block", nil).Want(http.StatusBadRequest).WantCode("target", "validation_self_target")
	if x := app.POST(her, "/api/users/@him/block", nil).Want(http.StatusCreated); x.Get("is_blocked") != true {
		t.Errorf("block: %v", x.JSON)
	}
	app.POST(her, "/api/users/@him/block", nil).Want(http.StatusOK)

	for _, who := range []string{"her", "him"} {
		u := app.GET("", "/api/users/@"+who)
		if u.Int("followers_count") != 0 || u.Int("following_count") != 0 {
			t.Errorf("%s still counts %v", who, u.JSON)
		}
	}
	app.GET(him, "/api/posts/"+id).Want(http.StatusNotFound)
	app.GET(him, "/api/collections/posts/records/"+id).Want(http.StatusNotFound)
	app.POST(him, "/api/posts/"+id+"/like", nil).Want(http.StatusNotFound)
	app.POST(him, "/api/posts/"+id+"/comments", map[string]any{"content": "hey"}).Want(http.StatusNotFound)
	app.POST(him, "/api/users/@her/follow", nil).Want(http.StatusNotFound)
	app.GET("", "/api/posts/"+id).Want(http.StatusOK)
	if rows := app.GET(her, "/api/users/me/blocks").Want(http.StatusOK).Results(); len(rows) != 1 || rows[0]["username"] != him {
		t.Errorf("blocks: %v", rows)
	}

	app.Do(her, http.MethodDelete, "/api/users/@him/block", nil).Want(http.StatusOK)
	app.GET(him, "/api/posts/"+id).Want(http.StatusOK)
}

func TestAMuteHidesFromListsAlone(t *testing.T) {
	app := testapp.New(t)
	reader, loud := join(app, "reader"), join(app, "loud")
	id := post(app, loud, map[string]any{"title": "Loud words"})
	app.POST(reader, "/api/users/@loud/mute", nil).Want(http.StatusCreated)
	for _, p := range app.GET(reader, "/api/posts?page_size=100").Results() {
		if p["id"] == id {
			t.Error("a muted person's post is in the list")
		}
	}
	app.GET(reader, "/api/posts/"+id).Want(http.StatusOK)
	if rows := app.GET(reader, "/api/users/me/mutes").Results(); len(rows) != 1 {
		t.Errorf("mutes: %v", rows)
	}
	app.Do(reader, http.MethodDelete, "/api/users/@loud/mute", nil).Want(http.StatusOK)
	if first := app.GET(reader, "/api/posts").Results()[0]; first["id"] != id {
		t.Error("unmuted, but still not in the list")
	}
}
