package ui_test

import (
	"net/http"
	"net/url"
	"testing"

	"madang/testapp"
)

func TestAThemeIsKeptUntilItIsTakenBack(t *testing.T) {
	b := visit(t, testapp.New(t), "")
	b.get("/").is(http.StatusOK, `content="light dark"`).not("data-theme")
	b.post("/settings", url.Values{"section": {"theme"}, "theme": {"dark"}, "back": {"/explore"}}).leadsTo("/explore")
	b.get("/search").is(http.StatusOK, `data-theme="dark"`, `<meta name="color-scheme" content="dark">`).not("#fbfaf7")
	b.post("/settings", url.Values{"section": {"theme"}, "theme": {"<script>"}}).is(http.StatusBadRequest)
	b.post("/settings", url.Values{"section": {"theme"}, "theme": {""}, "back": {"//elsewhere.example"}}).leadsTo("/")
	b.get("/").not("data-theme")
}

func TestALanguageThatAnAddressAsksForCanBeChangedAtItsFoot(t *testing.T) {
	b := visit(t, testapp.New(t), "")
	b.get("/explore?period=30d&lang=ko").is(http.StatusOK, "둘러보기")
	b.post("/settings", url.Values{"section": {"language"}, "locale": {"en"}, "back": {"/explore?period=30d&lang=ko"}}).leadsTo("/explore?period=30d")
	b.get("/explore?period=30d").is(http.StatusOK, "Explore")
}

func TestAProfileShowsMediaAndToItsOwnerLikes(t *testing.T) {
	app := testapp.New(t)
	plain := write(t, app, testapp.Ada, map[string]any{"title": "Only words of mine"})
	liked := write(t, app, testapp.Bob, map[string]any{"title": "Words of somebody else"})
	app.POST(testapp.Ada, "/api/posts/"+liked+"/like", nil).Want(http.StatusCreated)
	ada, bob := visit(t, app, testapp.Ada), visit(t, app, testapp.Bob)
	ada.get("/@ada").is(http.StatusOK, plain, `href="/@ada/likes"`, `href="/@ada/feed.xml"`)
	ada.get("/@ada/media").is(http.StatusOK, `aria-current="page">Media`).not(plain)
	ada.get("/@ada/likes").is(http.StatusOK, liked).not(plain)
	bob.get("/@ada").is(http.StatusOK).not("/@ada/likes")
	bob.get("/@ada/likes").is(http.StatusNotFound)
	visit(t, app, "").get("/@ada/likes").is(http.StatusNotFound)
}
