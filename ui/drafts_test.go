package ui_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"madang/testapp"
)

func TestDraftsAreKeptAndComeOutByForm(t *testing.T) {
	app := testapp.New(t)
	ada := visit(t, app, testapp.Ada)
	ada.post("/new", url.Values{"content": {"no title yet"}, "status": {"draft"}, "visibility": {"public"}}).leadsTo("/@ada/")
	page := ada.get("/me/drafts").is(http.StatusOK, "Untitled", "no title yet")
	id := page.pick(`action="/posts/([a-z0-9]{15})/publish"`)
	ada.get("/posts/" + id).leadsTo("/@ada/" + id)
	ada.post("/posts/"+id+"/publish", url.Values{}).is(http.StatusBadRequest, `id="f-title-problem"`, "no title yet")

	seen := ada.get("/posts/" + id + "/edit").is(http.StatusOK).pick(`name="seen" value="([^"]+)"`)
	at := time.Now().Add(30 * time.Hour).In(app.Deps.Config.Zone)
	form := url.Values{"title": {"In time"}, "content": {"text"}, "visibility": {"public"}, "seen": {seen}, "status": {"scheduled"}, "publish_at": {at.Format("2006-01-02T15:04")}}
	ada.post("/posts/"+id+"/edit", form).leadsTo("/@ada/in-time-")
	ada.get("/me/drafts").is(http.StatusOK, "No drafts").not("In time")
	ada.get("/me/drafts?status=scheduled").is(http.StatusOK, "In time", at.Format("Monday, 2 January"))

	conflict := ada.post("/posts/"+id+"/edit", url.Values{"title": {"Of another tab"}, "content": {"mine"}, "visibility": {"public"}, "seen": {seen}})
	conflict.is(http.StatusConflict, "newer version", "Of another tab", "In time")
	again := conflict.pick(`name="seen" value="([^"]+)"`)
	ada.post("/posts/"+id+"/edit", url.Values{"title": {"Meant"}, "content": {"mine"}, "visibility": {"public"}, "seen": {again}}).leadsTo("/@ada/meant-")

	visit(t, app, testapp.Bob).post("/posts/"+id+"/publish", url.Values{}).is(http.StatusNotFound)
	ada.post("/posts/"+id+"/publish", url.Values{}).leadsTo("/@ada/meant-")
	visit(t, app, testapp.Bob).get("/@ada/meant-"+id).is(http.StatusOK, "mine")
}

func TestPreviewByForm(t *testing.T) {
	app := testapp.New(t)
	ada := visit(t, app, testapp.Ada)
	ada.post("/new", url.Values{"title": {"Not yet"}, "content": {"**bold** <script>x</script>"}, "visibility": {"private"}, "preview": {"1"}}).
		is(http.StatusOK, "<strong>bold</strong>", `value="Not yet"`).not("<script>x")
	ada.get("/me/drafts").is(http.StatusOK, "No drafts")
}

func TestDeletingADraftLeadsBack(t *testing.T) {
	app := testapp.New(t)
	ada := visit(t, app, testapp.Ada)
	id := write(t, app, testapp.Ada, map[string]any{"status": "draft"})
	ada.post("/posts/"+id+"/delete", url.Values{"back": {"/me/drafts"}}).leadsTo("/me/drafts")
}

func TestTheCalendarIsInTheReadersZoneAndMovesPosts(t *testing.T) {
	app := testapp.New(t)
	ada := visit(t, app, testapp.Ada)
	kiritimati, err := time.LoadLocation("Pacific/Kiritimati") // UTC+14
	if err != nil {
		t.Fatal(err)
	}
	there := time.Now().In(kiritimati).AddDate(0, 1, 0)
	at := time.Date(there.Year(), there.Month(), 15, 1, 30, 0, 0, kiritimati)
	id := write(t, app, testapp.Ada, map[string]any{"title": "Planned", "content": "x", "status": "scheduled", "publish_at": at.UTC().Format(time.RFC3339)})
	bare := write(t, app, testapp.Ada, map[string]any{"title": "", "content": "no title", "status": "draft"})
	moved := at.AddDate(0, 0, 5).Format(time.DateOnly)
	month := "/me/drafts?view=calendar&month=" + at.Format("2006-01")
	before := at.In(app.Deps.Config.Zone).Format(time.DateOnly)
	ada.get(month).is(http.StatusOK, `id="d-`+before, "Planned", "no title", app.Deps.Config.Zone.String())
	ada.cookies["madang_zone"] = "Pacific%2FKiritimati"
	ada.get(month).is(http.StatusOK, `id="d-`+at.Format(time.DateOnly), "01:30", "Pacific/Kiritimati").not(`id="d-` + before)

	ada.post("/posts/"+id+"/move", url.Values{"day": {moved}}).leadsTo(month + "#p-" + id)
	ada.get(month).is(http.StatusOK, `id="d-`+moved, "01:30")
	ada.post("/posts/"+id+"/move", url.Values{"day": {"2020-01-01"}}).is(http.StatusBadRequest, `id="f-when-problem"`, "Planned")
	ada.post("/posts/"+id+"/move", url.Values{"day": {"soon"}}).is(http.StatusBadRequest)
	ada.post("/posts/"+bare+"/move", url.Values{"day": {moved}}).is(http.StatusBadRequest, `id="f-title-problem"`, "no title")
	visit(t, app, testapp.Bob).post("/posts/"+id+"/move", url.Values{"day": {moved}}).is(http.StatusNotFound)
	ada.get(month).is(http.StatusOK, `id="d-`+moved)
	for _, odd := range []string{"..%2F..%2Fetc%2Fpasswd", "Local", "%zz", "Mars/Olympus"} {
		ada.cookies["madang_zone"] = odd
		ada.get("/me/drafts?view=calendar&month=never").is(http.StatusOK, app.Deps.Config.Zone.String())
	}
}
