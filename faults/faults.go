// Package faults tells a Sentry server what went wrong in the program: errors that became a 500, panics, and errors of work apart from requests.
// It tells nothing of people: no bodies, headers, addresses, queries; of texts what looks like a secret or a person is cut out (scrub.go).
// Start reading at Reporter.
package faults

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"reflect"
	"time"

	"github.com/getsentry/sentry-go"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/router"
)

// Reporter sends faults in the background. Without a DSN it sends nothing.
type Reporter struct {
	client *sentry.Client
}

// New makes a reporter to the project that dsn names; "" is nobody. An error is a malformed one.
func New(dsn string) (*Reporter, error) {
	if dsn == "" {
		return &Reporter{}, nil
	}
	client, err := sentry.NewClient(sentry.ClientOptions{
		Dsn: dsn, BeforeSend: bare, DisableClientReports: true, MaxErrorDepth: 5,
		Integrations: func([]sentry.Integration) []sentry.Integration { return nil }, // they add the machine, its modules and its environment
	})
	if err != nil {
		return nil, fmt.Errorf("read SENTRY_DSN: %w", err)
	}
	return &Reporter{client}, nil
}

// bare leaves out what the library adds by itself.
func bare(e *sentry.Event, _ *sentry.EventHint) *sentry.Event {
	e.ServerName, e.User, e.Request, e.Breadcrumbs, e.Modules = "", sentry.User{}, nil, nil, nil
	e.Contexts = nil
	return e
}

// Flush waits at most so long until everything is sent.
func (r *Reporter) Flush(patience time.Duration) {
	if r.client != nil {
		r.client.Flush(patience)
	}
}

// Request is what may be told of a request.
type Request struct{ ID, Method, Route string }

// Watch is a middleware right inside PocketBase's, which turns panics into answers. of says what may be
// told of a request.
func (r *Reporter) Watch(of func(*core.RequestEvent) Request) func(*core.RequestEvent) error {
	return func(e *core.RequestEvent) error {
		if r.client == nil {
			return e.Next()
		}
		defer func() {
			cause := recover()
			if cause == nil {
				return
			}
			if err, ok := cause.(error); !ok || !errors.Is(err, http.ErrAbortHandler) {
				r.send(panicOf(cause), sentry.LevelFatal, of(e))
			}
			panic(cause) //nolint:forbidigo // it is PocketBase's to answer
		}()
		err := e.Next()
		if err != nil && router.ToApiError(err).Status >= http.StatusInternalServerError {
			r.send(exceptions(cause(err)), sentry.LevelError, of(e))
		}
		return err
	}
}

// cause is the error behind what is answered, if it is known.
func cause(err error) error {
	var api *router.ApiError
	if errors.As(err, &api) {
		if raw, ok := api.RawData().(error); ok {
			return raw
		}
	}
	return err
}

func (r *Reporter) send(what []sentry.Exception, level sentry.Level, q Request) {
	event := sentry.NewEvent()
	event.Level, event.Exception = level, what
	event.Transaction = q.Method + " " + q.Route
	event.Tags = map[string]string{"request_id": q.ID, "route": q.Route, "method": q.Method}
	r.client.CaptureEvent(event, nil, nil)
}

// loggedTags are what of a line in the log may be told besides its sentence: all are words of ours.
var loggedTags = []string{"kind", "job", "part", "check"}

// Logged sends a line of the program's log that is an error. Lines about requests are left to [Reporter.Watch].
func (r *Reporter) Logged(level slog.Level, message string, data map[string]any) {
	if r.client == nil || level < slog.LevelError || data["type"] == "request" {
		return
	}
	event := sentry.NewEvent()
	event.Level, event.Message, event.Tags = sentry.LevelError, Scrub(message), map[string]string{}
	for _, name := range loggedTags {
		if value, ok := data[name].(string); ok {
			event.Tags[name] = Scrub(value)
		}
	}
	if said, ok := data["error"]; ok {
		event.Exception = []sentry.Exception{{Type: Scrub(message), Value: Scrub(fmt.Sprint(said))}}
	}
	r.client.CaptureEvent(event, nil, nil)
}

// exceptions are an error and those that it wraps, the innermost first.
func exceptions(err error) []sentry.Exception {
	var chain []sentry.Exception
	for e := err; e != nil && len(chain) < 5; e = errors.Unwrap(e) {
		chain = append([]sentry.Exception{{Type: reflect.TypeOf(e).String(), Value: Scrub(e.Error())}}, chain...)
	}
	return chain
}

// panicOf is a panic with the way that led to it. It must be called while it unwinds.
func panicOf(cause any) []sentry.Exception {
	return []sentry.Exception{{Type: "panic", Value: Scrub(fmt.Sprint(cause)), Stacktrace: sentry.NewStacktrace()}}
}
