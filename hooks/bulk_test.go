package hooks_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/pocketbase/dbx"

	"madang/collections"
	"madang/testapp"
)

const bulkPath = "/api/admin/bulk"

func onMany(app *testapp.App, root, action string, more map[string]any, ids ...string) *testapp.Answer {
	body := map[string]any{"action": action, "ids": ids}
	for k, v := range more {
		body[k] = v
	}
	return app.DoWith(root, http.MethodPost, bulkPath, body)
}

// outcome counts what was done and what failed.
func outcome(a *testapp.Answer) (done, failed []any) {
	done, _ = a.Get("done").([]any)
	failed, _ = a.Get("failed").([]any)
	return done, failed
}

func TestManyAtOnceEachForItself(t *testing.T) {
	app := testapp.New(t)
	root := app.Superuser()
	people := []string{testapp.ID(testapp.Ada), testapp.ID(testapp.Bob), "nobodyatall0000", testapp.ID(testapp.Ada)}
	onMany(app, root, "unverify", nil, people...).Want(http.StatusOK)
	before := len(audited(t, app, root, "&target=users&action=update"))
	a := onMany(app, root, "verify", nil, people...).Want(http.StatusOK)
	if done, failed := outcome(a); len(done) != 2 || len(failed) != 1 {
		t.Fatalf("%s", a.Body)
	}
	if app.GET("", "/api/users/"+people[0]).Get("is_verified") != true {
		t.Error("not verified")
	}
	onMany(app, root, "unverify", nil, people[0]).Want(http.StatusOK)
	if app.GET("", "/api/users/"+people[0]).Get("is_verified") != false {
		t.Error("still verified")
	}
	if n := len(audited(t, app, root, "&target=users&action=update")) - before; n != 3 {
		t.Errorf("%d entries in the audit log, want 3", n)
	}
	onMany(app, root, "explode", nil, people[0]).Want(http.StatusBadRequest).WantCode("action", "validation_in_invalid")
	onMany(app, root, "verify", nil).Want(http.StatusBadRequest).WantCode("ids", "validation_required")
	onMany(app, root, "verify", nil, make([]string, 101)...).Want(http.StatusBadRequest).WantCode("ids", "validation_too_many_values")
	app.Do(testapp.Grace, http.MethodPost, bulkPath, map[string]any{"action": "verify", "ids": people}).Want(http.StatusForbidden)
}

func TestManyAreHiddenAndShownAgain(t *testing.T) {
	app := testapp.New(t)
	root := app.Superuser()
	var posts []string
	for _, p := range app.GET("", "/api/posts").Results()[:3] {
		posts = append(posts, p["id"].(string))
	}
	report(app, testapp.Bob, "post", othersPost(t, app, testapp.Bob))
	done, failed := outcome(onMany(app, root, "hide", map[string]any{"note": "a flood"}, posts...).Want(http.StatusOK))
	if len(done) != 3 || len(failed) != 0 {
		t.Fatalf("%v %v", done, failed)
	}
	app.GET("", "/api/posts/"+posts[0]).Want(http.StatusNotFound)
	var entries []string
	for _, one := range done {
		entries = append(entries, one.(map[string]any)["entry"].(string))
	}
	if done, failed := outcome(onMany(app, root, "undo", nil, entries...).Want(http.StatusOK)); len(done) != 3 {
		t.Fatalf("%v %v", done, failed)
	}
	app.GET("", "/api/posts/"+posts[0]).Want(http.StatusOK)

	later := time.Now().Add(48 * time.Hour).UTC().Format(time.RFC3339)
	bob := testapp.ID(testapp.Bob)
	if done, failed := outcome(onMany(app, root, "suspend", map[string]any{"until": later, "note": "rest"}, bob)); len(done) != 1 {
		t.Fatalf("%v", failed)
	}
	app.POST(testapp.Bob, "/api/posts", map[string]any{"title": "may I", "content": "no"}).Want(http.StatusForbidden)
	if _, failed := outcome(onMany(app, root, "suspend", map[string]any{"until": "soon"}, bob)); len(failed) != 1 || failed[0].(map[string]any)["message"] == "" {
		t.Errorf("%v", failed)
	}
}

// othersPost is a post that somebody else wrote.
func othersPost(t *testing.T, app *testapp.App, who string) string {
	t.Helper()
	for _, p := range app.GET("", "/api/posts").Results() {
		if author, _ := p["author"].(map[string]any); author["username"] != who {
			return p["id"].(string)
		}
	}
	t.Fatal("nobody else wrote")
	return ""
}

