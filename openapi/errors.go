package openapi

import (
	"net/http"
	"slices"
	"strconv"

	validation "github.com/pocketbase/ozzo-validation/v4"
	"github.com/pocketbase/pocketbase/tools/router"

	"madang/i18n"
)

// refusal is an answer that says no.
type refusal struct {
	status             int
	name               string // of the component
	meaning, ko        string
	message            string // of the example, as the program says it in English
	field, code, wrong string // the example's bad field, if any, and what is wrong with it
}

// refusals are the errors that routes share, each with an example.
var refusals = []refusal{
	{400, "BadRequest", "The request is not valid; data names the bad fields.", "요청이 올바르지 않습니다. data에 잘못된 항목이 있습니다.", "The request is not valid.", "title", "validation_required", "Cannot be blank."},
	{401, "Unauthorized", "Not signed in, or the session is over.", "로그인하지 않았거나 세션이 끝났습니다.", "Sign in first.", "", "", ""},
	{401, wrongCredentials, "What was sent signs nobody in.", "보낸 값으로는 로그인할 수 없습니다.", "The name or the password is wrong.", "", "", ""},
	{403, "Forbidden", "Signed in, but not allowed.", "로그인했지만 권한이 없습니다.", "You are not allowed to perform this request.", "", "", ""},
	{404, "NotFound", "Not there, or not for the caller to see.", "없거나 볼 수 없는 대상입니다.", "The requested resource wasn't found.", "", "", ""},
	{409, "Conflict", "Not in the state that this takes.", "지금 상태에서는 할 수 없습니다.", "Two-factor sign-in is not on.", "", "", ""},
	{412, "PreconditionFailed", "A version of the protocol that isn't spoken here.", "지원하지 않는 프로토콜 버전입니다.", "Say Tus-Resumable: 1.0.0; another version is not spoken here.", "", "", ""},
	{413, "TooLarge", "The body or the file is too large; the message says the limit.", "본문이나 파일이 너무 큽니다. 한도는 문장에 있습니다.", "Request entity too large.", "", "", ""},
	{415, "UnsupportedType", "The file is of no allowed type, or its bytes aren't of the type that its name says.", "허용되지 않은 형식이거나 내용이 확장자와 다른 파일입니다.", "The request is not valid.", "file", "validation_mime_mismatch", "The file is not what its name says."},
	{416, "RangeNotSatisfiable", "The file has no such range; Content-Range says its length.", "파일에 없는 범위입니다. 길이는 Content-Range에 있습니다.", "The requested range lies outside the file.", "", "", ""},
	{423, "Locked", "Another request is at the same just now.", "다른 요청이 처리하고 있습니다.", "Another request is sending a piece of this upload. Try again in a moment.", "", "", ""},
	{429, "TooManyRequests", "Too many requests. Try again later.", "요청이 너무 많습니다. 나중에 다시 시도하세요.", "Too Many Requests.", "", "", ""},
	{501, "NotImplemented", "A part of the protocol that isn't spoken here.", "지원하지 않는 기능입니다.", "The length of an upload must be known.", "", "", ""},
	{502, "BadGateway", "Another site, which this needs, doesn't answer as it should.", "필요한 다른 사이트가 제대로 응답하지 않습니다.", "The other site doesn't answer as it should. Try again later.", "", "", ""},
	{507, "InsufficientStorage", "The server's disk is full.", "서버의 디스크가 가득 찼습니다.", "The server's disk is full. Try again when those who run it made room.", "", "", ""},
}

// wrongCredentials is the 401 of routes that sign in.
const wrongCredentials = "WrongCredentials"

// example is the refusal's body, made as the program makes it, in the document's language.
func (w words) example(r refusal) any {
	var data error
	if r.field != "" {
		data = validation.Errors{r.field: validation.NewError(r.code, r.wrong)}
	}
	return i18n.Error(router.NewApiError(r.status, r.message, data), w.lang)
}

// response is the refusal as a response.
func (w words) response(r refusal) *Response {
	answer := &Response{Description: w.say(r.meaning, r.ko)}
	answer.Content.Set(jsonType, Media{Schema: ref("Error"), Example: w.example(r)})
	return answer
}

const jsonType = "application/json"

// addErrors puts the shape of errors and the shared refusals into the components.
func (b *builder) addErrors() {
	field := object()
	field.property("code", &Schema{Type: "string", Description: b.say("stable", "바뀌지 않는 코드")}, true)
	field.property("message", &Schema{Type: "string", Description: b.say("in the caller's language", "요청한 언어의 문장")}, true)
	field.property("params", &Schema{Type: "object", Description: b.say("the values in the message", "문장에 들어가는 값")}, false)
	b.schemas.Set("FieldError", field)

	body := object()
	body.property("status", &Schema{Type: "integer"}, true)
	body.property("message", &Schema{Type: "string"}, true)
	body.property("data", &Schema{
		Type: "object", AdditionalProperties: ref("FieldError"),
		Description: b.say("the bad fields by name; empty when no field is to blame", "이름별 잘못된 항목. 없으면 빈 객체"),
	}, true)
	b.schemas.Set("Error", body)

	for _, r := range refusals {
		b.doc.Components.Responses.Set(r.name, b.response(r))
	}
}

// refuse adds the refusals with these statuses to an operation. A 400 whose example names a
// field of the operation's own stands in place of the shared one.
func (b *builder) refuse(op *Operation, statuses []int, badField string) {
	for _, r := range refusals {
		signsIn := r.name == wrongCredentials
		if !slices.Contains(statuses, r.status) || r.status == http.StatusUnauthorized && signsIn != isOpen(op) {
			continue
		}
		answer := &Response{Ref: "#/components/responses/" + r.name}
		if r.status == http.StatusBadRequest && badField != "" {
			r.field, r.code, r.wrong = badField, "validation_invalid_value", "Invalid value."
			answer = b.response(r)
		}
		op.Responses.Set(strconv.Itoa(r.status), answer)
	}
}

// isOpen reports whether the operation can be called without signing in.
func isOpen(op *Operation) bool {
	return slices.ContainsFunc(op.Security, func(s Security) bool { return len(s) == 0 })
}
