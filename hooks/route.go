package hooks

import (
	"net/http"
	"strings"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"madang/openapi"
)

// routeList is filled by the table in routes.go. A route can't be added without saying
// who may call it and what it does, in both languages.
type routeList struct {
	tag, tagKo string
	routes     []route
}

// entry is the route just added, to be described further.
type entry struct{ *route }

func (l *routeList) chapter(en, ko string) { l.tag, l.tagKo = en, ko }

func (l *routeList) add(method, path string, id [3]string, g guard, handler func(*core.RequestEvent) error) entry {
	doc := openapi.Route{
		Method: method, Path: path, ID: id[0], Summary: id[1], SummaryKo: id[2], Tag: l.tag, TagKo: l.tagKo, Status: http.StatusOK, SignedIn: g.signedIn,
	}
	if strings.Contains(path, "{id}") {
		doc.Errors = append(doc.Errors, http.StatusNotFound)
	}
	l.routes = append(l.routes, route{doc: doc, handler: handler, guard: g})
	return entry{&l.routes[len(l.routes)-1]}
}

func (l *routeList) get(path, id, en, ko string, g guard, h func(*core.RequestEvent) error) entry {
	return l.add(http.MethodGet, path, [3]string{id, en, ko}, g, h)
}

func (l *routeList) post(path, id, en, ko string, g guard, h func(*core.RequestEvent) error) entry {
	return l.add(http.MethodPost, path, [3]string{id, en, ko}, g, h)
}

func (l *routeList) patch(path, id, en, ko string, g guard, h func(*core.RequestEvent) error) entry {
	return l.add(http.MethodPatch, path, [3]string{id, en, ko}, g, h)
}

func (l *routeList) put(path, id, en, ko string, g guard, h func(*core.RequestEvent) error) entry {
	return l.add(http.MethodPut, path, [3]string{id, en, ko}, g, h)
}

func (l *routeList) delete(path, id, en, ko string, g guard, h func(*core.RequestEvent) error) entry {
	return l.add(http.MethodDelete, path, [3]string{id, en, ko}, g, h)
}

// takes says what is sent: query parameters or a body.
func (e entry) takes(in any) entry {
	e.doc.In = in
	if e.doc.Method != http.MethodGet {
		e.refuses(http.StatusBadRequest)
	}
	return e
}

// gives says what is answered.
func (e entry) gives(out any) entry { e.doc.Out = out; return e }

// as says with which status, and which when nothing had to be done.
func (e entry) as(status int, again ...int) entry {
	e.doc.Status = status
	if len(again) > 0 {
		e.doc.Again = again[0]
	}
	return e
}

// waits says what a 202 looks like.
func (e entry) waits(how any) entry { e.doc.Waits = how; return e }

// fails says with which status what is asked about fails; the answer has the same shape.
func (e entry) fails(status int) entry { e.doc.Failing = status; return e }

// refuses says with which further statuses.
func (e entry) refuses(statuses ...int) entry {
	e.doc.Errors = append(e.doc.Errors, statuses...)
	return e
}

// asks says what a 401 looks like that asks for more.
func (e entry) asks(more any) entry { e.doc.Asks = more; return e }

// content says that the answer isn't JSON.
func (e entry) content(mediaType string) entry { e.doc.Content = mediaType; return e }

// sends says that the body isn't a form, and of which media type it is.
func (e entry) sends(mediaType string) entry { e.doc.Sends = mediaType; return e }

// headers says which the answer has.
func (e entry) headers(of any) entry { e.doc.Headers = of; return e }

// limit is how large a body may be, in bytes.
func (e entry) limit(bytes int64) entry { e.bodyLimit = bytes; return e }

// kept has answers to strangers given again while nothing was written: for what is read alone, and from the database alone.
func (e entry) kept() entry { e.route.kept = kept; return e }

// keptBriefly is the same of answers that also change as time goes by.
func (e entry) keptBriefly() entry { e.route.kept = keptBriefly; return e }

// keptForEach is the same for who is signed in, of answers that change as days begin somewhere.
func (e entry) keptForEach() entry { e.route.keptForEach = keptWithDays; return e }

// How long answers are given again while nothing was written; 0 for not at all.
const (
	kept         = time.Hour
	keptBriefly  = time.Second
	keptWithDays = 15 * time.Minute // all zones are so many quarters of an hour apart
)
