package hooks_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pocketbase/dbx"

	"madang/collections"
	"madang/hooks"
	"madang/push"
	"madang/testapp"
	"madang/testapp/pushservice"
)

// pushed is an app whose pushes end in a service of the test's, and whose clock the test moves on.
func pushed(t *testing.T) (*testapp.App, *pushservice.Service, func(time.Duration)) {
	t.Helper()
	service := pushservice.New(t)
	var ahead atomic.Int64
	now := func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	app := testapp.New(t, func(d *hooks.Deps) {
		d.Push.Client, d.Push.Now, d.Jobs.Now, d.Now, d.Digests.Now, d.Mail.Now = service.Client, now, now, now, now, now
		d.Push.Services = append([]string{"push.example.com"}, push.Known...)
		d.Config.Zone, d.Push.Zone, d.Digests.Zone = time.UTC, time.UTC, time.UTC
		d.Jobs.Jitter = func() float64 { return 0 }
	})
	return app, service, func(by time.Duration) { ahead.Add(int64(by)); app.Deps.Jobs.Wake() }
}

// subscribed is a browser of who's.
func subscribed(t *testing.T, app *testapp.App, s *pushservice.Service, who string) *pushservice.Browser {
	t.Helper()
	b := s.Browser(t)
	app.POST(who, "/api/push/subscriptions", b.Form()).Want(http.StatusCreated)
	return b
}

// pushesSettled waits until no push is due, and says how many there are that aren't yet.
func pushesSettled(t *testing.T, app *testapp.App) (waiting int) {
	t.Helper()
	app.Deps.Jobs.Wake()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for range 3000 {
		var due int
		err := app.DB().NewQuery("SELECT COUNT(CASE WHEN state = 'running' OR run_at <= {:now} THEN 1 END), COUNT(CASE WHEN state = 'queued' AND run_at > {:now} THEN 1 END) FROM jobs WHERE kind = 'push' AND state IN ('queued', 'running')").
			Bind(dbx.Params{"now": collections.Stamp(app.Deps.Jobs.Now())}).Row(&due, &waiting)
		if err != nil {
			t.Fatal(err)
		}
		if due == 0 {
			return waiting
		}
		<-tick.C
	}
	t.Fatal("pushes stay due")
	return 0
}

// titles are what a browser showed, in their order.
func titles(b *pushservice.Browser) (all []string) {
	for _, m := range b.Messages() {
		title, _ := m.Payload["title"].(string)
		all = append(all, title)
	}
	return all
}

func wantTitles(t *testing.T, b *pushservice.Browser, want ...string) {
	t.Helper()
	if got := titles(b); strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("pushed %q, want %q", got, want)
	}
}

func subscriptionsOf(t *testing.T, app *testapp.App, who string) int {
	t.Helper()
	n, err := app.CountRecords(collections.PushSubscriptions, dbx.HashExp{"user": idOf(app, who)})
	if err != nil {
		t.Fatal(err)
	}
	return int(n)
}

func idOf(app *testapp.App, who string) string {
	return app.GET("", "/api/users/@"+who).Want(http.StatusOK).String("id")
}

