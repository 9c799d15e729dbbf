package hooks_test

import (
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pocketbase/dbx"

	"madang/collections"
	"madang/testapp"
)

func TestNotificationSettings(t *testing.T) {
	app := testapp.New(t)
	join(app, "maker")
	own := app.GET("maker", "/api/notifications/settings").Want(http.StatusOK)
	if own.String("digest") != "off" || own.String("quiet_from") != "" || len(own.Get("push_off").([]any)) != 0 {
		t.Errorf("at first: %v", own.JSON)
	}
	bad := func(body map[string]any, field, code string) {
		t.Helper()
		app.Do("maker", http.MethodPatch, "/api/notifications/settings", body).Want(http.StatusBadRequest).WantCode(field, code)
		app.POST("maker", "/api/collections/notification_settings/records", body).Want(http.StatusBadRequest).WantCode(field, code)
	}
	bad(map[string]any{"quiet_from": "22:00"}, "quiet_until", "validation_required")
	bad(map[string]any{"quiet_until": "07:00"}, "quiet_from", "validation_required")
	bad(map[string]any{"quiet_from": "25:00", "quiet_until": "07:00"}, "quiet_from", "validation_invalid_format")
	bad(map[string]any{"time_zone": "Mars/Olympus"}, "time_zone", "validation_invalid_zone")
	bad(map[string]any{"time_zone": "Local"}, "time_zone", "validation_invalid_zone")
	bad(map[string]any{"digest": "hourly"}, "digest", "validation_invalid_value")
	bad(map[string]any{"bell_off": []string{"moderation"}}, "bell_off", "validation_invalid_value") // one has to hear what is decided about one
	changed := app.Do("maker", http.MethodPatch, "/api/notifications/settings", map[string]any{"push_off": []string{"like", "follow"}, "quiet_from": "22:00", "quiet_until": "07:30", "time_zone": "Asia/Seoul", "digest": "daily"}).Want(http.StatusOK)
	if again := app.GET("maker", "/api/notifications/settings"); again.Body.String() != changed.Body.String() || again.String("time_zone") != "Asia/Seoul" || len(again.Get("push_off").([]any)) != 2 {
		t.Errorf("changed to %v, read as %v", changed.JSON, again.JSON)
	}
	app.Do("maker", http.MethodPatch, "/api/notifications/settings", map[string]any{"push_off": []string{}}).Want(http.StatusOK)
	row := app.GET("maker", "/api/collections/notification_settings/records").Want(http.StatusOK)
	items, _ := row.Get("items").([]any)
	if len(items) != 1 {
		t.Fatalf("rows: %s", row.Body)
	}
	one, _ := items[0].(map[string]any)
	if one["digest"] != "daily" || len(one["push_off"].([]any)) != 0 || one["digest_next"] != nil {
		t.Errorf("natively: %v", one)
	}
	app.GET(testapp.Ada, "/api/collections/notification_settings/records/"+one["id"].(string)).Want(http.StatusNotFound)
}

// TestTheBellLeavesOut: what is off there is neither listed nor counted on either surface, and pushed all the same.
func TestTheBellLeavesOut(t *testing.T) {
	app, service, _ := pushed(t)
	post := author(app, "maker")
	join(app, "fan")
	b := subscribed(t, app, service, "maker")
	setNews(app, "maker", map[string]any{"bell_off": []string{"like", "follow"}, "push_off": []string{"follow"}, "mail_off": []string{"follow"}})
	app.POST("fan", "/api/posts/"+post+"/like", nil).Want(http.StatusCreated)
	app.POST("fan", "/api/users/@maker/follow", nil).Want(http.StatusCreated)
	pushesSettled(t, app)
	if all, unread := newsOf(app, "maker", ""); len(all) != 0 || unread != 0 {
		t.Errorf("%d unread of %v", unread, all)
	}
	if n := app.GET("maker", "/api/collections/notifications/records").Want(http.StatusOK).Int("totalItems"); n != 0 {
		t.Errorf("natively %d", n)
	}
	wantTitles(t, b, "fan liked “Of maker”")
	if n, err := app.CountRecords(collections.Notifications); err != nil || n == 0 {
		t.Error(n, err)
	}
	follows, err := app.FindAllRecords(collections.Notifications)
	for _, r := range follows {
		if r.GetString("type") == "follow" && r.GetString("recipient") == idOf(app, "maker") {
			t.Errorf("what nobody wants was kept: %v, %v", r, err)
		}
	}
}

// withDigest confirms somebody's address and has digests sent there.
func withDigest(t *testing.T, app *testapp.App, who, digest string) {
	t.Helper()
	r, err := app.FindFirstRecordByData(collections.Users, "username", who)
	if err != nil {
		t.Fatal(err)
	}
	r.SetVerified(true)
	if err := app.Save(r); err != nil {
		t.Fatal(err)
	}
	setNews(app, who, map[string]any{"digest": digest})
}

