package ui_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"madang/testapp"
)

func TestEveryPageAnswers(t *testing.T) {
	app := testapp.New(t)
	write(t, app, testapp.Ada, map[string]any{"title": "고양이가 왔다", "tags": []string{"고양이"}})
	if err := app.Deps.Search.Start(app); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = app.Deps.Search.Stop() })
	if err := app.Deps.Search.Sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	stranger, ada := visit(t, app, ""), visit(t, app, testapp.Ada)
	cats := url.PathEscape("고양이")
	for path, text := range map[string]string{
		"/": "A yard for people who make things", "/?tab=everyone": "고양이가 왔다", "/explore": "People to follow", "/explore?period=24h": "24 hours",
		"/explore?period=30d": "30 days", "/tags/" + cats: "고양이가 왔다", "/tags/nothing-has-this": "No posts with this tag.",
		"/search": "-without", "/search?q=" + cats: "<mark>고양이</mark>", "/search?type=users&q=ada": "<mark>Ada</mark> Whitlock",
		"/search?type=tags&q=" + cats: "#<mark>고양이</mark>", "/search?q=type:users+ada": "<mark>Ada</mark> Whitlock", "/search?type=users&q=type:tags+" + cats: "#<mark>고양이</mark>", "/search?q=zzzzqqqq": "Nothing found for “zzzzqqqq”", "/@ada": "Ada Whitlock",
		"/@ada/followers": "followers", "/@ada/following": "following", "/login": "Welcome back", "/signup": "Join Madang",
	} {
		stranger.get(path).is(http.StatusOK, text, `<html lang="en">`)
	}
	for path, text := range map[string]string{
		"/": "고양이가 왔다", "/?tab=everyone": "고양이가 왔다", "/new": "New post", "/me/drafts": "No drafts.", "/me/stats": "<polyline",
		"/me/stats?period=7d": "7 days", "/bookmarks": "Bookmarks", "/settings": "Settings", "/@ada": "Edit profile",
	} {
		ada.get(path).is(http.StatusOK, text)
	}
	for _, path := range []string{"/?page=0", "/tags/x?page=0", "/@ada?page=0", "/search?q=x&page=x", "/?cursor=nonsense"} {
		ada.get(path).is(http.StatusBadRequest, "That request doesn")
	}
	for _, path := range []string{"/nothing", "/@nobody.here", "/@", "/@ada/nothing", "/tags/%23", "/posts/nothing"} {
		stranger.get(path).is(http.StatusNotFound, "Nothing here", `content="noindex"`)
	}
	for _, path := range []string{"/me/drafts", "/me/stats", "/bookmarks", "/settings", "/new"} {
		stranger.get(path).leadsTo("/login?next=" + url.QueryEscape(path))
	}
	stranger.get("/@ADA/").leadsTo("/@ADA")
	stranger.get("/@ADA").leadsTo("/@ada")
	stranger.get("/explore/?period=24h").leadsTo("/explore?period=24h")
	stranger.get("//evil.example/").leadsTo("/evil.example/")
	stranger.get("/%2F%2Fevil.example/").is(http.StatusNotFound)
	stranger.post("/nothing", nil).is(http.StatusNotFound)
}

func TestListsGoOn(t *testing.T) {
	app := testapp.New(t)
	b := visit(t, app, "")
	first := b.get("/?tab=everyone").is(http.StatusOK)
	next := strings.ReplaceAll(first.pick(`rel="next" href="([^"]+)"`), "&amp;", "&")
	ids := regexp.MustCompile(`id="p-([a-z0-9]{15})"`)
	seen := map[string]bool{}
	for _, found := range ids.FindAllStringSubmatch(first.html+b.get(next).is(http.StatusOK).html, -1) {
		if seen[found[1]] {
			t.Errorf("%s comes twice", found[1])
		}
		seen[found[1]] = true
	}
	if len(seen) < 21 {
		t.Errorf("two pages have %d posts", len(seen))
	}
	b.get("/?tab=everyone&page=2").is(http.StatusOK, `rel="prev"`)
}

