package ui

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/router"

	"madang/i18n"
	"madang/present"
)

// form is what somebody typed, and what is wrong with it.
type form struct {
	Message  string // over the form; "" when the fields say it all
	scope    string // tells the ids of a page's forms apart
	values   map[string]string
	problems map[string]string
}

// Value is what was typed into a field.
func (f form) Value(name string) string { return f.values[name] }

// Problem is what is wrong with a field, "" when nothing is.
func (f form) Problem(name string) string { return f.problems[name] }

// ID is the id of a field on its page.
func (f form) ID(name string) string {
	if f.scope != "" {
		name = f.scope + "-" + name
	}
	return "f-" + name
}

// forms are those of a page that has several, of which at most one was just sent in vain.
type forms struct{ sent form }

// Of is the form of that name, with what was typed into it and what is wrong.
func (f forms) Of(scope string) form {
	if f.sent.scope == scope {
		return f.sent
	}
	return form{scope: scope}
}

// field is a line of a form.
type field struct {
	ID, Name, Type, Label, Auto, Value, Problem, Hint string
	Required                                          bool
	Max                                               int
}

// Field is a line that has to be filled in. Passwords are never shown again.
func (f form) Field(name, kind, label, auto string) field {
	line := field{ID: f.ID(name), Name: name, Type: kind, Label: label, Auto: auto, Problem: f.problems[name], Required: true}
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

// sent are the named fields that a form has: what one lacks stays as it is.
func sent(e *core.RequestEvent, names ...string) map[string]string {
	f, has := typed(e, names...), map[string]string{}
	for _, name := range names {
		if e.Request.PostForm.Has(name) {
			has[name] = f.Value(name)
		}
	}
	return has
}

// checked is whether a box of a sent form is checked. Browsers say nothing of one that isn't, so a hidden field of its
// name says that the form has it; told is false without.
func checked(e *core.RequestEvent, name string) (is, told bool) {
	e.Request.PostFormValue(name) // note: reads the form
	said := e.Request.PostForm[name]
	return slices.Contains(said, "1"), len(said) > 0
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
