package ui_test

import (
	"net/http"
	"net/url"
	"testing"

	"madang/testapp"
)

// TestMessagesByForm: everything but the live parts works without scripts.
func TestMessagesByForm(t *testing.T) {
	app := testapp.New(t)
	ada, bob := visit(t, app, testapp.Ada), visit(t, app, testapp.Bob)
	app.POST(testapp.Ada, "/api/users/@bob/follow", nil)
	app.Do(testapp.Bob, http.MethodDelete, "/api/users/@ada/follow", nil)
	ada.get("/@bob").is(http.StatusOK).not(`href="/messages/bob#end"`)
	ada.get("/messages/bob").is(http.StatusOK, "Only people who follow each other can write to each other.").not("data-write")
	ada.get("/messages/nobody.at.all").is(http.StatusNotFound)
	ada.get("/messages/ada").is(http.StatusBadRequest)
	app.POST(testapp.Bob, "/api/users/@ada/follow", nil).Want(http.StatusCreated)
	ada.get("/@bob").is(http.StatusOK, `href="/messages/bob#end"`)
	ada.get("/messages").is(http.StatusOK, "No messages yet.")
	ada.get("/messages/bob").is(http.StatusOK, "data-write", "Say hello to")

	ada.post("/messages/bob", url.Values{"content": {" "}}).is(http.StatusBadRequest, `id="say-problem"`)
	sent := url.Values{"content": {"<b>Hello</b>\nBob"}, "key": {"one"}}
	ada.post("/messages/bob", sent).leadsTo("/messages/bob#end")
	ada.post("/messages/bob", sent).leadsTo("/messages/bob#end") // clicked twice
	bob.get("/messages").is(http.StatusOK, "&lt;b&gt;Hello", `1 unread`, `href="/messages/ada#end"`)
	ada.get("/messages/bob").is(http.StatusOK, `data-seen hidden`)
	bob.get("/messages/ada").is(http.StatusOK, "&lt;b&gt;Hello&lt;/b&gt;<br>Bob", "/report?type=message")
	bob.get("/messages").is(http.StatusOK).not("1 unread")
	ada.get("/messages/bob").is(http.StatusOK, `data-seen>`)

	bob.post("/messages/ada/mute", url.Values{"on": {"1"}}).leadsTo("/messages/ada#end")
	bob.get("/messages/ada").is(http.StatusOK, "You muted this conversation.")
	id, _ := app.GET(testapp.Ada, "/api/conversations/@bob/messages").Results()[0]["id"].(string)
	bob.post("/messages/ada/delete", url.Values{"id": {id}}).is(http.StatusForbidden)
	ada.post("/messages/bob/delete", url.Values{"id": {id}}).leadsTo("/messages/bob#end")
	bob.get("/messages/ada").is(http.StatusOK, "This message was deleted.").not("Hello")
	bob.post("/messages/ada/clear", nil).leadsTo("/messages")
	bob.get("/messages").is(http.StatusOK, "No messages yet.")
	bob.post("/users/"+testapp.ID(testapp.Ada)+"/block", url.Values{"on": {"1"}, "back": {"/messages"}}).leadsTo("/messages")
	ada.get("/messages/bob").is(http.StatusNotFound)
	ada.get("/messages").is(http.StatusOK, "No messages yet.")
}

// TestWhatChangedSinceAVersion is what scripts take out of the page; older ones have a link that stays true.
func TestWhatChangedSinceAVersion(t *testing.T) {
	app := testapp.New(t)
	ada := visit(t, app, testapp.Ada)
	app.POST(testapp.Ada, "/api/users/@bob/follow", nil)
	app.POST(testapp.Bob, "/api/users/@ada/follow", nil)
	for _, text := range []string{"first", "second", "third"} {
		app.POST(testapp.Bob, "/api/conversations/@ada/messages", map[string]any{"content": text}).Want(http.StatusCreated)
	}
	ada.get("/messages/bob?since=1").is(http.StatusOK, "second", "third", `data-version="3"`).not("first")
	ada.get("/messages/bob?since=3").is(http.StatusOK, `data-version="3"`).not("third")
	ada.get("/messages/bob?since=x").is(http.StatusBadRequest)
	ada.get("/messages/bob?since=0&page_size=2").is(http.StatusOK, "data-more")
	ada.get("/messages/bob?page_size=2").is(http.StatusOK, "second", "third", "data-older").not("first")
}

func TestAReportedMessageOnThePages(t *testing.T) {
	app := testapp.New(t)
	bob, sora := visit(t, app, testapp.Bob), visit(t, app, testapp.Sora)
	app.POST(testapp.Ada, "/api/users/@bob/follow", nil)
	app.POST(testapp.Bob, "/api/users/@ada/follow", nil)
	app.POST(testapp.Bob, "/api/conversations/@ada/messages", map[string]any{"content": "What do you mean?"}).Want(http.StatusCreated)
	id := app.POST(testapp.Ada, "/api/conversations/@bob/messages", map[string]any{"content": "An insult"}).Want(http.StatusCreated).String("id")
	bob.get("/report?type=message&id="+id).is(http.StatusOK, `value="message"`)
	bob.post("/report", url.Values{"target_type": {"message"}, "target_id": {id}, "reason": {"abuse"}}).is(http.StatusOK)
	sora.get("/moderation").is(http.StatusOK, "An insult", "What do you mean?", "바로 앞의 몇 개만")
	sora.get("/messages/ada").is(http.StatusOK).not("An insult")
}
