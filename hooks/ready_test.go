package hooks_test

import (
	"net/http"
	"testing"

	"madang/testapp"
)

func TestReady(t *testing.T) {
	app := testapp.New(t)
	a := app.GET("", "/api/ready").Want(http.StatusOK)
	for _, part := range []string{"status", "database", "storage", "index", "jobs"} {
		if a.String(part) != "ok" {
			t.Errorf("%s: %v", part, a.JSON)
		}
	}
}

func TestNotReady(t *testing.T) {
	app := testapp.New(t)
	if _, err := app.NonconcurrentDB().NewQuery("PRAGMA query_only = ON").Execute(); err != nil { // no write goes through, as on a full disk
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = app.NonconcurrentDB().NewQuery("PRAGMA query_only = OFF").Execute() })
	a := app.GET("", "/api/ready").Want(http.StatusServiceUnavailable)
	if a.String("status") != "failing" || a.String("database") != "failing" {
		t.Errorf("%v", a.JSON)
	}
}
