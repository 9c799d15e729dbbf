package ui_test

import (
	"encoding/json"
	"encoding/xml"
	"image/png"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"madang/collections"
	"madang/testapp"
)

// secrets are the titles of what strangers may not see, and what only those who see it are given.
var secrets = []string{"For my followers", "for-my-followers", "For me", "for-me", "Not yet", "not-yet", "token=", "Inside"}

func shelves(t *testing.T, app *testapp.App) (open string) {
	t.Helper()
	write(t, app, testapp.Ada, map[string]any{"title": "For my followers", "visibility": "followers", "tags": []string{"food"}, "content": "Inside"})
	write(t, app, testapp.Ada, map[string]any{"title": "For me", "visibility": "private", "tags": []string{"food"}, "content": "Inside"})
	write(t, app, testapp.Ada, map[string]any{"title": "Not yet", "status": "draft", "tags": []string{"food"}, "content": "Inside"})
	return write(t, app, testapp.Ada, map[string]any{"title": "Bread & <butter>", "tags": []string{"food"}, "content": "Knead **well** <script>alert(1)</script>"})
}

// readOpen is what somebody, "" a stranger, gets at a path.
func readOpen(t *testing.T, app *testapp.App, who, path string) *testapp.Answer {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	if who != "" {
		r.Header.Set("Authorization", "Bearer "+app.Token(who))
	}
	a := app.Send(r).Want(http.StatusOK)
	for _, secret := range secrets {
		if strings.Contains(a.Body.String(), secret) {
			t.Errorf("%s tells %q to %q", path, secret, who)
		}
	}
	if strings.HasPrefix(a.Header().Get("Cache-Control"), "public") != (who == "") || a.Header().Get("ETag") == "" {
		t.Errorf("%s to %q: %v", path, who, a.Header())
	}
	return a
}

func TestFeedsShowWhatStrangersMaySee(t *testing.T) {
	app := testapp.New(t)
	id := shelves(t, app)
	for _, who := range []string{"", testapp.Ada} {
		for _, of := range []string{"", "/@ada", "/tags/food"} {
			var rss struct {
				Self  string   `xml:"http://www.w3.org/2005/Atom channel>link"`
				Title []string `xml:"channel>item>title"`
				GUID  []string `xml:"channel>item>guid"`
				Tags  []string `xml:"channel>item>category"`
				HTML  []string `xml:"http://purl.org/rss/1.0/modules/content/ channel>item>encoded"`
			}
			a := readOpen(t, app, who, of+"/feed.xml")
			if err := xml.Unmarshal(a.Body.Bytes(), &rss); err != nil {
				t.Fatal(err)
			}
			if !strings.HasPrefix(a.Header().Get("Content-Type"), "application/rss+xml") || len(rss.Title) == 0 || rss.Title[0] != "Bread & <butter>" ||
				!strings.HasSuffix(rss.GUID[0], "/posts/"+id) || rss.Tags[0] != "food" || !strings.Contains(a.Body.String(), "&lt;strong&gt;well&lt;/strong&gt;") {
				t.Errorf("%s: %s", of, a.Body)
			}
			var atom struct {
				Title   []string `xml:"entry>title"`
				Content []string `xml:"entry>content"`
				Updated string   `xml:"updated"`
			}
			a = readOpen(t, app, who, of+"/feed.atom")
			if err := xml.Unmarshal(a.Body.Bytes(), &atom); err != nil || atom.Title[0] != "Bread & <butter>" || !strings.Contains(atom.Content[0], "<strong>well</strong>") || atom.Updated == "" {
				t.Errorf("%s: %v %s", of, err, a.Body)
			}
			var items struct {
				Version string
				FeedURL string `json:"feed_url"`
				Items   []struct {
					Title, URL  string
					ContentHTML string `json:"content_html"`
					Tags        []string
				}
			}
			a = readOpen(t, app, who, of+"/feed.json")
			if err := json.Unmarshal(a.Body.Bytes(), &items); err != nil || items.Version != "https://jsonfeed.org/version/1.1" || !strings.HasSuffix(items.FeedURL, of+"/feed.json") ||
				items.Items[0].Title != "Bread & <butter>" || !strings.Contains(items.Items[0].URL, "/@ada/bread-butter-") || strings.Contains(items.Items[0].ContentHTML, "<script") {
				t.Errorf("%s: %v %s", of, err, a.Body)
			}
		}
	}
	for _, path := range []string{"/@nobodyatall/feed.xml", "/@ada/feed.txt", "/tags/food/feed", "/tags/food/feed.", "/@ada/feed"} {
		app.GET("", path).Want(http.StatusNotFound)
	}
}