func digestsTo(t *testing.T, app *testapp.App, who string) (found []string, last string) {
	t.Helper()
	if err := app.Deps.Digests.QueueDue(app); err != nil {
		t.Fatal(err)
	}
	for _, m := range mailed(t, app, who+"@example.com") {
		if m.Headers["List-Unsubscribe"] != "" {
			if m.Headers["List-Unsubscribe-Post"] != "List-Unsubscribe=One-Click" || !strings.Contains(m.Subject, "News for you") || !strings.Contains(html.UnescapeString(m.HTML), strings.Trim(m.Headers["List-Unsubscribe"], "<>")) {
				t.Errorf("a digest: %v %s", m.Headers, m.HTML)
			}
			found, last = append(found, m.Text), strings.Trim(m.Headers["List-Unsubscribe"], "<>")
		}
	}
	return found, last
}

func TestADigestGathersWhatWasNotRead(t *testing.T) {
	app, _, on := pushed(t)
	post := author(app, "maker")
	author(app, "idle")
	join(app, "fan")
	app.POST("fan", "/api/posts/"+post+"/like", nil).Want(http.StatusCreated) // before they wanted one
	withDigest(t, app, "maker", "daily")
	withDigest(t, app, "idle", "daily")
	app.POST("fan", "/api/posts/"+post+"/comments", map[string]any{"content": "A secret word"}).Want(http.StatusCreated)
	app.POST("fan", "/api/posts/"+post+"/comments", map[string]any{"content": "Another"}).Want(http.StatusCreated)
	setNews(app, "maker", map[string]any{"mail_off": []string{"follow"}})
	app.POST("fan", "/api/users/@maker/follow", nil).Want(http.StatusCreated)
	if found, _ := digestsTo(t, app, "maker"); len(found) != 0 {
		t.Fatalf("before its time: %q", found)
	}
	on(24 * time.Hour)
	for range 2 { // nothing twice
		found, _ := digestsTo(t, app, "maker")
		if len(found) != 1 || !strings.Contains(found[0], "- 2 comments") || strings.Contains(found[0], "secret") || strings.Contains(found[0], "liked") || strings.Contains(found[0], "follower") {
			t.Fatalf("%d digests: %q", len(found), found)
		}
	}
	if found, _ := digestsTo(t, app, "idle"); len(found) != 0 {
		t.Errorf("with nothing to tell: %q", found)
	}
	on(24 * time.Hour)
	if found, _ := digestsTo(t, app, "maker"); len(found) != 1 {
		t.Errorf("the same again: %q", found)
	}
}

// TestADigestThatIsNotWantedAnyMore: what was read or ended after it was queued isn't sent.
func TestADigestThatIsNotWantedAnyMore(t *testing.T) {
	for name, change := range map[string]func(app *testapp.App){
		"read":    func(app *testapp.App) { app.POST("maker", "/api/notifications/read", nil).Want(http.StatusOK) },
		"neither": func(*testapp.App) {},
		"off":     func(app *testapp.App) { setNews(app, "maker", map[string]any{"digest": "off"}) },
	} {
		app := testapp.New(t)
		post := author(app, "maker")
		join(app, "fan")
		withDigest(t, app, "maker", "weekly")
		app.POST("fan", "/api/posts/"+post+"/comments", map[string]any{"content": "x"}).Want(http.StatusCreated)
		if _, err := app.DB().Update(collections.NotificationSettings, dbx.Params{"digest_next": "2026-01-01 00:00:00.000Z"}, dbx.NewExp("digest_next != ''")).Execute(); err != nil {
			t.Fatal(err)
		}
		app.Deps.Mail.Stop() // it waits in the outbox
		if err := app.Deps.Digests.QueueDue(app); err != nil {
			t.Fatal(err)
		}
		change(app)
		again := app.Reopened()
		if found, _ := digestsTo(t, again, "maker"); (len(found) != 0) != (name == "neither") {
			t.Errorf("%s: %q", name, found)
		}
	}
}

func TestADigestIsEndedByOneClick(t *testing.T) {
	app, _, on := pushed(t)
	post := author(app, "maker")
	join(app, "fan")
	withDigest(t, app, "maker", "daily")
	app.POST("fan", "/api/posts/"+post+"/comments", map[string]any{"content": "x"}).Want(http.StatusCreated)
	on(24 * time.Hour)
	_, link := digestsTo(t, app, "maker")
	u, err := url.Parse(link)
	if err != nil || u.Path != "/unsubscribe" {
		t.Fatal(link, err)
	}
	digest := func() string {
		return app.GET("maker", "/api/notifications/settings").Want(http.StatusOK).String("digest")
	}
	app.Send(get(u.RequestURI())).Want(http.StatusOK) // programs that read mail open links
	app.Send(formPost("/unsubscribe?token=nonsense", "List-Unsubscribe=One-Click")).Want(http.StatusBadRequest)
	app.Send(formPost("/unsubscribe?token="+idOf(app, "maker")+".AAAA", "List-Unsubscribe=One-Click")).Want(http.StatusBadRequest)
	if digest() != "daily" {
		t.Fatal("ended by nobody")
	}
	for range 2 {
		app.Send(formPost(u.RequestURI(), "List-Unsubscribe=One-Click")).Want(http.StatusOK)
		if digest() != "off" {
			t.Fatal("it goes on")
		}
	}
}

func get(target string) *http.Request { return httptest.NewRequest(http.MethodGet, target, nil) }

func formPost(target, body string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, target, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}
