package ui_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"madang/testapp"
)

// TestReportHideTellAppealUndo is the journey of a post that somebody reports.
func TestReportHideTellAppealUndo(t *testing.T) {
	app := testapp.New(t)
	ada, bob, sora := visit(t, app, testapp.Ada), visit(t, app, testapp.Bob), reading(t, app, testapp.Sora, "en")
	id := app.POST(testapp.Ada, "/api/posts", map[string]any{"title": "Cheap <watches>", "content": "Buy now"}).Want(http.StatusCreated).String("id")
	shown := read(bob, id)
	link := strings.ReplaceAll(shown.pick(`href="(/report\?[^"]+)"`), "&amp;", "&")
	visit(t, app, "").get(link).leadsTo("/login")
	bob.get(link).is(http.StatusOK, "What is wrong with it?", "Spam or advertising", `value="`+id+`"`)
	sent := url.Values{"target_type": {"post"}, "target_id": {id}, "detail": {"It <sells>"}, "back": {"/posts/" + id}}
	bob.post("/report", sent).is(http.StatusBadRequest, "It &lt;sells&gt;")
	sent.Set("reason", "spam")
	bob.post("/report", sent).is(http.StatusOK, "Thank you", `href="/posts/`+id+`"`)

	bob.get("/moderation").is(http.StatusForbidden)
	queue := sora.get("/moderation").is(http.StatusOK, "Cheap &lt;watches&gt;", "Buy now", "It &lt;sells&gt;", "1 report")
	report := queue.pick(`action="/moderation/([a-z0-9]{15})"`)
	bob.post("/moderation/"+report, url.Values{"action": {"hide"}}).is(http.StatusForbidden)
	sora.post("/moderation/"+report, nil).is(http.StatusBadRequest, `role="alert"`)
	sora.post("/moderation/"+report, url.Values{"action": {"hide"}, "note": {"It is <advertising>"}}).leadsTo("/moderation?done=")
	sora.get("/moderation").is(http.StatusOK, "Nothing waits").not("Cheap")
	sora.get("/moderation?status=resolved").is(http.StatusOK, "Cheap")
	read(bob, id).is(http.StatusNotFound)
	read(ada, id).is(http.StatusOK, "Moderators have hidden this post", `href="/notices"`)

	notice := ada.get("/notices").is(http.StatusOK, "Hidden by a moderator", "It is &lt;advertising&gt;").pick(`action="/notices/([a-z0-9]{15})/appeal"`)
	ada.post("/notices/"+notice+"/appeal", url.Values{"detail": {" "}}).is(http.StatusBadRequest)
	bob.post("/notices/"+notice+"/appeal", url.Values{"detail": {"x"}}).is(http.StatusNotFound)
	ada.post("/notices/"+notice+"/appeal", url.Values{"detail": {"It was irony"}}).leadsTo("/notices?done=appeal")
	ada.get("/notices?done=appeal").is(http.StatusOK, "Your appeal was sent", "It was irony").not("<textarea")
	sora.get("/moderation").is(http.StatusOK, "Appeal", "It was irony")
	sora.get("/moderation/log").is(http.StatusOK, "Hidden", "It is &lt;advertising&gt;", "@sora")
	sora.post("/moderation/log/"+notice+"/undo", nil).leadsTo("/moderation/log")
	ada.get("/notices").is(http.StatusOK, "This was undone")
	read(bob, id).is(http.StatusOK)
}

func TestASuspendedPersonSeesUntilWhenAndWhy(t *testing.T) {
	app := testapp.New(t)
	report := app.POST(testapp.Ada, "/api/reports", map[string]any{"target_type": "user", "target_id": testapp.ID(testapp.Bob), "reason": "abuse"}).Want(http.StatusCreated).String("id")
	sora := reading(t, app, testapp.Sora, "en")
	sora.get("/moderation").is(http.StatusOK, "Suspend").not(`value="hide"`)
	sora.post("/moderation/"+report, url.Values{"action": {"suspend"}, "days": {"7"}, "note": {"Be kind"}}).leadsTo("/moderation?done=")
	bob := visit(t, app, testapp.Bob)
	year := time.Now().AddDate(0, 0, 7).Format("2006")
	bob.get("/").is(http.StatusOK, "You are suspended until", year, `href="/notices"`)
	notice := bob.get("/notices").is(http.StatusOK, "Suspended", "Be kind").pick(`action="/notices/([a-z0-9]{15})/appeal"`)
	bob.post("/new", url.Values{"title": {"A title"}, "content": {"x"}}).is(http.StatusForbidden)
	bob.post("/notices/"+notice+"/appeal", url.Values{"detail": {"Sorry"}}).leadsTo("/notices?done=appeal")
	bob = reading(t, app, testapp.Bob, "ko")
	bob.get("/").is(http.StatusOK, "이용이 정지되었습니다")
	sora = reading(t, app, testapp.Sora, "ko")
	sora.get("/moderation").is(http.StatusOK, "이의 제기", "처리하기")
	sora.get("/moderation/log").is(http.StatusOK, "정지")
}

// read follows the short path of a post to where it stands.
func read(b *browser, id string) view {
	b.t.Helper()
	v := b.get("/posts/" + id)
	if to := v.Header.Get("Location"); to != "" {
		return b.get(to)
	}
	return v
}

// reading is visit, in a language.
func reading(t *testing.T, app *testapp.App, who, locale string) *browser {
	t.Helper()
	b := visit(t, app, who)
	b.post("/settings", url.Values{"section": {"language"}, "locale": {locale}, "back": {"/"}}).leadsTo("/")
	return b
}