func TestAFeedThatDidNotChangeIsNotSentAgain(t *testing.T) {
	app := testapp.New(t)
	tag := app.GET("", "/feed.xml").Want(http.StatusOK).Header().Get("ETag")
	r := httptest.NewRequest(http.MethodGet, "/feed.xml", nil)
	r.Header.Set("If-None-Match", tag)
	app.Send(r).Want(http.StatusNotModified)
	write(t, app, testapp.Ada, map[string]any{"title": "Something new"})
	app.Send(r.Clone(t.Context())).Want(http.StatusOK)
}

func TestAWarningHidesWhatItWarnsOf(t *testing.T) {
	app := testapp.New(t)
	id := write(t, app, testapp.Ada, map[string]any{"title": "The end", "content": "Everybody dies", "content_warning": "Spoilers"})
	for _, path := range []string{"/feed.xml", "/feed.atom", "/feed.json"} {
		if text := app.GET("", path).Want(http.StatusOK).Body.String(); strings.Contains(text, "dies") || !strings.Contains(text, "Spoilers") {
			t.Errorf("%s: %s", path, text)
		}
	}
	quoted := app.GET("", "/oembed?url="+url.QueryEscape("http://example.com/posts/"+id)).Want(http.StatusOK).String("html")
	if strings.Contains(quoted, "dies") || !strings.Contains(quoted, "Spoilers") {
		t.Error(quoted)
	}
}

func TestTheSitemapOfASmallSiteIsOneFileAndOfALargeOneAnIndex(t *testing.T) {
	app := testapp.New(t)
	shelves(t, app)
	if text := readOpen(t, app, "", "/sitemap.xml").Body.String(); strings.Count(text, "<loc>") < 20 || !strings.Contains(text, "/@ada/bread-butter-") || !strings.Contains(text, "/explore</loc>") {
		t.Error(text)
	}
	const many = 60_000
	if _, err := app.DB().NewQuery(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000)
		INSERT INTO posts (id, title, author, visibility, status, created_at, updated_at, published_at)
		SELECT printf('many%011d', i), 'One of many', (SELECT id FROM users WHERE username = 'ada'), 'public', 'published',
			'2025-03-01 00:00:00.000Z', '2025-03-01 00:00:00.000Z', '2025-03-01 00:00:00.000Z' FROM n`).Execute(); err != nil {
		t.Fatal(err)
	}
	if err := collections.SetCounters(app); err != nil {
		t.Fatal(err)
	}
	index := readOpen(t, app, "", "/sitemap.xml").Body.String()
	if !strings.Contains(index, "<sitemapindex") {
		t.Fatal(index)
	}
	found, authors := map[string]bool{}, 0
	for _, at := range regexp.MustCompile(`<loc>([^<]*)</loc>`).FindAllStringSubmatch(index, -1) {
		u, err := url.Parse(at[1])
		if err != nil {
			t.Fatal(err)
		}
		text := readOpen(t, app, "", u.Path).Body.String()
		if n := strings.Count(text, "<loc>"); n == 0 || n > 50_000 {
			t.Errorf("%s has %d addresses", u.Path, n)
		}
		for _, id := range regexp.MustCompile(`-many[0-9]{11}<`).FindAllString(text, -1) {
			found[id] = true
		}
		authors += strings.Count(text, "/@ada</loc>")
	}
	if len(found) != many || authors < 3 {
		t.Errorf("%d of %d posts are in the sitemap, ada %d times", len(found), many, authors)
	}
	for _, path := range []string{"/sitemap/2025-03-13.xml", "/sitemap/2025-03-0.xml", "/sitemap/2025-03-x.xml", "/sitemap/x.xml", "/sitemap/2025-03-1", "/sitemap/2999-12-1.xml"} {
		app.GET("", path).Want(http.StatusNotFound)
	}
}

func TestAPublicPostHasACardATwinAndAnEmbedding(t *testing.T) {
	app := testapp.New(t)
	id := shelves(t, app)
	page := app.GET("", app.GET("", "/posts/"+id).Want(http.StatusFound).Header().Get("Location")).Want(http.StatusOK).Body.String()
	pick := func(pattern string) string {
		t.Helper()
		found := regexp.MustCompile(pattern).FindStringSubmatch(page)
		if found == nil {
			t.Fatalf("no %s in %s", pattern, page[:2000])
		}
		return strings.ReplaceAll(strings.TrimPrefix(found[1], "http://example.com"), "&amp;", "&")
	}
	views := func() any {
		return app.GET(testapp.Ada, "/api/posts?author=ada").Want(http.StatusOK).Results()[0]["view_count"]
	}
	before := views()
	a := app.GET("", pick(`property="og:image" content="([^"]+)"`)).Want(http.StatusOK)
	if img, err := png.DecodeConfig(a.Body); err != nil || img.Width != 1200 || img.Height != 630 || a.Header().Get("Content-Type") != "image/png" {
		t.Errorf("the card: %v %v", err, a.Header())
	}
	twin := app.GET("", pick(`type="text/markdown" href="([^"]+)"`)).Want(http.StatusOK)
	if text := twin.Body.String(); !strings.HasPrefix(text, "---\ntitle: ") || !strings.Contains(text, "Knead **well**") || !strings.HasPrefix(twin.Header().Get("Content-Type"), "text/markdown") || twin.Header().Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("the twin: %v\n%s", twin.Header(), text)
	}
	embed := app.GET("", pick(`type="application/json\+oembed" href="([^"]+)"`)+"&maxwidth=300").Want(http.StatusOK)
	if html := embed.String("html"); !strings.Contains(html, "Bread &amp; &lt;butter&gt;") || embed.Int("width") != 300 || embed.String("type") != "rich" {
		t.Errorf("the embedding: %s", embed.Body)
	}
	if text := readOpen(t, app, "", "/llms.txt").Body.String(); !strings.Contains(text, id+".md") {
		t.Error(text)
	}
	if after := views(); after != before {
		t.Errorf("%v views became %v by programs' reading", before, after)
	}
	for _, address := range []string{"", "%zz", "http://elsewhere.example/posts/" + id, "http://example.com/posts/" + strings.Repeat("a", 15), "http://example.com/a/b/" + id, "http://example.com/users/" + id} {
		app.GET("", "/oembed?url="+url.QueryEscape(address)).Want(http.StatusNotFound)
	}
	app.GET("", "/oembed?format=xml&url="+url.QueryEscape("http://example.com/posts/"+id)).Want(http.StatusNotImplemented)
}