func TestFeaturedPostsComeFirst(t *testing.T) {
	app := testapp.New(t)
	root := app.Superuser()
	posts := app.GET("", "/api/posts").Results()
	first, second := posts[4]["id"].(string), posts[5]["id"].(string)
	onMany(app, root, "feature", nil, first).Want(http.StatusOK)
	onMany(app, root, "feature", nil, second).Want(http.StatusOK)
	if got := app.GET("", "/api/posts?is_featured=true").Results(); len(got) != 2 {
		t.Fatalf("%d are featured", len(got))
	}
	onMany(app, root, "unfeature", nil, second).Want(http.StatusOK)
	if got := app.GET("", "/api/posts?is_featured=true").Results(); len(got) != 1 || got[0]["id"] != first {
		t.Errorf("%v", got)
	}
	app.Do(testapp.Ada, http.MethodPatch, "/api/collections/posts/records/"+ownPost(app, testapp.Ada), map[string]any{"featured_at": "2026-01-01 00:00:00.000Z"}).Want(http.StatusOK)
	if got := app.GET("", "/api/posts?is_featured=true").Results(); len(got) != 1 {
		t.Error("somebody featured themselves")
	}
	app.GET("", "/api/posts?is_featured=perhaps").Want(http.StatusBadRequest).WantCode("is_featured", "validation_invalid_bool")
}

func ownPost(app *testapp.App, who string) string {
	return app.GET(who, "/api/users/"+testapp.ID(who)+"/posts").Results()[0]["id"].(string)
}

func TestFilesAreProcessedAgainTogether(t *testing.T) {
	app := testapp.New(t)
	root := app.Superuser()
	one := upload(t, app, testapp.Ada, "/api/media", "garden.jpg", jpeg(t)).Want(http.StatusCreated).String("id")
	if done, failed := outcome(onMany(app, root, "process", nil, one, "nosuchmedium000")); len(done) != 1 || len(failed) != 1 {
		t.Errorf("%v %v", done, failed)
	}
	if n, err := app.CountRecords(collections.Jobs, dbx.HashExp{"kind": "media.thumbnails", "subject": one}); err != nil || n != 1 {
		t.Errorf("%d jobs, %v", n, err)
	}
}

func TestCountersAreRefused(t *testing.T) {
	app := testapp.New(t)
	root := app.Superuser()
	ada := "/api/collections/users/records/" + testapp.ID(testapp.Ada)
	app.DoWith(root, http.MethodPatch, ada, map[string]any{"followers_count": 9999}).Want(http.StatusBadRequest).WantCode("followers_count", "validation_counted")
	app.DoWith(root, http.MethodPatch, ada, map[string]any{"followers_count+": 1}).Want(http.StatusBadRequest).WantCode("followers_count", "validation_counted")
	is := as(app, root, http.MethodGet, ada)
	app.DoWith(root, http.MethodPatch, ada, map[string]any{"followers_count": is.Int("followers_count"), "name": "Ada L."}).Want(http.StatusOK)
}

// TestOnlyWhatEverybodySeesIsFeatured: on the page of many as in PocketBase's own form, and no longer than that.
func TestOnlyWhatEverybodySeesIsFeatured(t *testing.T) {
	app := testapp.New(t)
	root := app.Superuser()
	featured := func(id string) string {
		r, err := app.FindRecordById(collections.Posts, id)
		if err != nil {
			t.Fatal(err)
		}
		return r.GetString("featured_at")
	}
	hidden := post(app, testapp.Ada, nil)
	report := app.POST(testapp.Minji, "/api/reports", reportOf("post", hidden))
	decide(app, testapp.Sora, report.String("id"), "hide", nil).Want(http.StatusOK)
	for what, id := range map[string]string{
		"a draft": post(app, testapp.Ada, map[string]any{"status": "draft"}), "a hidden post": hidden,
		"a private post": post(app, testapp.Ada, map[string]any{"visibility": "private"}), "a post for followers": post(app, testapp.Ada, map[string]any{"visibility": "followers"}),
		"a scheduled post": post(app, testapp.Ada, map[string]any{"status": "scheduled", "publish_at": "2050-01-01T00:00:00Z"}),
	} {
		if done, failed := outcome(onMany(app, root, "feature", nil, id)); len(done) != 0 || len(failed) != 1 || !strings.Contains(failed[0].(map[string]any)["message"].(string), "can be featured") {
			t.Errorf("%s: done %v, failed %v", what, done, failed)
		}
		app.DoWith(root, http.MethodPatch, "/api/collections/posts/records/"+id, map[string]any{"featured_at": "2026-01-01 00:00:00.000Z"}).
			Want(http.StatusBadRequest).WantCode("featured_at", "validation_not_public")
		if at := featured(id); at != "" {
			t.Errorf("%s is featured since %s", what, at)
		}
	}
	shown := post(app, testapp.Ada, nil)
	onMany(app, root, "feature", nil, shown).Want(http.StatusOK)
	report = app.POST(testapp.Minji, "/api/reports", reportOf("post", shown))
	done := decide(app, testapp.Sora, report.String("id"), "hide", nil).Want(http.StatusOK).String("id")
	undo(app, testapp.Sora, done).Want(http.StatusOK)
	if featured(shown) == "" {
		t.Error("what was hidden by mistake is no longer featured")
	}
	app.Do(testapp.Ada, http.MethodPatch, "/api/posts/"+shown, map[string]any{"visibility": "followers"}).Want(http.StatusOK)
	app.Do(testapp.Ada, http.MethodPatch, "/api/posts/"+shown, map[string]any{"visibility": "public"}).Want(http.StatusOK)
	if at := featured(shown); at != "" {
		t.Errorf("what was taken back is featured since %s", at)
	}
}
