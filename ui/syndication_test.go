package ui_test

import (
	"encoding/xml"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"madang/testapp"
)

func TestFeedsAndTheSitemapShowWhatStrangersMaySee(t *testing.T) {
	app := testapp.New(t)
	write(t, app, testapp.Ada, map[string]any{"title": "Bread & <butter>", "tags": []string{"food"}})
	write(t, app, testapp.Ada, map[string]any{"title": "For my followers", "visibility": "followers"})
	write(t, app, testapp.Ada, map[string]any{"title": "For me", "visibility": "private"})
	write(t, app, testapp.Ada, map[string]any{"title": "Not yet", "status": "draft"})
	for _, path := range []string{"/feed.xml", "/@ada/feed.xml", "/sitemap.xml"} {
		for _, who := range []string{"", testapp.Ada} {
			r := httptest.NewRequest(http.MethodGet, path, nil)
			if who != "" {
				r.Header.Set("Authorization", "Bearer "+app.Token(who))
			}
			a := app.Send(r).Want(http.StatusOK)
			if kind := a.Header().Get("Content-Type"); !strings.Contains(kind, "xml") || strings.HasPrefix(a.Header().Get("Cache-Control"), "public") != (who == "") {
				t.Errorf("%s: %v", path, a.Header())
			}
			text := a.Body.String()
			var parsed struct {
				Titles []string `xml:"channel>item>title"`
				Links  []string `xml:"url>loc"`
			}
			if err := xml.Unmarshal(a.Body.Bytes(), &parsed); err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			if strings.HasSuffix(path, "feed.xml") && (len(parsed.Titles) == 0 || parsed.Titles[0] != "Bread & <butter>" || !strings.Contains(text, "<category>food</category>")) {
				t.Errorf("%s: titles %q", path, parsed.Titles)
			}
			if path == "/sitemap.xml" && (len(parsed.Links) < 20 || !strings.Contains(text, "/@ada/bread-butter-")) {
				t.Errorf("sitemap: %d addresses", len(parsed.Links))
			}
			for _, secret := range []string{"For my followers", "for-my-followers", "For me", "for-me", "Not yet", "not-yet", "token="} {
				if strings.Contains(text, secret) {
					t.Errorf("%s tells %q to %q", path, secret, who)
				}
			}
		}
	}
	if text := app.GET("", "/robots.txt").Want(http.StatusOK).Body.String(); !strings.Contains(text, "/sitemap.xml") {
		t.Error(text)
	}
	app.GET("", "/@nobodyatall/feed.xml").Want(http.StatusNotFound)
}