func TestErrorsArePagesForPeopleAndJSONForPrograms(t *testing.T) {
	app := testapp.New(t)
	b := visit(t, app, "")
	b.lang = "ko"
	b.get("/nothing").is(http.StatusNotFound, "찾을 수 없습니다", `<html lang="ko">`)
	for _, path := range []string{"/api/nothing", "/api/posts/nothing", "/api"} {
		if kind := b.get(path).is(http.StatusNotFound).Header.Get("Content-Type"); !strings.HasPrefix(kind, "application/json") {
			t.Errorf("%s answers a program with %s", path, kind)
		}
	}
	answer := app.GET("", "/nothing").Want(http.StatusNotFound)
	if !strings.Contains(answer.Body.String(), `"status":404`) {
		t.Errorf("a program hears %s", answer.Body)
	}
	app.Deps.Feed.CountView = nil // reading a post panics
	broken := b.get(b.get("/posts/" + write(t, app, testapp.Ada, nil)).leadsTo("/"))
	broken.is(http.StatusInternalServerError, "서버에 문제가 생겼습니다").not("panic", "nil pointer", ".go:")
}

func TestPagesLoadFromHereAlone(t *testing.T) {
	app := testapp.New(t)
	page := visit(t, app, "").get("/").is(http.StatusOK)
	for header, want := range map[string]string{
		"Content-Security-Policy": "script-src 'self'; style-src 'self'", "X-Frame-Options": "DENY", "X-Content-Type-Options": "nosniff",
		"Cache-Control": "private, no-cache", "Vary": "Cookie, Accept-Language", "Content-Language": "en",
	} {
		if got := strings.Join(page.Header.Values(header), ", "); !strings.Contains(got, want) {
			t.Errorf("%s: %q", header, got)
		}
	}
	page.not(" style=", " onclick=", " onload=", "javascript:")
	if regexp.MustCompile(`<script(?: type="module")?>`).MatchString(page.html) {
		t.Error("a script stands in the page")
	}
}

func TestAssetsAreKeptForEverUnderTheirVersion(t *testing.T) {
	app := testapp.New(t)
	b := visit(t, app, "")
	style := b.get("/").is(http.StatusOK).pick(`href="(/assets/[^"]+\.css)"`)
	got := b.get(style).is(http.StatusOK, "--paper")
	if got.Header.Get("Cache-Control") != "public, max-age=31536000, immutable" || !strings.HasPrefix(got.Header.Get("Content-Type"), "text/css") {
		t.Errorf("the style comes with %v", got.Header)
	}
	r := httptest.NewRequest(http.MethodGet, style, nil)
	r.Header.Set("If-None-Match", got.Header.Get("ETag"))
	b.send(r).is(http.StatusNotModified)
	r = httptest.NewRequest(http.MethodGet, style, nil)
	r.Header.Set("Accept-Encoding", "gzip")
	zipped := b.send(r).is(http.StatusOK)
	z, err := gzip.NewReader(strings.NewReader(zipped.html))
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := io.ReadAll(z); err != nil || string(plain) != got.html {
		t.Errorf("squeezed, the style is another: %v", err)
	}
	if old := b.get("/assets/000000000000/js/site.js").is(http.StatusOK, "import"); old.Header.Get("Cache-Control") != "no-cache" {
		t.Error("an old version would be kept")
	}
	for _, path := range []string{"/assets/x/layout.html", "/assets/x/nothing.css", "/assets/x/../embed.go"} {
		if code := b.get(path).StatusCode; code == http.StatusOK {
			t.Errorf("%s is served", path)
		}
	}
	b.get("/favicon.svg").is(http.StatusOK, "<svg")
	b.get("/robots.txt").is(http.StatusOK, "Disallow: /settings")
}

func TestPagesAreSqueezed(t *testing.T) {
	app := testapp.New(t)
	r := httptest.NewRequest(http.MethodGet, "/@ada", nil)
	r.Header.Set("Accept-Encoding", "gzip")
	page := visit(t, app, "").send(r).is(http.StatusOK)
	if page.Header.Get("Content-Encoding") != "gzip" || len(page.html) > 20_000 {
		t.Errorf("%d bytes, %v", len(page.html), page.Header)
	}
}
