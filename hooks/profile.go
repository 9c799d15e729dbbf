package hooks

import (
	"net"
	"net/http"
	"net/http/pprof"
	"strconv"
	"strings"

	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"

	"madang/present"
)

// profileParams are the query parameters of a profile.
type profileParams struct {
	Seconds string `query:"seconds" description:"for how long to look, up to 120"`
	Debug   string `query:"debug" description:"1 or 2: as text to read"`
}

// longestProfile is for how long a profile may look, in seconds.
const longestProfile = 120

// profiles are what there is to look at. A heap holds what people sent, so it is for superusers alone; the command line,
// which may hold secrets, is for nobody.
var profiles = map[string]http.Handler{
	"allocs": pprof.Handler("allocs"), "block": pprof.Handler("block"), "goroutine": pprof.Handler("goroutine"), "heap": pprof.Handler("heap"),
	"mutex": pprof.Handler("mutex"), "threadcreate": pprof.Handler("threadcreate"),
	"profile": http.HandlerFunc(pprof.Profile), "trace": http.HandlerFunc(pprof.Trace),
}

// profile answers GET /api/debug/pprof/{profile}.
func profile(e *core.RequestEvent) error {
	handler, known := profiles[e.Request.PathValue("profile")]
	if !known {
		return present.NotFound()
	}
	if said := e.Request.URL.Query().Get("seconds"); said != "" {
		if n, err := strconv.ParseFloat(said, 64); err != nil || n <= 0 || n > longestProfile {
			return present.Invalid("seconds", "validation_in_invalid", "Must be a number above 0, at most 120.")
		}
	}
	e.Response.Header().Set("Cache-Control", "no-store")
	return apis.WrapStdHandler(handler)(e)
}

// profilesOn offers them without a token, for when nobody can sign in any more, on an address that only this machine
// reaches.
func profilesOn(mux *http.ServeMux, address string) {
	host, _, err := net.SplitHostPort(address)
	if ip := net.ParseIP(host); err != nil || host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return
	}
	for name, handler := range profiles {
		mux.Handle("GET /debug/pprof/"+name, byAddress(handler))
	}
}

// byAddress lets in who asks by an IP address or as localhost: a name that somebody else's DNS leads to this machine is
// how a page in the operator's browser would ask.
func byAddress(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := r.Host
		if h, _, err := net.SplitHostPort(host); err == nil {
			host = h
		}
		if host != "localhost" && net.ParseIP(strings.Trim(host, "[]")) == nil {
			http.Error(w, "Ask by the address of this machine.", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}
