package bench

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"madang/testapp"
)

// BenchmarkHome makes the first page of the demo, whole and compressed, for a stranger and for a member, inside the
// process; make bench-web measures it over a connection.
func BenchmarkHome(b *testing.B) {
	app := testapp.Over(b, demoDir(b))
	for who, cookies := range map[string][]*http.Cookie{"stranger": nil, "member": signIn(b, app, testapp.Ada)} {
		b.Run(who, func(b *testing.B) {
			bytes := 0
			b.ReportAllocs()
			for b.Loop() {
				r := httptest.NewRequest(http.MethodGet, "/", nil)
				r.Header.Set("Accept", "text/html")
				r.Header.Set("Accept-Encoding", "gzip")
				for _, c := range cookies {
					r.AddCookie(c)
				}
				w := httptest.NewRecorder()
				app.Handler.ServeHTTP(w, r)
				if w.Code != http.StatusOK || w.Header().Get("Content-Encoding") != "gzip" {
					b.Fatalf("%d %v", w.Code, w.Header())
				}
				bytes = w.Body.Len()
			}
			b.ReportMetric(float64(bytes), "bytes/page")
		})
	}
}

// signIn is what a browser keeps of somebody who signed in.
func signIn(tb testing.TB, app *testapp.App, who string) []*http.Cookie {
	tb.Helper()
	form := url.Values{"identity": {who}, "password": {testapp.Password}}
	r := httptest.NewRequest(http.MethodPost, "/login", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	app.Handler.ServeHTTP(w, r)
	if w.Code != http.StatusSeeOther {
		tb.Fatalf("sign in: %d", w.Code)
	}
	return w.Result().Cookies() //nolint:bodyclose // a recorder's
}
