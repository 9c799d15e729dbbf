package ui_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"madang/testapp"
)

// everybody is in the order of their rights.
var everybody = []string{"", testapp.Bob, testapp.Minji, testapp.Ada, testapp.Sora}

func TestWhoSeesWhichPost(t *testing.T) {
	app := testapp.New(t)
	app.POST(testapp.Bob, "/api/users/"+testapp.ID(testapp.Ada)+"/follow", nil)
	app.POST(testapp.Ada, "/api/users/"+testapp.ID(testapp.Minji)+"/block", nil)
	const (
		stranger  = ""
		follower  = testapp.Bob
		blocked   = testapp.Minji
		author    = testapp.Ada
		moderator = testapp.Sora
	)
	browsers := map[string]*browser{}
	for _, who := range everybody {
		browsers[who] = visit(t, app, who)
	}
	for _, c := range []struct {
		what map[string]any
		sees []string
	}{
		{map[string]any{}, []string{stranger, follower, author, moderator}},
		{map[string]any{"visibility": "followers"}, []string{follower, author, moderator}},
		{map[string]any{"visibility": "private"}, []string{author, moderator}},
		{map[string]any{"status": "draft"}, []string{author}},
	} {
		c.what["content"] = "hushed words"
		id := write(t, app, author, c.what)
		sees := map[string]bool{}
		for _, who := range c.sees {
			sees[who] = true
		}
		for _, who := range []string{stranger, follower, blocked, author, moderator} {
			b := browsers[who]
			canonical := "/@ada/a-title-" + id
			if !sees[who] {
				b.get("/posts/"+id).is(http.StatusNotFound).not("hushed words", "A title")
				b.get(canonical).is(http.StatusNotFound).not("hushed words", "A title")
				b.get("/@ada/other-" + id).is(http.StatusNotFound)
				continue
			}
			if to := b.get("/posts/" + id).leadsTo("/@ada/"); to != canonical {
				t.Errorf("%v: %s is led to %s", c.what, who, to)
			}
			b.get("/@ada/other-" + id).leadsTo(canonical)
			b.get(canonical).is(http.StatusOK, "hushed words")
		}
	}
}

func TestOnlyPublicPostsAreForSearchEngines(t *testing.T) {
	app := testapp.New(t)
	ada := visit(t, app, testapp.Ada)
	public := write(t, app, testapp.Ada, map[string]any{"title": `On </script> & "quotes"`, "tags": []string{"cats"}})
	ada.get(ada.get("/posts/"+public).leadsTo("/@ada/on-script-quotes-")).is(http.StatusOK,
		`<link rel="canonical" href="http://example.com/@ada/on-script-quotes-`+public, `property="og:image" content="http://example.com/`,
		`"@type":"SocialMediaPosting"`, `"headline":"On \u003c/script\u003e \u0026 \"quotes\""`).not("noindex", "<title>On </script>")
	warned := write(t, app, testapp.Ada, map[string]any{"content_warning": "Spiders", "content": "eight legs"})
	page := ada.get(ada.get("/posts/" + warned).leadsTo("/"))
	page.is(http.StatusOK, `name="description" content="Spiders"`, `<details class="warning">`)
	for _, fields := range []map[string]any{{"visibility": "private"}, {"visibility": "followers"}, {"status": "draft"}} {
		id := write(t, app, testapp.Ada, fields)
		ada.get(ada.get("/posts/"+id).leadsTo("/")).is(http.StatusOK, `content="noindex"`).not("og:title", "ld+json")
	}
	visit(t, app, "").get("/@ada").is(http.StatusOK, `"@type":"ProfilePage"`, `property="og:type" content="profile"`)
}

func TestReadingCountsOnce(t *testing.T) {
	app := testapp.New(t)
	id := write(t, app, testapp.Ada, nil)
	bob := visit(t, app, testapp.Bob)
	bob.cookies["x"] = "y"
	path := bob.get("/posts/" + id).leadsTo("/")
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Header.Set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) Chrome/150")
	bob.send(r).is(http.StatusOK)
	if n := app.GET(testapp.Ada, "/api/posts?author=ada&page_size=1").Results()[0]["view_count"]; n != 1.0 {
		t.Errorf("%v views after one reading", n)
	}
	head := httptest.NewRequest(http.MethodHead, path, nil)
	bob.send(head).is(http.StatusOK)
	if n := app.GET(testapp.Ada, "/api/posts?author=ada&page_size=1").Results()[0]["view_count"]; n != 1.0 {
		t.Errorf("%v views: HEAD is no reading", n)
	}
}