func TestWhatIsNotForEverybodyHasNoCardNoTwinAndNoEmbedding(t *testing.T) {
	app := testapp.New(t)
	for _, how := range []map[string]any{{"title": "F", "visibility": "followers"}, {"title": "Private", "visibility": "private"}, {"title": "Draft", "status": "draft"}} {
		how["title"] = how["title"].(string) + " Of ada"
		id := write(t, app, testapp.Ada, how)
		for _, who := range []string{"", testapp.Ada, testapp.Bob} {
			app.GET(who, "/posts/"+id+"/card.png").Want(http.StatusNotFound)
			app.GET(who, "/@ada/"+id+".md").Want(http.StatusNotFound)
			app.GET(who, "/oembed?url="+url.QueryEscape("http://example.com/posts/"+id)).Want(http.StatusNotFound)
		}
	}
}

func TestAPageSaysInWhichLanguagesItIs(t *testing.T) {
	app := testapp.New(t)
	for lang, word := range map[string]string{"ko": "둘러보기", "en": "Explore"} {
		r := httptest.NewRequest(http.MethodGet, "/explore?lang="+lang, nil)
		r.Header.Set("Accept-Language", map[string]string{"ko": "en", "en": "ko"}[lang])
		text := app.Send(r).Want(http.StatusOK).Body.String()
		for _, want := range []string{`<html lang="` + lang + `"`, word, `rel="canonical" href="http://example.com/explore?lang=` + lang, `hreflang="ko" href="http://example.com/explore?lang=ko"`, `hreflang="x-default" href="http://example.com/explore"`} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: no %s", lang, want)
			}
		}
	}
	if text := app.GET("", "/robots.txt").Want(http.StatusOK).Body.String(); !strings.Contains(text, "/sitemap.xml") {
		t.Error(text)
	}
}
