// Package metrics is what a Prometheus server reads: how the program does, in numbers.
// It knows requests, databases and the runtime; whatever else there is to know hooks hands in as a [Source].
// Start reading at Metrics, then hooks/metrics.go, which lists the sources.
package metrics

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// patience is how long the sources together may take to be read.
const patience = 5 * time.Second

// Metrics are the numbers of one program. No label holds what a client said or who somebody is, so
// that their number is bounded: routes are patterns, methods and states are of fixed sets.
type Metrics struct {
	// Complain hears of a source that can't be read; the others are shown all the same.
	Complain func() *slog.Logger

	registry *prometheus.Registry
	requests requests
	sources  []Source
}

// New has the numbers of requests, of the Go runtime and of the process.
func New() *Metrics {
	m := &Metrics{Complain: func() *slog.Logger { return slog.New(slog.DiscardHandler) }, registry: prometheus.NewRegistry(), requests: newRequests()}
	m.registry.MustRegister(collectors.NewGoCollector(), collectors.NewBuildInfoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.registry.MustRegister(m.requests.all()...)
	m.registry.MustRegister(m)
	return m
}

// Source is a number, or one for each combination of its labels, that is looked up when it is asked for.
type Source struct {
	Name, Help string
	Labels     []string
	// Read tells every value with its labels, in the order of Labels.
	Read func(ctx context.Context, tell func(value float64, labels ...string)) error
}

// Single is a source of one number.
func Single(name, help string, read func(ctx context.Context) (float64, error)) Source {
	return Source{Name: name, Help: help, Read: func(ctx context.Context, tell func(float64, ...string)) error {
		value, err := read(ctx)
		if err == nil {
			tell(value)
		}
		return err
	}}
}

// Add has sources shown. It must not be called after the first request for them.
func (m *Metrics) Add(sources ...Source) { m.sources = append(m.sources, sources...) }

// Register has collectors shown that keep their own count. Two of one name are a mistake of the program's.
func (m *Metrics) Register(c ...prometheus.Collector) { m.registry.MustRegister(c...) }

// Gather reads everything, as a request for it does.
func (m *Metrics) Gather() prometheus.Gatherer { return m.registry }

// Handler answers with everything in the format that the client asks for.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{
		ErrorHandling: promhttp.ContinueOnError, ErrorLog: complaint{m}, MaxRequestsInFlight: 3,
	})
}

// complaint is the logger that promhttp wants.
type complaint struct{ *Metrics }

func (c complaint) Println(v ...any) {
	c.Complain().Error("read the metrics", "error", fmt.Sprint(v...))
}

// Describe implements [prometheus.Collector]. It says nothing, since sources come later.
func (m *Metrics) Describe(chan<- *prometheus.Desc) {}

// Collect implements [prometheus.Collector]: it reads the sources.
func (m *Metrics) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for _, s := range m.sources {
		desc := prometheus.NewDesc(s.Name, s.Help, s.Labels, nil)
		err := s.Read(ctx, func(value float64, labels ...string) {
			shown, err := prometheus.NewConstMetric(desc, prometheus.GaugeValue, value, labels...)
			if err != nil {
				shown = prometheus.NewInvalidMetric(desc, err)
			}
			to <- shown
		})
		if err != nil && !errors.Is(err, ErrNone) {
			to <- prometheus.NewInvalidMetric(desc, fmt.Errorf("read %s: %w", s.Name, err))
		}
	}
}

// ErrNone is what a source says that has nothing to tell here, such as the free space of a disk
// on a system that doesn't say it.
var ErrNone = errors.New("nothing to tell")