func TestAPostIsWrittenWithItsFileAndChanged(t *testing.T) {
	app := testapp.New(t)
	bob := visit(t, app, testapp.Bob)
	bob.get("/new").is(http.StatusOK, `name="visibility" value="public" checked`)
	form := url.Values{"title": {"Two of us"}, "content": {"Words"}, "tags": {"#cats dogs"}, "visibility": {"followers"}, "status": {"published"}}
	path := bob.upload("/new", form, "file", "dot.gif", dot).leadsTo("/@bob/two-of-us-")
	id := path[len(path)-15:]
	page := bob.get(path).is(http.StatusOK, `#cats</a>`, `#dogs</a>`, `class="gallery n1"`)
	medium := page.pick(`href="/api/media/([a-z0-9]{15})/stream`)

	bob.get("/posts/"+id+"/edit").is(http.StatusOK, `value="Two of us"`, `value="cats, dogs"`, `name="media" value="`+medium+`" checked`)
	change := url.Values{
		"title": {"Three of us"}, "content": {"More words"}, "tags": {""}, "visibility": {"public"}, "media": {medium}, "alt_" + medium: {"A dot"},
	}
	bob.upload("/posts/"+id+"/edit", change, "file", "dot.gif", dot).leadsTo("/@bob/three-of-us-" + id)
	bob.get("/@bob/three-of-us-"+id).is(http.StatusOK, `alt="A dot"`, `class="gallery n2"`, "edited").not("#cats")

	change.Del("media")
	bob.post("/posts/"+id+"/edit", change).leadsTo("/@bob/three-of-us-" + id)
	bob.get("/@bob/three-of-us-" + id).is(http.StatusOK).not("gallery")

	minji := visit(t, app, testapp.Minji)
	minji.get("/posts/"+id+"/edit").is(http.StatusForbidden, "글쓴이만 바꿀 수 있습니다.")
	minji.post("/posts/"+id+"/edit", change).is(http.StatusForbidden)
	minji.post("/posts/"+id+"/delete", nil).is(http.StatusForbidden)
	visit(t, app, "").get("/posts/" + id + "/edit").leadsTo("/login?next=%2Fposts%2F" + id + "%2Fedit")
	bob.post("/posts/"+id+"/delete", nil).leadsTo("/@bob")
	bob.get("/posts/" + id).is(http.StatusNotFound)
	bob.post("/posts/"+id+"/edit", change).is(http.StatusNotFound)
	bob.get("/posts/" + id + "/edit").is(http.StatusNotFound)
}

func TestARefusedPostKeepsWhatWasTyped(t *testing.T) {
	app := testapp.New(t)
	bob := visit(t, app, testapp.Bob)
	form := url.Values{"title": {"x"}, "content": {"Long <b>thoughts</b>"}, "tags": {"cats"}, "content_warning": {"Heights"}, "visibility": {"private"}}
	page := bob.upload("/new", form, "file", "dot.gif", dot)
	page.is(http.StatusBadRequest, `id="f-title-problem"`, `value="x"`, "Long &lt;b&gt;thoughts", `value="cats"`, `value="Heights"`, `value="private" checked`)
	stored := page.pick(`name="media" value="([a-z0-9]{15})" checked`)
	form.Set("title", "Long enough")
	form.Set("media", stored)
	path := bob.post("/new", form).leadsTo("/@bob/long-enough-")
	bob.get(path).is(http.StatusOK, "/api/media/"+stored+"/stream?token=")

	form.Del("media")
	bob.upload("/new", form, "file", "liar.gif", []byte("no picture")).is(http.StatusBadRequest, `value="Long enough"`, `class="problem"`)
	form.Set("title", "")
	visit(t, app, testapp.Minji).post("/new", form).is(http.StatusBadRequest, "필수 항목입니다.")
	form.Set("title", "Fine")
	form.Set("media", stored) // in another post already
	bob.post("/new", form).is(http.StatusBadRequest)
	form.Set("media", "abcdefghij12345")
	form.Set("alt_abcdefghij12345", "nobody's")
	bob.post("/new", form).is(http.StatusNotFound)
}

func TestLikesBookmarksAndFollowsGoBothWays(t *testing.T) {
	app := testapp.New(t)
	id := write(t, app, testapp.Ada, nil)
	bob := visit(t, app, testapp.Bob)
	on, off := url.Values{"on": {"1"}, "back": {"/@ada#p-" + id}}, url.Values{"on": {"0"}, "back": {"//evil.example"}}
	for _, path := range []string{"/posts/" + id + "/like", "/posts/" + id + "/bookmark"} {
		bob.post(path, on).leadsTo("/@ada#p-" + id)
		bob.post(path, on).leadsTo("/@ada")
	}
	bob.get("/bookmarks").is(http.StatusOK, "p-"+id, `class="act like" aria-pressed="true"`, `class="act keep" aria-pressed="true"`)
	bob.post("/posts/"+id+"/like", off).leadsTo("/")
	bob.post("/posts/"+id+"/bookmark", off).leadsTo("/")
	bob.get("/bookmarks").is(http.StatusOK).not("p-" + id)
	follow := "/users/" + testapp.ID(testapp.Ada) + "/follow"
	bob.post(follow, off).leadsTo("/")
	bob.get("/@ada").is(http.StatusOK, `aria-pressed="false" data-done`)
	bob.post(follow, on).leadsTo("/@ada")
	bob.get("/@ada").is(http.StatusOK, `aria-pressed="true" data-done`)
	bob.get("/@ada/followers").is(http.StatusOK, "/@bob")
	bob.get("/@bob/following").is(http.StatusOK, "/@ada")
	bob.post("/users/"+testapp.ID(testapp.Bob)+"/follow", on).is(http.StatusBadRequest)
	bob.post("/posts/abcdefghij12345/like", on).is(http.StatusNotFound)
	to := visit(t, app, "").post("/posts/"+id+"/like", on).leadsTo("/login?next=")
	if !strings.Contains(to, url.QueryEscape("/@ada#p-"+id)) {
		t.Errorf("a stranger who likes is led to %s", to)
	}
}

// TestTheComposerSaysHowMuchRoomIsLeft, before anything is uploaded.
func TestTheComposerSaysHowMuchRoomIsLeft(t *testing.T) {
	app := testapp.New(t)
	visit(t, app, testapp.Ada).get("/new").is(http.StatusOK, "You have room for 20.0 GB more.")
	app.Deps.Media.Allowance.Total = map[string]int64{"creator": 700<<20 + 1}
	visit(t, app, testapp.Ada).get("/new").is(http.StatusOK, "You have room for 700 MB more.")
	visit(t, app, testapp.Grace).get("/new").is(http.StatusOK).not("You have room for") // admins have no limit
}
