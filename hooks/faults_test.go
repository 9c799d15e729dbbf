package hooks_test

import (
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/feed"
	"madang/hooks"
	"madang/testapp"
)

// sentry is a server that takes what is told of faults, and hands it on.
func sentry(t *testing.T) (dsn string, heard <-chan string) {
	t.Helper()
	told := make(chan string, 20)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := io.Reader(r.Body)
		if r.Header.Get("Content-Encoding") == "gzip" {
			zipped, err := gzip.NewReader(body)
			if err != nil {
				t.Error(err)
				return
			}
			body = zipped
		}
		said, err := io.ReadAll(body)
		if err != nil {
			t.Error(err)
		}
		told <- string(said)
	}))
	t.Cleanup(server.Close)
	return strings.Replace(server.URL, "http://", "http://public@", 1) + "/7", told
}

func hear(t *testing.T, heard <-chan string) string {
	t.Helper()
	select {
	case said := <-heard:
		return said
	case <-time.After(30 * time.Second):
		t.Fatal("nobody is told")
		return ""
	}
}

// canaries must never be told.
var canaries = []string{"canary", "example.com", "203.0.113.9", "Bearer", "eyJ"}

func wantTold(t *testing.T, said string, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(said, want) {
			t.Errorf("it lacks %s: %s", want, said)
		}
	}
	for _, never := range canaries {
		if strings.Contains(said, never) {
			t.Errorf("it tells %s: %s", never, said)
		}
	}
}

func TestFaultsAreTold(t *testing.T) {
	dsn, heard := sentry(t)
	app := testapp.New(t, func(d *hooks.Deps) {
		d.Config.SentryDSN = dsn
		d.Feed.Match = func(_ context.Context, _ core.App, _ collections.Viewer, query string) ([]feed.Scored, error) {
			if strings.HasPrefix(query, "panic") {
				panic("oh no: " + query + ` of "canary" at 203.0.113.9`)
			}
			return nil, errors.New("dial 203.0.113.9:443 for ada@example.com with https://example.com/?token=canary: refused")
		}
	})
	app.Undescribed = true // faults, which no route means to answer with
	ask := func(path string) *testapp.Answer {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Header.Set("Authorization", "Bearer "+app.Token(testapp.Ada))
		r.Header.Set("User-Agent", "canary")
		r.RemoteAddr = "203.0.113.9:999"
		return app.Send(r).Want(http.StatusInternalServerError)
	}
	a := ask("/api/posts?search=it+fails&token=canary")
	wantTold(t, hear(t, heard), `"request_id":"`+a.Header().Get("X-Request-Id")+`"`, `"transaction":"GET /api/posts"`, `"level":"error"`, "dial [address] for [email] with [url]")
	a = ask("/api/posts?search=panic")
	wantTold(t, hear(t, heard), `"request_id":"`+a.Header().Get("X-Request-Id")+`"`, `"transaction":"GET /api/posts"`, `"level":"fatal"`, "oh no: panic of [text] at [address]", "faults_test.go")

	app.Settings().Logs.MaxDays = 1
	// What the program itself complains about is told, what clients do wrong isn't.
	app.GET("", "/api/posts/abcdefghijklmno").Want(http.StatusNotFound)
	app.Logger().Warn("a canary of no interest")
	app.Logger().Error("scheduled work", "job", "posts.publish", "error", errors.New("no mail to ada@example.com"), "body", "canary")
	wantTold(t, hear(t, heard), `"job":"posts.publish"`, "no mail to [email]", `"message":"scheduled work"`)
	select {
	case more := <-heard:
		t.Errorf("this is told as well: %s", more)
	default:
	}
}

func TestWithoutADSNNobodyIsTold(t *testing.T) {
	app := testapp.New(t, func(d *hooks.Deps) {
		d.Feed.Match = func(context.Context, core.App, collections.Viewer, string) ([]feed.Scored, error) { panic("oh no") }
	})
	app.Undescribed = true // faults, which no route means to answer with
	if a := app.GET("", "/api/posts?search=x").Want(http.StatusInternalServerError); len(a.Header().Get("X-Request-Id")) != 15 {
		t.Error("a request without an id")
	}
}

func TestProfilesAreTheOperators(t *testing.T) {
	app := testapp.New(t)
	root := app.Superuser()
	ask := func(token, path string) *testapp.Answer {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Header.Set("Authorization", "Bearer "+token)
		return app.Send(r)
	}
	if a := ask(root, "/api/debug/pprof/goroutine?debug=1").Want(http.StatusOK); !strings.Contains(a.Body.String(), "goroutine profile: total") {
		t.Errorf("%s", a.Body)
	}
	ask(root, "/api/debug/pprof/heap").Want(http.StatusOK)
	for path, want := range map[string]int{"cmdline": 404, "profile?seconds=0": 400, "profile?seconds=3600": 400, "trace?seconds=x": 400} {
		ask(root, "/api/debug/pprof/"+path).Want(want)
	}
	ask(app.Token(testapp.Grace), "/api/debug/pprof/heap").Want(http.StatusForbidden)
	app.GET("", "/api/debug/pprof/heap").Want(http.StatusUnauthorized)
}