// TestEveryKindIsPushed: by our routes and by PocketBase's.
func TestEveryKindIsPushed(t *testing.T) {
	surfaces := map[string]func(app *testapp.App, post string){
		"our routes": func(app *testapp.App, post string) {
			app.POST("fan", "/api/posts/"+post+"/like", nil).Want(http.StatusCreated)
			pushesSettled(t, app)
			app.POST("fan", "/api/users/@maker/follow", nil).Want(http.StatusCreated)
			pushesSettled(t, app)
			app.POST("fan", "/api/posts/"+post+"/comments", map[string]any{"content": "Well done"}).Want(http.StatusCreated)
			pushesSettled(t, app)
			own := app.POST("maker", "/api/posts/"+post+"/comments", map[string]any{"content": "Who?"}).Want(http.StatusCreated).String("id")
			app.POST("fan", "/api/comments/"+own+"/reply", map[string]any{"content": "Me"}).Want(http.StatusCreated)
			pushesSettled(t, app)
			app.POST("fan", "/api/posts", map[string]any{"title": "Look", "content": "by @maker"}).Want(http.StatusCreated)
			pushesSettled(t, app)
			r := app.POST(testapp.Bob, "/api/reports", map[string]any{"target_type": "post", "target_id": post, "reason": "spam"})
			app.POST(testapp.Sora, "/api/moderation/"+r.String("id")+"/resolve", map[string]any{"action": "warn", "note": "No adverts."}).Want(http.StatusOK)
			pushesSettled(t, app)
			write(app, "fan", "maker", "A secret").Want(http.StatusCreated)
		},
		"PocketBase's routes": func(app *testapp.App, post string) {
			native := func(who, collection string, body map[string]any) string {
				id := app.POST(who, "/api/collections/"+collection+"/records", body).Want(http.StatusOK).String("id")
				pushesSettled(t, app)
				return id
			}
			native("fan", "likes", map[string]any{"post": post})
			native("fan", "follows", map[string]any{"following": idOf(app, "maker")})
			native("fan", "comments", map[string]any{"post": post, "content": "Well done"})
			own := native("maker", "comments", map[string]any{"post": post, "content": "Who?"})
			native("fan", "comments", map[string]any{"post": post, "parent": own, "content": "Me"})
			native("fan", "posts", map[string]any{"title": "Look", "content": "by @maker", "status": "published", "visibility": "public"})
			r := native(testapp.Bob, "reports", map[string]any{"target_type": "post", "target_id": post, "reason": "spam"})
			app.POST(testapp.Sora, "/api/moderation/"+r+"/resolve", map[string]any{"action": "warn", "note": "No adverts."}).Want(http.StatusOK)
			pushesSettled(t, app)
			native("fan", "messages", map[string]any{"recipient": idOf(app, "maker"), "content": "A secret"})
		},
	}
	for name, act := range surfaces {
		t.Run(name, func(t *testing.T) {
			app, service, _ := pushed(t)
			post := author(app, "maker")
			join(app, "fan")
			app.POST("maker", "/api/users/@fan/follow", nil).Want(http.StatusCreated)
			b := subscribed(t, app, service, "maker")
			other := subscribed(t, app, service, "fan")
			act(app, post)
			pushesSettled(t, app)
			wantTitles(t, b, "fan liked “Of maker”", "fan started following you", "fan commented on “Of maker”", "fan replied to you under “Of maker”", "fan mentioned you in “Look”", "A warning from the moderators", "fan wrote to you")
			wantTitles(t, other)
			all := b.Messages()
			if all[2].Payload["body"] != "Well done" || !strings.HasPrefix(all[2].Payload["path"].(string), "/posts/"+post+"#c-") || all[5].Payload["body"] != "No adverts." {
				t.Errorf("a comment is %v, a warning %v", all[2].Payload, all[5].Payload)
			}
			if said := all[6].Payload; said["path"] != "/messages/fan#end" || said["body"] != nil {
				t.Errorf("a message is %v; its words belong on no lock screen", said)
			}
			key := app.GET("maker", "/api/push/key").Want(http.StatusOK).String("public_key")
			if m := all[0]; m.VAPID != key || m.Header.Get("TTL") != "86400" || len(m.Header.Get("Topic")) != 32 || m.Payload["tag"] != "like "+post || m.Payload["path"] != "/posts/"+post || m.Payload["lang"] != "en" {
				t.Errorf("a like: key %s of %s, %v, %v", m.VAPID, key, m.Header, m.Payload)
			}
		})
	}
}

func TestPushSpeaksTheReadersLanguage(t *testing.T) {
	app, service, _ := pushed(t)
	post := author(app, "maker")
	join(app, "fan")
	b := subscribed(t, app, service, "maker")
	app.Do("maker", http.MethodPatch, "/api/auth/profile", map[string]any{"locale": "ko"}).Want(http.StatusOK)
	app.POST("fan", "/api/posts/"+post+"/like", nil).Want(http.StatusCreated)
	pushesSettled(t, app)
	wantTitles(t, b, "fan님이 “Of maker” 글을 좋아해요")
	if n := app.POST("maker", "/api/push/test", nil).Want(http.StatusOK).Int("devices"); n != 1 {
		t.Errorf("a test goes to %d devices", n)
	}
	pushesSettled(t, app)
	wantTitles(t, b, "fan님이 “Of maker” 글을 좋아해요", "잘 되네요")
}

