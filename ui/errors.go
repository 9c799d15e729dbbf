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
	"madang/present"
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
	if words == http.StatusForbidden && errors.As(i18n.Error(refusal, p.Lang), &said) {
		main.Detail = said.Message // why, e.g. until when somebody is suspended
	}
	p.Main, p.Meta.Title = main, i18n.T(p.Lang, "meta.title", main.Title)
	return s.show(e, status, "error", p)
}

// form is what somebody typed, and what is wrong with it.
type form struct {
	Message  string // over the form; "" when the fields say it all
	values   map[string]string
	problems map[string]string
}

// Value is what was typed into a field.
func (f form) Value(name string) string { return f.values[name] }

// Problem is what is wrong with a field, "" when nothing is.
func (f form) Problem(name string) string { return f.problems[name] }

// field is a line of a form.
type field struct {
	Name, Type, Label, Auto, Value, Problem, Hint string
	Required                                      bool
	Max                                           int
}

// Field is a line that has to be filled in. Passwords are never shown again.
func (f form) Field(name, kind, label, auto string) field {
	line := field{Name: name, Type: kind, Label: label, Auto: auto, Problem: f.problems[name], Required: true}
	if kind != "password" {
		line.Value = f.values[name]
	}
	return line
}

// Optional is a line that may stay empty.
func (f form) Optional(name, kind, label, auto string) field {
	line := f.Field(name, kind, label, auto)
	line.Required = false
	return line
}

// typed reads the named fields of a sent form.
func typed(e *core.RequestEvent, names ...string) form {
	f := form{values: map[string]string{}}
	for _, name := range names {
		f.values[name] = e.Request.PostFormValue(name)
	}
	return f
}

// refuse puts into f why an action refused it, in the caller's language. What isn't the
// form's fault – not allowed, not there, broken – is returned as it came, for an error page.
func (f *form) refuse(e *core.RequestEvent, err error, fields ...string) error {
	err = present.Failure(err)
	var refusal *router.ApiError
	if !errors.As(i18n.Error(err, langOf(e)), &refusal) || !ofForm(refusal.Status) {
		return err
	}
	f.problems = map[string]string{}
	var rest []string
	for name, problem := range refusal.Data {
		item, _ := problem.(map[string]any)
		message, _ := item["message"].(string)
		if slices.Contains(fields, name) {
			f.problems[name] = message
			continue
		}
		rest = append(rest, message)
	}
	switch {
	case len(rest) > 0:
		f.Message = strings.Join(rest, " ")
	case len(f.problems) == 0:
		f.Message = refusal.Message
	}
	return nil
}

func ofForm(status int) bool {
	return slices.Contains([]int{http.StatusBadRequest, http.StatusUnauthorized, http.StatusConflict,
		http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType, http.StatusBadGateway}, status)
}
