package hooks_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/filesystem"
	"github.com/pocketbase/pocketbase/tools/logger"

	"madang/testapp"
)

// TestCostlyQueriesAreRefused before they reach the database, to everybody but superusers.
func TestCostlyQueriesAreRefused(t *testing.T) {
	app := testapp.New(t)
	root := app.Superuser()
	id := post(app, testapp.Ada, nil)
	many := func(n int, one, with string) string { return strings.TrimSuffix(strings.Repeat(one+with, n), with) }
	for _, c := range []struct{ path, parameter, value, code string }{
		{"posts/records", "filter", many(150, "content ~ 'x'", "||"), "validation_too_costly"},
		{"posts/records", "filter", many(11, "id='x'", "||"), "validation_too_costly"},
		{"posts/records", "filter", many(5, "title ~ 'x'", "||"), "validation_too_costly"},
		{"posts/records", "filter", "title = '" + strings.Repeat("x", 500) + "'", "validation_too_costly"},
		{"posts/records", "filter", "((((id = 'x'))))", "validation_too_costly"},
		{"posts/records", "filter", "likes_via_post.user.follows_via_follower.following ?~ 'a'", "validation_too_costly"},
		{"posts/records", "filter", "comments_via_post.content ?~ 'a'", "validation_not_allowed"},
		{"posts/records", "filter", "author.email ~ 'a'", "validation_not_allowed"},
		{"users/records", "filter", "phone > '+82'", "validation_not_allowed"},
		{"users/records", "sort", "-email", "validation_not_allowed"},
		{"_pb_users_auth_/records", "sort", "id,-email", "validation_not_allowed"},
		{"posts/records", "sort", "author.email", "validation_not_allowed"},
		{"posts/records", "sort", "@random", "validation_not_allowed"},
		{"posts/records", "sort", "a,b,c,d,e", "validation_too_costly"},
		{"posts/records", "expand", "author.posts_via_author", "validation_not_allowed"},
		{"posts/records/" + id, "expand", "likes_via_post", "validation_not_allowed"},
		{"comments/records", "expand", "parent.parent.author", "validation_too_costly"},
		{"posts/records", "expand", many(7, "author", ","), "validation_too_costly"},
		{"posts/records", "fields", many(400, "id", ","), "validation_too_costly"},
	} {
		for _, who := range []string{"", testapp.Bob, testapp.Sora} {
			path := "/api/collections/" + c.path + "?" + url.Values{c.parameter: {c.value}}.Encode()
			started := time.Now()
			app.GET(who, path).Want(400).WantCode(c.parameter, c.code)
			if took := time.Since(started); took > 2*time.Second { // not a benchmark: the query itself takes half a minute
				t.Errorf("%s took %v", c.value, took)
			}
			app.GET(who, "/api/collections/"+c.path+"?"+c.parameter+"=id&"+url.Values{c.parameter: {c.value}}.Encode()).Want(400) // hidden behind a good one
		}
		if c.code == "validation_not_allowed" && c.parameter != "expand" {
			r := httptest.NewRequest(http.MethodGet, "/api/collections/"+c.path+"?"+url.Values{c.parameter: {c.value}}.Encode(), nil)
			r.Header.Set("Authorization", root)
			app.Send(r).Want(200)
		}
	}
	body := map[string]any{"identity": "bob", "password": testapp.Password}
	app.POST("", "/api/collections/users/auth-with-password?expand=posts_via_author", body).Want(400).WantCode("expand", "validation_not_allowed")
	app.POST(testapp.Bob, "/api/collections/likes/records?expand=post.author.posts_via_author", map[string]any{"post": id}).Want(400)
	if app.GET("", "/api/posts/"+id).Int("likes_count") != 0 {
		t.Error("a refused like counts")
	}
	app.GET("", "/api/collections/posts/records?filter="+url.QueryEscape("title ~ 'test' && author.username = 'ada'")+"&sort=-created_at&expand=author").Want(200)
	a := app.GET("", "/api/collections/users/records?perPage=1000").Want(200)
	if a.Int("perPage") != 100 {
		t.Errorf("%d rows on a page", a.Int("perPage"))
	}
	if r := app.GET("", "/api/collections/users/records?perPage=7").Want(200); r.Int("perPage") != 7 {
		t.Errorf("%d rows, asked for 7", r.Int("perPage"))
	}
	if a := app.Send(koreanGet("/api/collections/users/records?sort=email")); !strings.Contains(a.Body.String(), "쓸 수 없는") {
		t.Errorf("not in Korean: %s", a.Body)
	}
}

