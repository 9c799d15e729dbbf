package ui

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/router"

	"madang/i18n"
)

// errorPages is the middleware that shows people a page where programs get JSON.
func (s *Site) errorPages(e *core.RequestEvent) error {
	err := e.Next()
	if err == nil || e.Written() || !wantsPage(e.Request) {
		return err
	}
	refusal := router.ToApiError(err)
	if refusal.Status == http.StatusUnauthorized && e.Request.Method == http.MethodGet {
		return e.Redirect(http.StatusSeeOther, loginURL(e.Request.URL.RequestURI()))
	}
	if showErr := s.showError(e, refusal); showErr != nil {
		return errors.Join(err, showErr)
	}
	return nil
}

// hasReason reports whether a refusal says why, e.g. until when somebody is suspended, or that
// there were too many wrong codes.
func hasReason(refusal *router.ApiError) bool {
	switch refusal.Status {
	case http.StatusForbidden, http.StatusInsufficientStorage:
		return true
	case http.StatusTooManyRequests:
		return refusal.Message != router.NewTooManyRequestsError("", nil).Message
	}
	return false
}

func wantsPage(r *http.Request) bool {
	return strings.Contains(r.Header.Get("Accept"), "text/html") && !ofPrograms(r.URL.Path)
}

// ofPrograms reports whether a path is the API's or the dashboard's.
func ofPrograms(path string) bool {
	return path == "/api" || strings.HasPrefix(path, "/api/") || path == "/_" || strings.HasPrefix(path, "/_/")
}

type errorMain struct {
	Status              int
	Title, Text, Detail string
}

// told are the statuses that have words of their own; the others borrow those of 400 or 500.
var told = []int{400, 403, 404, 413, 429, 500}

func (s *Site) showError(e *core.RequestEvent, refusal *router.ApiError) error {
	status := refusal.Status
	words := status
	switch {
	case slices.Contains(told, status):
	case status >= http.StatusInternalServerError:
		words = http.StatusInternalServerError
	default:
		words = http.StatusBadRequest
	}
	key := "error." + strconv.Itoa(words)
	main := errorMain{Status: status}
	p := s.page(e, "", "", nil)
	main.Title, main.Text = i18n.T(p.Lang, key+".title"), i18n.T(p.Lang, key+".text")
	var said *router.ApiError
	if hasReason(refusal) && errors.As(i18n.Error(refusal, p.Lang), &said) {
		main.Detail = said.Message
	}
	p.Main, p.Meta.Title = main, i18n.T(p.Lang, "meta.title", main.Title)
	return s.show(e, status, "error", p)
}
