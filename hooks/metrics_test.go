package hooks_test

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"madang/collections"
	"madang/hooks"
	"madang/testapp"
)

const metricsToken = "a token of the operator's"

func withMetricsToken(d *hooks.Deps) { d.Config.MetricsToken = metricsToken }

// scrape reads the metrics as a Prometheus server does.
func scrape(t *testing.T, app *testapp.App) (map[string]*dto.MetricFamily, []byte) {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, "/metrics", nil)
	r.Header.Set("Authorization", "Bearer "+metricsToken)
	said := app.Send(r).Want(http.StatusOK).Body.Bytes()
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(bytes.NewReader(said))
	if err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	return families, said
}

// valueOf is the number of a family whose labels are those, NAME=value.
func valueOf(t *testing.T, families map[string]*dto.MetricFamily, name string, labels ...string) float64 {
	t.Helper()
	for _, m := range families[name].GetMetric() {
		said := map[string]bool{}
		for _, l := range m.GetLabel() {
			said[l.GetName()+"="+l.GetValue()] = true
		}
		fits := true
		for _, l := range labels {
			fits = fits && said[l]
		}
		if fits {
			return m.GetGauge().GetValue() + m.GetCounter().GetValue() + float64(m.GetHistogram().GetSampleCount())
		}
	}
	t.Fatalf("there is no %s%v", name, labels)
	return 0
}

func TestMetrics(t *testing.T) {
	app := testapp.New(t, withMetricsToken)
	app.GET("", "/api/posts").Want(http.StatusOK)
	app.GET("", "/api/posts/").Want(http.StatusOK)
	app.GET("", "/api/posts/abcdefghijklmno").Want(http.StatusNotFound)
	begun := tus(app, testapp.Ada, http.MethodPost, "/api/media/uploads", nil, "Upload-Length", "1000", "Upload-Metadata", metadata("filename", "a.wav")).Want(http.StatusCreated)
	tus(app, testapp.Ada, http.MethodPatch, begun.Header().Get("Location"), make([]byte, 400), "Upload-Offset", "0", "Content-Type", "application/offset+octet-stream").Want(http.StatusNoContent)
	app.POST("", "/api/auth/password/reset", map[string]any{"email": "bob@example.com"}).Want(http.StatusNoContent)
	if err := app.Deps.Search.Sync(context.Background()); err != nil {
		t.Fatal(err)
	}
	if err := app.Deps.Mail.Drain(app); err != nil {
		t.Fatal(err)
	}
	families, said := scrape(t, app)
	problems, err := promlint.New(bytes.NewReader(said)).Lint()
	if err != nil || len(problems) > 0 {
		t.Errorf("promtool wouldn't like it: %v %v", problems, err)
	}
	documents, err := app.Deps.Search.Indexed()
	if err != nil || documents == 0 {
		t.Fatal(documents, err)
	}
	for _, want := range []struct {
		value  float64
		name   string
		labels []string
	}{
		{2, "madang_http_requests_total", []string{"method=GET", "route=/api/posts", "status=200"}},
		{1, "madang_http_requests_total", []string{"method=GET", "route=/api/posts/{id}", "status=404"}},
		{2, "madang_http_request_duration_seconds", []string{"method=GET", "route=/api/posts"}},
		{400, "madang_http_request_body_bytes_total", []string{"route=/api/media/uploads/{id}/content"}},
		{1, "madang_http_requests_in_flight", []string{"route=/metrics"}},
		{float64(documents), "madang_search_documents", nil}, {0, "madang_search_lag_changes", nil}, {0, "madang_search_lag_seconds", nil},
		{0, "madang_realtime_clients", nil}, {0, "madang_jobs_overdue_seconds", nil},
		{1, "madang_uploads_pending", nil}, {1000, "madang_uploads_pending_bytes", nil}, {400, "madang_uploads_arrived_bytes", nil},
		{0, "madang_mails", []string{"state=waiting"}}, {0, "madang_mails", []string{"state=given_up"}}, {0, "madang_mails_waiting_seconds", nil},
	} {
		if got := valueOf(t, families, want.name, want.labels...); got != want.value {
			t.Errorf("%s%v is %v, want %v", want.name, want.labels, got, want.value)
		}
	}
	for name, labels := range map[string][]string{
		"madang_sqlite_file_bytes": {"db=data", "file=database"}, "go_sql_open_connections": {"db_name=data_write"}, "madang_disk_free_bytes": nil,
		"go_goroutines": nil, "madang_mails": {"state=sent"},
	} {
		if valueOf(t, families, name, labels...) <= 0 {
			t.Errorf("%s%v is nothing", name, labels)
		}
	}
	for _, canary := range []string{testapp.ID(testapp.Ada), strings.Split(begun.Header().Get("Location"), "/")[4], "abcdefghijklmno", "example.com"} {
		if bytes.Contains(said, []byte(canary)) {
			t.Errorf("it tells %q", canary)
		}
	}
}