func koreanGet(path string) *http.Request {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Header.Set("Accept-Language", "ko")
	return r
}

func TestEveryAnswerHasItsSecurityHeaders(t *testing.T) {
	app := testapp.New(t)
	app.Deps.Limits.On = true
	const data = "default-src 'none'; frame-ancestors 'none'"
	paths := map[string]string{ // to the policy
		"/api/posts": data, "/api/posts/nothing": data, "/api/collections/users/records": data, "/api/collections/users/records?sort=email": data, "/api/nowhere": data,
		"/api/health": data, "/api/schema": data, "/api/users/me": data, "/robots.txt": data,
		"/api/files/users/x/y.png": data, // there is none
		"/":                        "default-src 'self'; script-src 'self'", "/@nobody": "", "/favicon.svg": "default-src 'none'; style-src 'unsafe-inline'",
		"/api/schema/swagger-ui": "default-src 'none'; script-src 'self'",
	}
	for path, policy := range paths {
		for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost} {
			a := app.Do("", method, path, nil)
			h := a.Header()
			for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Cross-Origin-Opener-Policy": "same-origin", "Permissions-Policy": "camera=()"} {
				if !strings.HasPrefix(h.Get(name), want) {
					t.Errorf("%s %s: %s: %q", method, path, name, h.Get(name))
				}
			}
			if !slices.Contains([]string{"same-origin", "strict-origin-when-cross-origin", "no-referrer"}, h.Get("Referrer-Policy")) {
				t.Errorf("%s %s: Referrer-Policy: %q", method, path, h.Get("Referrer-Policy"))
			}
			if got := h.Get("Content-Security-Policy"); got == "" || method == http.MethodGet && !strings.HasPrefix(got, policy) {
				t.Errorf("%s %s: policy %q", method, path, got)
			}
			if h.Get("Strict-Transport-Security") != "" {
				t.Errorf("%s %s: HSTS without TLS", method, path)
			}
		}
	}
	overTLS := app.Send(httptest.NewRequest(http.MethodGet, "https://madang.example/api/posts", nil))
	if overTLS.Header().Get("Strict-Transport-Security") == "" {
		t.Error("no HSTS over TLS")
	}
	for range 10 {
		app.POST("", "/api/auth/login", map[string]any{"identity": "ada", "password": "wrong"})
	}
	a := app.POST("", "/api/auth/login", map[string]any{"identity": "ada", "password": "wrong"}).Want(429)
	if a.Header().Get("Content-Security-Policy") != data || a.Header().Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("a refusal has %v", a.Header())
	}
}

// TestAFileKeepsItsOwnPolicy: PocketBase puts a sandbox around the files of a collection that
// an operator made, unless the answer has a policy already.
func TestAFileKeepsItsOwnPolicy(t *testing.T) {
	app := testapp.New(t)
	papers := core.NewBaseCollection("papers")
	papers.Fields.Add(&core.FileField{Name: "paper", MaxSelect: 1, MaxSize: 1 << 20})
	if err := app.Save(papers); err != nil {
		t.Fatal(err)
	}
	page, err := filesystem.NewFileFromBytes([]byte("<!doctype html><script>alert(1)</script>"), "page.html")
	if err != nil {
		t.Fatal(err)
	}
	r := core.NewRecord(papers)
	r.Set("paper", page)
	if err := app.Save(r); err != nil {
		t.Fatal(err)
	}
	a := app.GET("", "/api/files/papers/"+r.Id+"/"+r.GetString("paper")).Want(200)
	if got := a.Header().Get("Content-Security-Policy"); !strings.Contains(got, "sandbox") {
		t.Errorf("policy %q", got)
	}
}

