package ui_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"madang/testapp"
)

func TestACommentIsSaidAnsweredChangedAndDeleted(t *testing.T) {
	app := testapp.New(t)
	id := write(t, app, testapp.Ada, nil)
	bob, ada := visit(t, app, testapp.Bob), visit(t, app, testapp.Ada)
	post := bob.get("/posts/" + id).leadsTo("/")
	to := bob.post("/posts/"+id+"/comments", url.Values{"content": {"Fine <work>\nreally"}, "back": {post}}).leadsTo("/posts/" + id + "#c-")
	comment := to[len(to)-15:]
	bob.get(post).is(http.StatusOK, "Fine &lt;work&gt;<br>really", "1 comment")

	ada.post("/posts/"+id+"/comments", url.Values{"content": {"Thanks"}, "parent": {comment}, "back": {post}}).leadsTo(post + "#c-")
	ada.get(post).is(http.StatusOK, "Thanks", `<ol class="replies">`)
	bob.post("/comments/"+comment+"/edit", url.Values{"content": {"Great work"}, "back": {post}}).leadsTo(post + "#c-" + comment)
	bob.get(post).is(http.StatusOK, "Great work").not("Fine")
	ada.post("/comments/"+comment+"/edit", url.Values{"content": {"I am the best"}}).is(http.StatusForbidden)
	visit(t, app, testapp.Minji).post("/comments/"+comment+"/delete", nil).is(http.StatusForbidden)
	ada.post("/comments/"+comment+"/delete", url.Values{"back": {post}}).leadsTo(post + "#comments")
	bob.get(post).is(http.StatusOK, "This comment was deleted.", "Thanks").not("Great work")
	bob.get("/comments/"+comment).is(http.StatusOK, "This comment was deleted.", "Thanks")
	visit(t, app, "").get(post).is(http.StatusOK, "Sign in to comment").not(`id="say-new"`)
}

func TestARefusedCommentKeepsWhatWasTyped(t *testing.T) {
	app := testapp.New(t)
	id := write(t, app, testapp.Ada, nil)
	bob := visit(t, app, testapp.Bob)
	long := strings.Repeat("a", 2001)
	bob.post("/posts/"+id+"/comments", url.Values{"content": {long}}).is(http.StatusBadRequest, `id="say-new-problem"`, long, "A title")
	to := bob.post("/posts/"+id+"/comments", url.Values{"content": {"First"}}).leadsTo("/posts/" + id)
	comment := to[len(to)-15:]
	bob.post("/posts/"+id+"/comments", url.Values{"content": {long}, "parent": {comment}}).
		is(http.StatusBadRequest, `id="say-new`+comment+`-problem"`, long, "<details open><summary>Reply")
	bob.post("/comments/"+comment+"/edit", url.Values{"content": {long}}).
		is(http.StatusBadRequest, `id="say-edit`+comment+`-problem"`, long, "<details open><summary>Edit")
	bob.post("/posts/abcdefghij12345/comments", url.Values{"content": {"Hi"}}).is(http.StatusNotFound)
	bob.post("/comments/abcdefghij12345/delete", nil).is(http.StatusNotFound)
}

func TestLongTalksHavePages(t *testing.T) {
	app := testapp.New(t)
	id := write(t, app, testapp.Ada, nil)
	bob := visit(t, app, testapp.Bob)
	say := func(n int, parent string) string {
		return bob.post("/posts/"+id+"/comments", url.Values{"content": {"Number " + strconv.Itoa(n)}, "parent": {parent}, "back": {"/posts/" + id}}).leadsTo("/")
	}
	first := ""
	for n := range 21 {
		to := say(n, "")
		if n == 0 {
			first = to[len(to)-15:]
		}
		if want := "/posts/" + id + "?page=2#c-"; n == 20 && !strings.HasPrefix(to, want) {
			t.Errorf("the 21st comment leads to %s", to)
		}
	}
	post := bob.get("/posts/" + id + "?page=2").leadsTo("/@ada/a-title-" + id + "?page=2")
	bob.get(post).is(http.StatusOK, "Number 20", `rel="prev"`).not("Number 19")
	for n := range 4 {
		to := say(100+n, first)
		if n == 2 && !strings.HasPrefix(to, "/posts/"+id+"#c-") || n == 3 && !strings.HasPrefix(to, "/comments/"+first+"#c-") {
			t.Errorf("reply %d leads to %s", n, to)
		}
	}
	bob.get(strings.TrimSuffix(post, "?page=2")).is(http.StatusOK, "Show all 4 replies", "Number 102").not("Number 103")
	bob.get("/comments/"+first).is(http.StatusOK, "Number 0", "Number 103").not("Number 1<", "Show all")
	bob.post("/comments/"+first+"/delete", url.Values{"back": {"/comments/" + first}}).leadsTo("/posts/" + id + "#comments")
	bob.get("/comments/abcdefghij12345").is(http.StatusNotFound)
}

func TestTheThreadOfAPostThatOneMayNotSeeIsNotThere(t *testing.T) {
	app := testapp.New(t)
	id := write(t, app, testapp.Ada, map[string]any{"visibility": "private"})
	ada := visit(t, app, testapp.Ada)
	to := ada.post("/posts/"+id+"/comments", url.Values{"content": {"Dear diary"}}).leadsTo("/")
	comment := to[len(to)-15:]
	for _, who := range []string{"", testapp.Bob} {
		visit(t, app, who).get("/comments/" + comment).is(http.StatusNotFound).not("Dear diary")
	}
	visit(t, app, testapp.Sora).get("/comments/"+comment).is(http.StatusOK, "Dear diary")
}
