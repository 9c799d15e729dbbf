package metrics

import (
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/router"
	"github.com/prometheus/client_golang/prometheus"
)

// requests are the numbers of what is asked over HTTP.
type requests struct {
	answered *prometheus.CounterVec   // by method, route and status
	seconds  *prometheus.HistogramVec // by method and route
	received *prometheus.CounterVec   // by route
	open     *prometheus.GaugeVec     // by route
}

func newRequests() requests {
	return requests{
		answered: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "madang_http_requests_total", Help: "Requests that were answered.",
		}, []string{"method", "route", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "madang_http_request_duration_seconds", Help: "How long requests took, but those for events, which stay open.",
			Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10},
		}, []string{"method", "route"}),
		received: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "madang_http_request_body_bytes_total", Help: "What was read of the bodies of requests.",
		}, []string{"route"}),
		open: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "madang_http_requests_in_flight", Help: "Requests that are being answered.",
		}, []string{"route"}),
	}
}

func (r requests) all() []prometheus.Collector {
	return []prometheus.Collector{r.answered, r.seconds, r.received, r.open}
}

// Measure is the outermost middleware: it counts the request that is answered inside of it.
func (m *Metrics) Measure(e *core.RequestEvent) error {
	method, route := method(e.Request), Route(e.Request)
	count(e.Request, m.requests.received.WithLabelValues(route))
	open := m.requests.open.WithLabelValues(route)
	open.Inc()
	defer open.Dec()
	began := time.Now()
	err := e.Next()
	m.requests.answered.WithLabelValues(method, route, strconv.Itoa(Status(e, err))).Inc()
	if route != events {
		m.requests.seconds.WithLabelValues(method, route).Observe(time.Since(began).Seconds())
	}
	return err
}

// events is the route of connections that stay open until somebody leaves.
const events = "/api/realtime"

// unmatched is the route of what no route is for.
const unmatched = "unmatched"

// Route is the pattern that a request was matched by, never its path: without the method, and one for
// both ways to write the last slash.
func Route(r *http.Request) string {
	_, path, hasMethod := strings.Cut(r.Pattern, " ")
	if !hasMethod {
		path = r.Pattern
	}
	if path == "/" || path == "" {
		return unmatched
	}
	if path = strings.TrimSuffix(path, "/{$}"); path == "" {
		path = "/"
	}
	return path
}

// method is one of those that HTTP knows, or "other": clients may send any word.
func method(r *http.Request) string {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return r.Method
	}
	return "other"
}

// Status is what was or will be answered, err being what the handlers inside returned.
func Status(e *core.RequestEvent, err error) int {
	switch status := e.Status(); {
	case status != 0:
		return status
	case err != nil:
		return router.ToApiError(err).Status
	}
	return http.StatusOK
}

// count has what is read of a body counted.
func count(r *http.Request, bytes prometheus.Counter) {
	if body, ok := r.Body.(*router.RereadableReadCloser); ok && r.ContentLength != 0 {
		body.ReadCloser = counted{body.ReadCloser, bytes}
	}
}

type counted struct {
	io.ReadCloser
	bytes prometheus.Counter
}

func (c counted) Read(p []byte) (int, error) {
	n, err := c.ReadCloser.Read(p)
	c.bytes.Add(float64(n))
	return n, err
}
