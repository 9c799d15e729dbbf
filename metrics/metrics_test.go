package metrics

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/router"
	"github.com/prometheus/client_golang/prometheus/testutil"
)

func TestRoute(t *testing.T) {
	for pattern, want := range map[string]string{
		"GET /api/posts/{id}": "/api/posts/{id}", "GET /api/posts/{$}": "/api/posts", "GET /{$}": "/", "/": unmatched, "": unmatched,
		"/_/{path...}": "/_/{path...}", "GET /@{username}": "/@{username}",
	} {
		if got := Route(&http.Request{Pattern: pattern}); got != want {
			t.Errorf("%q: %q, want %q", pattern, got, want)
		}
	}
}

// measured is a router behind the middleware.
func measured(t *testing.T, m *Metrics) http.Handler {
	t.Helper()
	r := router.NewRouter(func(w http.ResponseWriter, q *http.Request) (*core.RequestEvent, router.EventCleanupFunc) {
		e := &core.RequestEvent{}
		e.Response, e.Request = w, q
		return e, nil
	})
	r.BindFunc(m.Measure)
	r.POST("/things/{id}", func(e *core.RequestEvent) error {
		_, err := io.Copy(io.Discard, e.Request.Body)
		return errors.Join(err, e.NoContent(http.StatusCreated))
	})
	r.GET("/refused", func(e *core.RequestEvent) error { return e.ForbiddenError("no", nil) })
	r.GET("/broken", func(*core.RequestEvent) error { return errors.New("oh no") })
	r.GET("/empty", func(*core.RequestEvent) error { return nil })
	mux, err := r.BuildMux()
	if err != nil {
		t.Fatal(err)
	}
	return mux
}

func TestRequestsAreCountedByPattern(t *testing.T) {
	m := New()
	mux := measured(t, m)
	for _, ask := range []struct{ method, path, body string }{
		{"POST", "/things/1", "four"}, {"POST", "/things/2?q=secret", "five."}, {"GET", "/refused", ""}, {"GET", "/broken", ""}, {"GET", "/empty", ""},
		{"GET", "/no/such/thing", ""}, {"GET", "/nor/this", ""}, {"BREW", "/coffee", ""},
	} {
		mux.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(ask.method, ask.path, strings.NewReader(ask.body)))
	}
	err := testutil.GatherAndCompare(m.Gather(), strings.NewReader(`
# HELP madang_http_requests_total Requests that were answered.
# TYPE madang_http_requests_total counter
madang_http_requests_total{method="GET",route="/broken",status="400"} 1
madang_http_requests_total{method="GET",route="/empty",status="200"} 1
madang_http_requests_total{method="GET",route="/refused",status="403"} 1
madang_http_requests_total{method="GET",route="unmatched",status="404"} 2
madang_http_requests_total{method="POST",route="/things/{id}",status="201"} 2
madang_http_requests_total{method="other",route="unmatched",status="404"} 1
# HELP madang_http_request_body_bytes_total What was read of the bodies of requests.
# TYPE madang_http_request_body_bytes_total counter
madang_http_request_body_bytes_total{route="/broken"} 0
madang_http_request_body_bytes_total{route="/empty"} 0
madang_http_request_body_bytes_total{route="/refused"} 0
madang_http_request_body_bytes_total{route="/things/{id}"} 9
madang_http_request_body_bytes_total{route="unmatched"} 0
`), "madang_http_requests_total", "madang_http_request_body_bytes_total")
	if err != nil {
		t.Error(err)
	}
}

func TestASourceThatFailsHidesNoOther(t *testing.T) {
	m := New()
	var told strings.Builder
	m.Complain = func() *slog.Logger { return slog.New(slog.NewTextHandler(&told, nil)) }
	single := func(name string, err error) Source {
		return Single(name, "Help.", func(context.Context) (float64, error) { return 7, err })
	}
	m.Add(single("madang_good", nil), single("madang_bad", errors.New("no such table")), single("madang_none", ErrNone))
	a := httptest.NewRecorder()
	m.Handler().ServeHTTP(a, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	if said := a.Body.String(); a.Code != http.StatusOK || !strings.Contains(said, "madang_good 7\n") || !strings.Contains(said, "go_goroutines ") || strings.Contains(said, "madang_none") {
		t.Errorf("%d %s", a.Code, said)
	}
	if !strings.Contains(told.String(), "read madang_bad: no such table") {
		t.Errorf("told: %s", told.String())
	}
}

// BenchmarkMeasure is what counting adds to a request.
func BenchmarkMeasure(b *testing.B) {
	m := New()
	q := httptest.NewRequest(http.MethodGet, "/api/posts/abcdefghijklmno", nil)
	q.Pattern = "GET /api/posts/{id}"
	e := &core.RequestEvent{}
	e.Response, e.Request = &router.ResponseWriter{ResponseWriter: httptest.NewRecorder()}, q
	b.ReportAllocs()
	for b.Loop() {
		if err := m.Measure(e); err != nil {
			b.Fatal(err)
		}
	}
}