// TestWhatIsNotPushed: what was taken back, read or closed before it went out, and what isn't wanted.
func TestWhatIsNotPushed(t *testing.T) {
	for name, undo := range map[string]func(app *testapp.App, comment string){
		"deleted": func(app *testapp.App, c string) {
			app.Do("fan", http.MethodDelete, "/api/comments/"+c, nil).Want(http.StatusNoContent)
		},
		"muted": func(app *testapp.App, _ string) {
			app.POST("maker", "/api/users/@fan/mute", nil).Want(http.StatusCreated)
		},
		"blocked": func(app *testapp.App, _ string) {
			app.POST("maker", "/api/users/@fan/block", nil).Want(http.StatusCreated)
		},
		"read": func(app *testapp.App, _ string) {
			app.POST("maker", "/api/notifications/read", nil).Want(http.StatusOK)
		},
		"off": func(app *testapp.App, _ string) {
			setNews(app, "maker", map[string]any{"push_off": []string{"comment"}})
		},
		"left":        func(app *testapp.App, _ string) { leaves(t, app, "fan") },
		"left itself": func(app *testapp.App, _ string) { leaves(t, app, "maker") },
	} {
		t.Run(name, func(t *testing.T) {
			app, service, on := pushed(t)
			post := author(app, "maker")
			join(app, "fan")
			b := subscribed(t, app, service, "maker")
			hour := app.Deps.Now().UTC()
			setNews(app, "maker", map[string]any{"quiet_from": hour.Add(-time.Hour).Format("15:04"), "quiet_until": hour.Add(2 * time.Hour).Format("15:04")})
			c := app.POST("fan", "/api/posts/"+post+"/comments", map[string]any{"content": "Well done"}).Want(http.StatusCreated).String("id")
			if n := pushesSettled(t, app); n != 1 {
				t.Fatalf("%d pushes wait in quiet hours", n)
			}
			undo(app, c)
			on(3 * time.Hour)
			pushesSettled(t, app)
			wantTitles(t, b)
		})
	}
}

