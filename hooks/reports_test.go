package hooks_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"madang/collections"
	"madang/testapp"
)

const reportsNative = "/api/collections/reports/records"

func reportOf(kind, id string) map[string]any {
	return map[string]any{"target_type": kind, "target_id": id, "reason": "spam", "detail": " it sells  things "}
}

// neighbours are n people who joined long enough ago for their reports to count.
func neighbours(t testing.TB, app *testapp.App, n int) []string {
	t.Helper()
	names := make([]string, n)
	for i := range names {
		names[i] = join(app, fmt.Sprintf("crowd%d", i))
		age(t, app, names[i], 25*time.Hour)
	}
	return names
}

// age makes an account that old.
func age(t testing.TB, app *testapp.App, who string, d time.Duration) {
	t.Helper()
	_, err := app.DB().NewQuery(fmt.Sprintf("UPDATE users SET created_at = '%s' WHERE username = '%s'", collections.Stamp(time.Now().Add(-d)), who)).Execute()
	if err != nil {
		t.Fatal(err)
	}
}

func TestReportingTwiceIsOnce(t *testing.T) {
	app := testapp.New(t)
	id := post(app, testapp.Ada, nil)
	first := app.POST(testapp.Bob, "/api/reports", reportOf("post", id)).Want(http.StatusCreated)
	if first.String("status") != "open" || first.String("detail") != "it sells  things" || first.String("target_id") != id || aTime(first.String("created_at")) != "" {
		t.Errorf("the report: %v", first.JSON)
	}
	for _, again := range []*testapp.Answer{
		app.POST(testapp.Bob, "/api/reports/", map[string]any{"target_type": "post", "target_id": id, "reason": "abuse"}).Want(http.StatusOK),
		app.POST(testapp.Bob, reportsNative, reportOf("post", id)).Want(http.StatusOK),
	} {
		if again.String("id") != first.String("id") || again.String("reason") != "spam" {
			t.Errorf("again: %v", again.JSON)
		}
	}
	native := app.POST(testapp.Junho, reportsNative, reportOf("post", id)).Want(http.StatusOK).String("id")
	if again := app.POST(testapp.Junho, "/api/reports", reportOf("post", id)).Want(http.StatusOK); again.String("id") != native {
		t.Errorf("by the other surface: %v", again.JSON)
	}
	if n := count(t, app, "SELECT open_reports_count FROM posts WHERE id = '"+id+"'"); n != 2 {
		t.Errorf("%d open reports", n)
	}
	if x := app.GET(testapp.Sora, "/api/collections/posts/records/"+id).Want(http.StatusOK); x.Get("open_reports_count") != nil {
		t.Error("who reported is nobody's business, nor how many")
	}
	app.Do(testapp.Ada, http.MethodDelete, "/api/posts/"+id, nil).Want(http.StatusNoContent)
	if n := count(t, app, "SELECT COUNT(*) FROM reports WHERE target_id = '"+id+"'"); n != 0 {
		t.Errorf("%d reports of what is gone", n)
	}
}

func TestOnlyWhatOneSeesCanBeReported(t *testing.T) {
	app := testapp.New(t)
	private := post(app, testapp.Ada, map[string]any{"visibility": "private"})
	mine := post(app, testapp.Ada, nil)
	comment := app.POST(testapp.Ada, "/api/posts/"+mine+"/comments", map[string]any{"content": "x"}).Want(http.StatusCreated).String("id")
	hidden := app.POST(testapp.Ada, "/api/posts/"+private+"/comments", map[string]any{"content": "x"}).Want(http.StatusCreated).String("id")
	loose := upload(t, app, testapp.Ada, "/api/media", "a.jpg", jpeg(t)).Want(http.StatusCreated).String("id")
	before := count(t, app, "SELECT COUNT(*) FROM reports")
	for kind, id := range map[string]string{"post": private, "comment": hidden, "media": loose, "user": "nobodyatall0000"} {
		for _, path := range []string{"/api/reports", reportsNative} {
			app.POST(testapp.Bob, path, reportOf(kind, id)).Want(http.StatusNotFound)
		}
	}
	for _, path := range []string{"/api/reports", reportsNative} {
		for field, value := range map[string]any{"reason": "ugly", "target_type": "tag", "target_id": ""} {
			body := reportOf("post", mine)
			body[field] = value
			app.POST(testapp.Bob, path, body).Want(http.StatusBadRequest)
		}
	}
	if n := count(t, app, "SELECT COUNT(*) FROM reports"); n != before {
		t.Errorf("refused, and yet there are %d more", n-before)
	}
	for kind, id := range map[string]string{"post": mine, "comment": comment, "user": testapp.ID(testapp.Ada)} {
		app.POST(testapp.Bob, "/api/reports", reportOf(kind, id)).Want(http.StatusCreated)
	}
}

func TestFiveEstablishedPeopleHideAPost(t *testing.T) {
	app := testapp.New(t)
	id := post(app, testapp.Ada, nil)
	for i := range 6 { // they joined today
		app.POST(join(app, fmt.Sprintf("fresh%d", i)), "/api/reports", reportOf("post", id)).Want(http.StatusCreated)
	}
	old := neighbours(t, app, 5)
	for i, who := range old {
		app.GET("", "/api/posts/"+id).Want(http.StatusOK)
		path := []string{"/api/reports", reportsNative}[i%2]
		app.POST(who, path, reportOf("post", id))
	}
	app.GET("", "/api/posts/"+id).Want(http.StatusNotFound)
	app.GET("", "/api/collections/posts/records/"+id).Want(http.StatusNotFound)
	if x := app.GET(testapp.Ada, "/api/posts/"+id).Want(http.StatusOK); x.Get("is_hidden") != true {
		t.Errorf("not marked for its author: %v", x.JSON)
	}
}

func TestHowManyReportsHideIsSet(t *testing.T) {
	app := testapp.New(t)
	app.Deps.Moderation.ReportsToHide = 0
	id := post(app, testapp.Ada, nil)
	old := neighbours(t, app, 6)
	for _, who := range old[:5] {
		app.POST(who, "/api/reports", reportOf("post", id)).Want(http.StatusCreated)
	}
	app.GET("", "/api/posts/"+id).Want(http.StatusOK)
	app.Deps.Moderation.ReportsToHide = 6
	app.POST(old[5], "/api/reports", reportOf("post", id)).Want(http.StatusCreated)
	app.GET("", "/api/posts/"+id).Want(http.StatusNotFound)
}
