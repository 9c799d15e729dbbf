package present

import (
	"database/sql"
	"encoding/json"
	"errors"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	validation "github.com/pocketbase/ozzo-validation/v4"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/router"

	"madang/collections"
)

// notValid is the sentence over a list of bad fields.
const notValid = "The request is not valid."

// NotFound is what somebody hears of a thing that isn't there, or not for them.
func NotFound() error { return router.NewNotFoundError("", nil) }

// Invalid is a bad value of one field: 400 with a stable code and an English sentence,
// which package i18n translates by the code.
func Invalid(field, code, message string) error {
	return BadQuery(validation.Errors{field: validation.NewError(code, message)})
}

// Bind reads the body of a request into a form; what can't be read is a 400. A pointer to
// something that wasn't sent is nil.
func Bind(e *core.RequestEvent, form any) error {
	if err := e.BindBody(form); err != nil {
		var api *router.ApiError
		if errors.As(err, &api) {
			return api
		}
		return e.BadRequestError("The body of the request can't be read.", err)
	}
	for _, values := range e.Request.Form { // JSON that is no UTF-8 can't be read either
		if slices.ContainsFunc(values, func(v string) bool { return !utf8.ValidString(v) }) {
			return e.BadRequestError("The body of the request can't be read.", nil)
		}
	}
	forgetUnsent(e.Request, form)
	return nil
}

// forgetUnsent empties the pointers to what wasn't sent.
// note: of a body that came as a form, PocketBase points every pointer somewhere (router.UnmarshalRequestData)
func forgetUnsent(r *http.Request, form any) {
	kind := r.Header.Get("Content-Type")
	if r.ContentLength == 0 || !strings.HasPrefix(kind, "multipart/form-data") && !strings.HasPrefix(kind, "application/x-www-form-urlencoded") {
		return
	}
	inJSON := map[string]any{} // the values of a form may also come together, as JSON
	for _, payload := range r.Form[router.JSONPayloadKey] {
		_ = json.Unmarshal([]byte(payload), &inJSON) // it was read before
	}
	v := reflect.ValueOf(form).Elem()
	for i := range v.NumField() {
		name := v.Type().Field(i).Tag.Get("form")
		if _, sent := inJSON[name]; v.Field(i).Kind() == reflect.Pointer && !sent && !r.Form.Has(name) {
			v.Field(i).SetZero()
		}
	}
}

// Failure turns what a Save or a query returned into what the client hears: the answer a
// hook chose, 400 with the bad fields, 404, 507 on a full disk, or 500 without a word of the cause, which is logged.
func Failure(err error) error {
	err = DiskFull(err)
	var api *router.ApiError
	var fields validation.Errors
	switch {
	case err == nil:
		return nil
	case errors.As(err, &api):
		return api
	case errors.As(err, &fields):
		return router.NewApiError(http.StatusBadRequest, notValid, fields)
	case errors.Is(err, sql.ErrNoRows):
		return router.NewNotFoundError("", err)
	}
	return router.NewInternalServerError("", err)
}

// DiskFull is err, or 507 where what it was made of says that the disk is full: PocketBase answers 400 to whatever a Save
// returned, and Go's multipart reader keeps large files on the disk before anybody looks at them.
func DiskFull(err error) error {
	var api *router.ApiError
	if !errors.As(err, &api) {
		api = &router.ApiError{}
	}
	cause, _ := api.RawData().(error)
	if api.Status == http.StatusInsufficientStorage || !collections.IsDiskFull(err) && !collections.IsDiskFull(cause) {
		return err
	}
	return router.NewApiError(http.StatusInsufficientStorage, "The server's disk is full. Try again when those who run it made room.", errors.Join(cause, err))
}
