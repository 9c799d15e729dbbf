package ui_test

import (
	"net/http"
	"testing"

	"madang/testapp"
)

func TestASearchCanBeNarrowed(t *testing.T) {
	app := testapp.New(t)
	write(t, app, testapp.Ada, map[string]any{"title": "Yard work", "tags": []string{"spring"}})
	write(t, app, testapp.Bob, map[string]any{"title": "Yard sale"})
	if err := app.Deps.Search.Start(app); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = app.Deps.Search.Stop() })
	if err := app.Deps.Search.Sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	b := visit(t, app, "")
	b.get("/search?q=yard").is(http.StatusOK, "#spring", "Filters", `author%3Aada">@ada`, "@bob").not("By month")
	b.get("/search?q=yard+author%3Aada").is(http.StatusOK, "Yard work").not("Filters", "Yard sale")
}