func leaves(t *testing.T, app *testapp.App, who string) {
	t.Helper()
	r, err := app.FindFirstRecordByData(collections.Users, "username", who)
	if err == nil {
		err = app.Delete(r)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func setNews(app *testapp.App, who string, body map[string]any) *testapp.Answer {
	return app.Do(who, http.MethodPatch, "/api/notifications/settings", body).Want(http.StatusOK)
}

// TestQuietHoursGather: what waited comes when they end, likes of a post as one.
func TestQuietHoursGather(t *testing.T) {
	app, service, on := pushed(t)
	post := author(app, "maker")
	b := subscribed(t, app, service, "maker")
	hour := app.Deps.Now().UTC()
	setNews(app, "maker", map[string]any{"quiet_from": hour.Add(-time.Hour).Format("15:04"), "quiet_until": hour.Add(2 * time.Hour).Format("15:04")})
	for _, fan := range []string{"fana", "fanb", "fanc"} {
		join(app, fan)
		app.POST(fan, "/api/posts/"+post+"/like", nil).Want(http.StatusCreated)
	}
	app.POST("maker", "/api/push/test", nil).Want(http.StatusOK)
	if n := pushesSettled(t, app); n != 1 {
		t.Errorf("%d pushes wait", n)
	}
	wantTitles(t, b, "It works") // one asks for it, so it comes
	on(3 * time.Hour)
	pushesSettled(t, app)
	wantTitles(t, b, "It works", "fanc and 2 more liked “Of maker”")
}

func TestQuietHoursBegunLaterHoldToo(t *testing.T) {
	app, service, on := pushed(t)
	post := author(app, "maker")
	join(app, "fan")
	b := subscribed(t, app, service, "maker")
	service.Answers(http.StatusServiceUnavailable)
	app.POST("fan", "/api/posts/"+post+"/like", nil).Want(http.StatusCreated)
	if n := pushesSettled(t, app); n != 1 {
		t.Fatalf("%d wait to be tried again", n)
	}
	service.Answers(http.StatusCreated)
	hour := app.Deps.Now().UTC()
	setNews(app, "maker", map[string]any{"quiet_from": hour.Add(-time.Hour).Format("15:04"), "quiet_until": hour.Add(2 * time.Hour).Format("15:04")})
	on(time.Minute)
	if n := pushesSettled(t, app); n != 1 || len(b.Messages()) != 0 {
		t.Fatalf("%d wait, %d came", n, len(b.Messages()))
	}
	on(3 * time.Hour)
	pushesSettled(t, app)
	wantTitles(t, b, "fan liked “Of maker”")
}

func TestWhatAPushServiceAnswers(t *testing.T) {
	for _, c := range []struct{ status, devices, waiting, failed int }{
		{http.StatusNotFound, 0, 0, 0}, {http.StatusGone, 0, 0, 0},
		{http.StatusTooManyRequests, 1, 1, 0}, {http.StatusInternalServerError, 1, 1, 0},
		{http.StatusBadRequest, 1, 0, 1}, {http.StatusForbidden, 1, 0, 1}, {http.StatusRequestEntityTooLarge, 1, 0, 1},
	} {
		app, service, _ := pushed(t)
		post := author(app, "maker")
		join(app, "fan")
		subscribed(t, app, service, "maker")
		service.Answers(c.status)
		app.POST("fan", "/api/posts/"+post+"/like", nil).Want(http.StatusCreated)
		waiting, failed := pushesSettled(t, app), 0
		if err := app.DB().NewQuery("SELECT COUNT(*) FROM jobs WHERE kind = 'push' AND state = 'failed'").Row(&failed); err != nil {
			t.Fatal(err)
		}
		if n := subscriptionsOf(t, app, "maker"); n != c.devices || waiting != c.waiting || failed != c.failed {
			t.Errorf("after %d: %d devices, %d wait, %d failed", c.status, n, waiting, failed)
		}
	}
}

// TestABrowserThatNeverAnswersIsForgotten after its eighth attempt; one that once took a message is not.
func TestABrowserThatNeverAnswersIsForgotten(t *testing.T) {
	for name, devices := range map[string]int{"never": 0, "once": 1} {
		t.Run(name, func(t *testing.T) {
			app, service, later := pushed(t)
			post := author(app, "maker")
			join(app, "fan")
			subscribed(t, app, service, "maker")
			if name == "once" {
				app.POST("maker", "/api/push/test", nil).Want(http.StatusOK)
				pushesSettled(t, app)
			}
			service.Answers(http.StatusInternalServerError)
			app.POST("fan", "/api/posts/"+post+"/like", nil).Want(http.StatusCreated)
			for range 8 {
				pushesSettled(t, app)
				later(2 * time.Hour)
			}
			if n := subscriptionsOf(t, app, "maker"); n != devices {
				t.Errorf("%d browsers are left, want %d", n, devices)
			}
		})
	}
}

// TestAPushSurvivesACrash: it is queued with the notification, and goes out once.
func TestAPushSurvivesACrash(t *testing.T) {
	app, service, _ := pushed(t)
	post := author(app, "maker")
	join(app, "fan")
	b := subscribed(t, app, service, "maker")
	app.Deps.Jobs.Stop()
	app.POST("fan", "/api/posts/"+post+"/like", nil).Want(http.StatusCreated)
	app.Do("fan", http.MethodDelete, "/api/posts/"+post+"/like", nil).Want(http.StatusOK)
	app.POST("fan", "/api/posts/"+post+"/like", nil).Want(http.StatusCreated)
	if len(b.Messages()) != 0 {
		t.Fatal("sent by nobody")
	}
	again := testapp.Over(t, dataOf(t, app), func(d *hooks.Deps) { d.Push.Client = service.Client })
	pushesSettled(t, again)
	wantTitles(t, b, "fan liked “Of maker”")
}

// dataOf ends app and gives its data.
func dataOf(t *testing.T, app *testapp.App) string {
	t.Helper()
	app.Deps.Mail.Stop()
	if err := app.Deps.Search.Stop(); err != nil {
		t.Fatal(err)
	}
	if err := app.ClearBootstrap(); err != nil {
		t.Fatal(err)
	}
	return app.DataDir()
}

// TestPushEndsWithTheSession: a browser that is signed out is told nothing.
func TestPushEndsWithTheSession(t *testing.T) {
	app, service, _ := pushed(t)
	post := author(app, "maker")
	join(app, "fan")
	b := subscribed(t, app, service, "maker")
	token := app.Token("maker")
	here := app.GET("maker", "/api/push/subscriptions").Want(http.StatusOK).Results()
	if len(here) != 1 || here[0]["current"] != true || here[0]["endpoint"] != nil {
		t.Errorf("devices: %v", here)
	}
	app.Do("maker", http.MethodDelete, "/api/auth/sessions", nil).Want(http.StatusNoContent) // all but this one
	app.POST("fan", "/api/posts/"+post+"/like", nil).Want(http.StatusCreated)
	pushesSettled(t, app)
	wantTitles(t, b, "fan liked “Of maker”")
	for _, s := range app.GET("maker", "/api/auth/sessions").Want(http.StatusOK).Results() {
		app.Do("maker", http.MethodDelete, "/api/auth/sessions/"+s["id"].(string), nil).Want(http.StatusNoContent)
	}
	app.POST("fan", "/api/posts/"+post+"/comments", map[string]any{"content": "x"}).Want(http.StatusCreated)
	pushesSettled(t, app)
	wantTitles(t, b, "fan liked “Of maker”")
	if n := subscriptionsOf(t, app, "maker"); n != 0 || token == "" {
		t.Errorf("%d are left", n)
	}
}

func TestWhoSubscribes(t *testing.T) {
	app, service, _ := pushed(t)
	join(app, "maker")
	join(app, "fan")
	b := service.Browser(t)
	app.POST("", "/api/push/subscriptions", b.Form()).Want(http.StatusUnauthorized)
	form := b.Form()
	for _, endpoint := range []string{"https://127.0.0.1/x", "http://push.example.com/x", "https://intranet/x", ""} {
		form["endpoint"] = endpoint
		app.POST("fan", "/api/push/subscriptions", form).Want(http.StatusBadRequest)
		app.POST("fan", "/api/collections/push_subscriptions/records", map[string]any{"endpoint": endpoint, "p256dh": b.P256dh, "auth": b.Auth}).Want(http.StatusBadRequest)
	}
	app.POST("fan", "/api/push/subscriptions", map[string]any{"endpoint": b.Endpoint, "keys": map[string]any{"p256dh": "x", "auth": b.Auth}}).Want(http.StatusBadRequest).WantCode("p256dh", "validation_invalid_format")
	app.POST("fan", "/api/push/subscriptions", map[string]any{"endpoint": b.Endpoint, "keys": map[string]any{"p256dh": b.P256dh, "auth": "x"}}).Want(http.StatusBadRequest).WantCode("auth", "validation_invalid_format")
	if n := subscriptionsOf(t, app, "fan"); n != 0 {
		t.Fatalf("%d were kept", n)
	}
	native := app.POST("fan", "/api/collections/push_subscriptions/records", map[string]any{"endpoint": b.Endpoint, "p256dh": b.P256dh, "auth": b.Auth, "session": "x", "user": idOf(app, "fan")}).Want(http.StatusOK)
	if native.Get("endpoint") != nil || native.Get("auth") != nil || native.Get("session") != nil {
		t.Errorf("a secret is shown: %v", native.JSON)
	}
	app.POST("fan", "/api/push/test", nil).Want(http.StatusOK)
	pushesSettled(t, app)
	wantTitles(t, b, "It works")
	app.GET("maker", "/api/collections/push_subscriptions/records/"+native.String("id")).Want(http.StatusNotFound)
	app.Do("maker", http.MethodDelete, "/api/push/subscriptions/"+native.String("id"), nil).Want(http.StatusNotFound)

	mine := app.POST("maker", "/api/push/subscriptions", b.Form()).Want(http.StatusCreated).String("id") // who sits there now
	if subscriptionsOf(t, app, "fan") != 0 || subscriptionsOf(t, app, "maker") != 1 {
		t.Error("a browser is two people's")
	}
	app.Do("maker", http.MethodDelete, "/api/push/subscriptions/"+mine, nil).Want(http.StatusNoContent)
	for range 22 {
		subscribed(t, app, service, "maker")
	}
	if n := subscriptionsOf(t, app, "maker"); n != 20 {
		t.Errorf("%d devices", n)
	}
}

// TestTheKeysArePrivate: nothing that anybody may ask shows the private one.
func TestTheKeysArePrivate(t *testing.T) {
	app := testapp.New(t)
	var private string
	read := func() {
		if err := app.DB().Select("private_key").From(collections.PushKeys).Row(&private); err != nil {
			t.Fatal(err)
		}
	}
	read()
	was := private
	if err := app.Deps.Push.MakeKeys(app); err != nil {
		t.Fatal(err)
	}
	if read(); private != was || private == "" {
		t.Error("the keys were made again")
	}
	for _, path := range []string{"/api/push/key", "/api/collections/push_keys/records", "/api/collections/push_subscriptions/records"} {
		if a := app.GET(testapp.Grace, path); strings.Contains(a.Body.String(), private) {
			t.Errorf("%s shows it", path)
		}
	}
}

func TestSweptSubscriptions(t *testing.T) {
	app, service, _ := pushed(t)
	join(app, "maker")
	subscribed(t, app, service, "maker")
	later := &push.Service{Now: func() time.Time { return time.Now().AddDate(1, 0, 0) }}
	for _, c := range []struct {
		by   *push.Service
		left int
	}{{app.Deps.Push, 1}, {later, 0}} {
		if err := c.by.Sweep(app); err != nil {
			t.Fatal(err)
		}
		if n := subscriptionsOf(t, app, "maker"); n != c.left {
			t.Errorf("%d are left, want %d", n, c.left)
		}
	}
}

// TestNobodyIsKnockedDown: at a host that is no browser's push service there are few subscriptions of somebody, on both
// surfaces and whatever it calls itself, few of all people, and few messages in a minute.
func TestNobodyIsKnockedDown(t *testing.T) {
	service := pushservice.New(t)
	var asked, ahead atomic.Int64
	began := time.Now() // the clock stands still, so that however busy the machine is, all of it is in one minute
	now := func() time.Time { return began.Add(time.Duration(ahead.Load())) }
	app := testapp.New(t, func(d *hooks.Deps) {
		d.Push.Client, d.Push.Now, d.Jobs.Now, d.Now = countingClient{&asked}, now, now, now
	})
	join(app, "maker")
	join(app, "fan")
	sub := func(who, endpoint string, native bool) *testapp.Answer {
		b := service.Browser(t)
		if native {
			return app.POST(who, "/api/collections/push_subscriptions/records", map[string]any{"endpoint": endpoint, "p256dh": b.P256dh, "auth": b.Auth, "service": ""})
		}
		form := b.Form()
		form["endpoint"] = endpoint
		return app.POST(who, "/api/push/subscriptions", form)
	}
	for i := range 5 {
		sub("maker", fmt.Sprintf("https://n%d.push.example.com/%d", i, i), i%2 == 1)
	}
	for _, native := range []bool{false, true} {
		for _, endpoint := range []string{"https://push.example.com/6", "https://deep.er.example.com:8443/6"} {
			sub("maker", endpoint, native).Want(http.StatusBadRequest).WantCode("endpoint", "validation_too_many_values")
		}
	}
	sub("maker", "https://n0.push.example.com/0", false).Want(http.StatusCreated) // the same browser again
	sub("maker", "https://fcm.googleapis.com/x", false).Want(http.StatusCreated)
	if n := subscriptionsOf(t, app, "maker"); n != 6 {
		t.Errorf("%d subscriptions, want 6", n)
	}
	rest := 0
	for person := range 30 {
		name := join(app, fmt.Sprintf("crowd%d", person))
		for i := range 5 {
			if sub(name, fmt.Sprintf("https://example.com/%s%d", name, i), false).Code == http.StatusCreated {
				rest++
			}
		}
	}
	if rest != 95 {
		t.Errorf("%d more subscriptions there, want 95", rest)
	}
	if _, err := app.DB().NewQuery("UPDATE push_subscriptions SET user = {:maker}, session = (SELECT id FROM sessions WHERE user = {:maker} LIMIT 1) WHERE service != ''").
		Bind(dbx.Params{"maker": idOf(app, "maker")}).Execute(); err != nil {
		t.Fatal(err)
	}
	if _, err := app.DB().NewQuery("DELETE FROM push_subscriptions WHERE service = ''").Execute(); err != nil {
		t.Fatal(err)
	}
	app.POST("fan", "/api/posts/"+post(app, "maker", nil)+"/like", nil).Want(http.StatusCreated)
	if waiting := pushesSettled(t, app); asked.Load() != 60 || waiting != 40 {
		t.Errorf("%d were sent and %d wait, want 60 and 40", asked.Load(), waiting)
	}
	ahead.Add(int64(time.Minute))
	if waiting := pushesSettled(t, app); asked.Load() != 100 || waiting != 0 {
		t.Errorf("%d were sent and %d wait, want all", asked.Load(), waiting)
	}
}

// countingClient is a push service that takes everything.
type countingClient struct{ asked *atomic.Int64 }

func (c countingClient) Do(*http.Request) (*http.Response, error) {
	c.asked.Add(1)
	return &http.Response{StatusCode: http.StatusCreated, Body: http.NoBody}, nil
}