func TestMetricsOfJobsAndTheIndexThatWait(t *testing.T) {
	app := testapp.New(t, withMetricsToken)
	app.Deps.Jobs.Stop()
	if err := app.Deps.Search.Stop(); err != nil {
		t.Fatal(err)
	}
	if err := app.Deps.Search.Open(app); err != nil { // it follows nothing now
		t.Fatal(err)
	}
	if _, err := app.DB().NewQuery("INSERT INTO jobs (id, kind, state, run_at) VALUES ('abcdefghijklmno', 'media.thumbnails', 'queued', '2020-01-01 00:00:00.000Z')").Execute(); err != nil {
		t.Fatal(err)
	}
	before, _ := scrape(t, app)
	if err := collections.LogChange(app, collections.Posts, "abcdefghijklmno", collections.Updated); err != nil {
		t.Fatal(err)
	}
	after, _ := scrape(t, app)
	if grown := valueOf(t, after, "madang_search_lag_changes") - valueOf(t, before, "madang_search_lag_changes"); grown != 1 {
		t.Errorf("the lag has grown by %v", grown)
	}
	if valueOf(t, after, "madang_jobs", "kind=media.thumbnails", "state=queued") != 1 || valueOf(t, after, "madang_jobs_overdue_seconds") < 3600 {
		t.Error("a job that waits isn't told")
	}
}

func TestMetricsAreTheOperators(t *testing.T) {
	closed, open := testapp.New(t), testapp.New(t, withMetricsToken)
	for _, said := range []string{"", "Bearer ", "Bearer " + metricsToken, "Bearer " + closed.Token(testapp.Grace)} {
		r := httptest.NewRequest(http.MethodGet, "/metrics", nil)
		r.Header.Set("Authorization", said)
		closed.Send(r).Want(http.StatusNotFound)
	}
	for _, said := range []string{"", "Bearer", "Bearer ", "Bearer a token of the operator", metricsToken, "Basic " + metricsToken, "Bearer " + open.Token(testapp.Grace), "Bearer " + open.Superuser()} {
		r := httptest.NewRequest(http.MethodGet, "/metrics", nil)
		r.Header.Set("Authorization", said)
		if a := open.Send(r).Want(http.StatusNotFound); strings.Contains(a.Body.String(), "madang_") {
			t.Errorf("%q is told", said)
		}
	}
}

func TestMetricsHaveAnAddressOfTheirOwn(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	listener.Close()
	app := testapp.New(t, func(d *hooks.Deps) { d.Config.MetricsAddr = address })
	app.GET("", "/metrics").Want(http.StatusNotFound)
	for path, want := range map[string]int{"/metrics": http.StatusOK, "/": http.StatusNotFound, "/api/posts": http.StatusNotFound} {
		a, err := http.Get("http://" + address + path)
		if err != nil {
			t.Fatal(err)
		}
		said, err := io.ReadAll(a.Body)
		a.Body.Close()
		if err != nil || a.StatusCode != want || (want == http.StatusOK) != bytes.Contains(said, []byte("madang_http_requests_total")) {
			t.Errorf("%s: %d (%v)", path, a.StatusCode, err)
		}
	}
	for host, want := range map[string]int{address: http.StatusOK, "localhost": http.StatusOK, "[::1]:9100": http.StatusOK, "elsewhere.example": http.StatusForbidden, "elsewhere.example:9100": http.StatusForbidden} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+address+"/debug/pprof/goroutine", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Host = host
		a, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		a.Body.Close()
		if a.StatusCode != want {
			t.Errorf("a profile, asked for at %q: %d", host, a.StatusCode)
		}
	}
}
