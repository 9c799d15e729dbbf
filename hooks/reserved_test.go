package hooks_test

import (
	"net/http"
	"strings"
	"testing"

	"madang/testapp"
)

// TestNobodyIsCalledLikeAPage holds the reserved names to the first segments of the site's addresses.
func TestNobodyIsCalledLikeAPage(t *testing.T) {
	app := testapp.New(t)
	tried := map[string]bool{}
	for _, r := range rows(t) {
		name, _, _ := strings.Cut(strings.Trim(r.path, "/"), "/")
		if len(name) < 3 || strings.ContainsAny(name, "{}") || tried[name] {
			continue
		}
		tried[name] = true
		code := app.Do("", http.MethodPost, "/api/auth/register", map[string]any{"username": name}).Want(http.StatusBadRequest).String("data", "username", "code")
		if code != "validation_reserved_name" && !strings.Contains(name, ".") {
			t.Errorf("somebody may be called %q: %s", name, code)
		}
	}
	if len(tried) < 20 {
		t.Fatalf("only %d names", len(tried))
	}
}
