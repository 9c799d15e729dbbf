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
