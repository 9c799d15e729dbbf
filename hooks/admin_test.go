package hooks_test

import (
	"net/http"
	"testing"

	"github.com/pocketbase/dbx"

	"madang/collections"
	"madang/testapp"
)

func TestWhatIsStored(t *testing.T) {
	app := testapp.New(t)
	root := app.Superuser()
	upload(t, app, testapp.Ada, "/api/media", "garden.jpg", jpeg(t)).Want(http.StatusCreated)
	a := as(app, root, http.MethodGet, "/api/admin/media").Want(http.StatusOK)
	types, _ := a.Get("types").([]any)
	sum := 0.0
	for _, one := range types {
		n, _ := one.(map[string]any)["count"].(float64)
		sum += n
	}
	if total := app.GET("", "/api/analytics/overview").Get("total_media"); sum != total {
		t.Errorf("%v media by kind, %v in all", sum, total)
	}
	largest, _ := a.Get("largest").([]any)
	if len(largest) == 0 {
		t.Fatal("no file is the largest")
	}
	first, _ := largest[0].(map[string]any)
	for _, field := range []string{"id", "owner", "bytes", "created_at"} {
		if first[field] == nil || first[field] == "" {
			t.Errorf("%s is missing: %v", field, first)
		}
	}
}

func TestAPictureIsProcessedAgain(t *testing.T) {
	app := testapp.New(t)
	root := app.Superuser()
	id := upload(t, app, testapp.Ada, "/api/media", "garden.jpg", jpeg(t)).Want(http.StatusCreated).String("id")
	as(app, root, http.MethodPost, "/api/admin/media/"+id+"/process").Want(http.StatusAccepted)
	as(app, root, http.MethodPost, "/api/admin/media/"+id+"/process").Want(http.StatusAccepted)
	if n, err := app.CountRecords(collections.Jobs, dbx.HashExp{"kind": "media.thumbnails", "subject": id, "state": "queued"}); err != nil || n > 1 {
		t.Errorf("%d jobs, %v", n, err)
	}
	as(app, root, http.MethodPost, "/api/admin/media/nosuchmedium000/process").Want(http.StatusNotFound)
}

func TestTheIndexBesideTheDatabase(t *testing.T) {
	app := testapp.New(t)
	root := app.Superuser()
	for _, status := range []string{"", "draft", "published"} { // that of the draft isn't in the index
		id := upload(t, app, testapp.Ada, "/api/media", "garden.jpg", jpeg(t)).Want(http.StatusCreated).String("id")
		if status != "" {
			app.POST(testapp.Ada, "/api/posts", map[string]any{"title": "A garden", "content": "…", "status": status, "media": []string{id}}).Want(http.StatusCreated)
		}
	}
	app.GET("", "/api/ready").Want(http.StatusOK) // it has caught up
	a := as(app, root, http.MethodGet, "/api/admin/search").Want(http.StatusOK)
	if a.Int("documents") != a.Int("rows") || a.Int("rows") == 0 || a.Int("lag") != 0 || a.Int("bytes") == 0 {
		t.Errorf("%v", a.JSON)
	}
	first := as(app, root, http.MethodPost, "/api/admin/search/rebuild").Want(http.StatusAccepted).String("id")
	if n, err := app.CountRecords(collections.Jobs, dbx.HashExp{"id": first, "kind": "search.rebuild"}); err != nil || n != 1 {
		t.Errorf("%d jobs, %v", n, err)
	}
}

func TestActivePeopleCountOnceADay(t *testing.T) {
	app := testapp.New(t)
	people := app.GET("", "/api/analytics/overview").Int("total_users")
	sum := 0.0
	for _, p := range app.GET(testapp.Grace, "/api/analytics/timeseries?metric=active_users&period=90d").Want(http.StatusOK).Results() {
		n, _ := p["value"].(float64)
		if n > float64(people) {
			t.Errorf("%v of %d people on %v", n, people, p["date"])
		}
		sum += n
	}
	if sum == 0 {
		t.Error("nobody was there")
	}
}