// requestsLogged are the lines of the request log, once there are n; the app must keep one.
func requestsLogged(t testing.TB, app *testapp.App, n int) []string {
	t.Helper()
	var rows []string
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.After(patience); len(rows) < n; {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("%d requests are logged: %v", len(rows), rows)
		}
		if err := app.Logger().Handler().(*logger.BatchHandler).WriteAll(context.WithValue(context.Background(), logger.BlockKey, true)); err != nil {
			t.Fatal(err)
		}
		rows = nil
		if err := app.AuxDB().NewQuery("SELECT message || ' ' || data FROM " + core.LogsTableName + " WHERE data LIKE '%\"request\"%'").Column(&rows); err != nil {
			t.Fatal(err)
		}
	}
	return rows
}

func TestLogsHoldNoTokens(t *testing.T) {
	app := testapp.New(t)
	app.Settings().Logs.MaxDays = 5
	paths := []string{
		"/api/media/nothing/stream?token=canary-one&size=1", "/api/files/users/x/y.png?t%6Fken=canary-two", "/api/posts/nothing?Token=canary-three;token=canary-four",
		"/reset?token=canary-five", "/api/nowhere?code=canary-six&state=canary-seven&mfa_id=canary-eight", "/login?password=canary-nine",
	}
	for _, path := range paths {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Header.Set("Referer", "https://madang.example/reset?token=canary-ten#token=canary-eleven")
		r.Header.Set("Accept", "text/html,*/*")
		app.Send(r)
	}
	all := strings.Join(requestsLogged(t, app, len(paths)), "\n")
	if strings.Contains(all, "canary") {
		t.Errorf("secrets are logged:\n%s", all)
	}
	for _, want := range []string{"stream?token=***&size=1", "t%6Fken=***", "reset?token=***"} {
		if !strings.Contains(all, want) {
			t.Errorf("%s isn't logged:\n%s", want, all)
		}
	}
}

// TestAPageKeepsItsAddress: what the log doesn't read, an error page still leads back to.
func TestAPageKeepsItsAddress(t *testing.T) {
	app := testapp.New(t)
	r := httptest.NewRequest(http.MethodGet, "/me/stats?token=mine", nil)
	r.Header.Set("Accept", "text/html")
	if to := app.Send(r).Header().Get("Location"); to != "/login?next="+url.QueryEscape("/me/stats?token=mine") {
		t.Errorf("leads to %s", to)
	}
	missing := httptest.NewRequest(http.MethodGet, "/@nobody?code=mine", nil)
	missing.Header.Set("Accept", "text/html")
	if a := app.Send(missing); strings.Contains(a.Body.String(), "***") {
		t.Error("the page shows what is for the log")
	}
}

func TestHeadersAreBounded(t *testing.T) {
	app := testapp.New(t)
	server := httptest.NewUnstartedServer(app.Handler)
	server.Config.MaxHeaderBytes = app.Server.MaxHeaderBytes
	server.Start()
	t.Cleanup(server.Close)
	for size, want := range map[int]int{8 << 10: 200, 40 << 10: 431, 781 << 10: 431} {
		r, err := http.NewRequest(http.MethodGet, server.URL+"/api/health", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Range", "bytes="+strings.Repeat("0-0,", size/4))
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			continue // the server hung up while the header was still being sent
		}
		answer.Body.Close()
		if answer.StatusCode != want {
			t.Errorf("%d bytes of headers: %d, want %d", size, answer.StatusCode, want)
		}
	}
	if app.Server.ReadHeaderTimeout != 10*time.Second {
		t.Errorf("headers may take %v", app.Server.ReadHeaderTimeout)
	}
}
