package limits_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"madang/limits"
	"madang/testapp"
)

// TestTheClassesAreOfRoutesThatExist: a route that is renamed doesn't lose its limit unseen.
func TestTheClassesAreOfRoutesThatExist(t *testing.T) {
	app := testapp.Empty(t)
	mux, ok := app.Handler.(*http.ServeMux)
	if !ok {
		t.Fatalf("the handler is a %T", app.Handler)
	}
	fill := strings.NewReplacer("{path...}", "x", "{id}", "x", "{collection}", "users", "{version}", "x", "{recordId}", "x", "{filename}", "x", "{size}", "x", "{file}", "x")
	for pattern, class := range limits.ByPattern {
		method, path, _ := strings.Cut(pattern, " ")
		for _, slash := range []string{"", "/"} {
			_, matched := mux.Handler(httptest.NewRequest(method, fill.Replace(path)+slash, nil))
			if matched = strings.TrimSuffix(matched, "/{$}"); matched == pattern {
				continue
			}
			if slash == "" && !strings.HasPrefix(path, "/_/") {
				t.Errorf("%s (%s) is no route: %q is", pattern, class, matched)
			} else if slash == "/" && strings.HasPrefix(matched, method) && !strings.Contains(path, "{path...}") && matched != method+" /_/{path...}" {
				t.Errorf("%s (%s) with a slash is %q, of another class", pattern, class, matched)
			}
		}
	}
	for _, r := range app.Routes { // a player asks for many pieces
		if strings.HasPrefix(r, "GET /api/media/{id}/") && limits.ByPattern[strings.TrimSuffix(strings.TrimSuffix(r, "/{$}"), "/")] != limits.File {
			t.Errorf("%s isn't of the class of files", r)
		}
	}
	for class, rule := range limits.Table {
		if class == "" || rule == (limits.Table["none"]) {
			t.Errorf("the class %q has no numbers", class)
		}
	}
}
