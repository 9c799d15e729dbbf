package ui_test

import (
	"net/http"
	"regexp"
	"testing"

	"madang/testapp"
)

// What is no document needs no headers about documents; a drawing is one when it is opened by itself.
func TestScriptsAndStylesCarryNoHeadersOfDocuments(t *testing.T) {
	app := testapp.New(t)
	page := app.GET("", "/login").Want(http.StatusOK).Body.String()
	for _, path := range regexp.MustCompile(`/assets/[^"]+\.(?:js|css)`).FindAllString(page, -1) {
		h := app.GET("", path).Want(http.StatusOK).Header()
		if h.Get("Content-Security-Policy") != "" || h.Get("Permissions-Policy") != "" || h.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %v", path, h)
		}
	}
	if h := app.GET("", "/favicon.svg").Want(http.StatusOK).Header(); h.Get("Content-Security-Policy") == "" || h.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("the drawing: %v", h)
	}
}
