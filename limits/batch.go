package limits

import (
	"net/http"
	"net/textproto"
	"net/url"
	"slices"
	"strings"

	"github.com/pocketbase/pocketbase/core"
)

// Batch counts each request of a batch as if it had come by itself. Middlewares don't run for
// them, so what those would have looked at is looked at here.
func (s *Service) Batch(e *core.BatchRequestEvent) error {
	for _, one := range e.Batch {
		if one != nil {
			stripHeaders(e.App, one)
		}
	}
	if e.HasSuperuserAuth() {
		return e.Next()
	}
	if len(e.Batch) > maxBatch {
		return invalid("requests", tooCostly)
	}
	for _, one := range e.Batch {
		if one == nil {
			continue
		}
		if err := s.checkOne(e.RequestEvent, one); err != nil {
			return err
		}
	}
	return e.Next()
}

// stripHeaders removes what says who asks, from where: that is decided for the batch as a whole.
func stripHeaders(app core.App, one *core.InternalRequest) {
	unwanted := []string{"Cookie", "Host", "X-Forwarded-Proto", "X-Forwarded-Host"}
	dropForwarding(app, func(name string) { unwanted = append(unwanted, textproto.CanonicalMIMEHeaderKey(name)) })
	for name := range one.Headers {
		if slices.Contains(unwanted, textproto.CanonicalMIMEHeaderKey(strings.TrimSpace(name))) {
			delete(one.Headers, name)
		}
	}
}

func (s *Service) checkOne(e *core.RequestEvent, one *core.InternalRequest) error {
	path, rawQuery, _ := strings.Cut(one.URL, "?")
	query, err := url.ParseQuery(rawQuery)
	if err != nil {
		return e.BadRequestError("The body of the request can't be read.", err)
	}
	if problem := s.checkQuery(query); problem != nil {
		return invalid(problem.parameter, problem.reason)
	}
	collection, _, _ := strings.Cut(strings.TrimPrefix(path, "/api/collections/"), "/")
	_, withPassword := one.Body["oldPassword"]
	method := strings.ToUpper(one.Method)
	if method == http.MethodPut { // makes a record or changes it
		method = http.MethodPost
		if withPassword {
			method = http.MethodPatch
		}
	}
	return s.Take(e, classOfRecords(e.App, method, collection, withPassword), signedIn(e))
}
