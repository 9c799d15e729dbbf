package openapi

import (
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// bearer is the security scheme.
const bearer = "bearer"

// add puts a route into the document.
func (b *builder) add(r Route) *Operation {
	op := b.operation(r)
	methods, there := b.doc.Paths.Get(r.Path)
	if !there {
		methods = &Map[*Operation]{}
		b.doc.Paths.Set(r.Path, methods)
	}
	methods.Set(strings.ToLower(r.Method), op)
	return op
}

func (b *builder) operation(r Route) *Operation {
	tag := b.say(r.Tag, r.TagKo)
	b.chapter(tag, "")
	op := &Operation{
		Tags: []string{tag}, Summary: b.say(r.Summary, r.SummaryKo), ID: r.ID,
		Description: b.say("Open to everybody.", "누구나 사용할 수 있습니다."),
		Security:    []Security{{}, {bearer: {}}},
	}
	statuses := append([]int{http.StatusTooManyRequests}, r.Errors...)
	if r.SignedIn {
		op.Description = b.say("Needs an access token.", "액세스 토큰이 필요합니다.")
		op.Security = []Security{{bearer: {}}}
		statuses = append(statuses, http.StatusUnauthorized, http.StatusForbidden)
	}
	op.Parameters = slices.Concat(b.pathParameters(r.Path), b.parameters(r.In, "query"), b.parameters(r.In, "header"))
	badField := firstField(r.In)
	if op.Body = b.body(r); op.Body != nil {
		statuses = append(statuses, http.StatusBadRequest, http.StatusRequestEntityTooLarge)
	}
	b.succeed(op, r)
	b.refuse(op, statuses, badField)
	if r.Asks != nil {
		b.ask(op, r.Asks)
	}
	return op
}

var pathPlace = regexp.MustCompile(`\{(\w+)\}`)

func (b *builder) pathParameters(path string) []Parameter {
	var list []Parameter
	for _, place := range pathPlace.FindAllStringSubmatch(path, -1) {
		list = append(list, Parameter{Name: place[1], In: "path", Required: true, Schema: &Schema{Type: "string"}})
	}
	return list
}

// parameters are the fields of in that stand in the query or in the header.
func (b *builder) parameters(in any, place string) []Parameter {
	if in == nil {
		return nil
	}
	var list []Parameter
	for _, f := range fieldsOf(reflect.TypeOf(in), place) {
		schema := b.field(f.StructField, true)
		about := schema.Description
		schema.Description = ""
		list = append(list, Parameter{
			Name: f.name, In: place, Description: about, Required: f.Tag.Get("required") == "true", Schema: schema,
		})
	}
	return list
}

// firstField is the name of the first field that a request sends; "" when it sends none.
func firstField(in any) string {
	if in == nil {
		return ""
	}
	for _, tag := range []string{"formData", "json", "query"} {
		if fields := fieldsOf(reflect.TypeOf(in), tag); len(fields) > 0 {
			return fields[0].name
		}
	}
	return ""
}

// body is what the route takes: JSON, or multipart where one of its fields is a file; both
// where the file may be left out and the rest sent as JSON.
func (b *builder) body(r Route) *Body {
	if r.In == nil || r.Method == http.MethodGet {
		return nil
	}
	if r.Sends != "" {
		body := &Body{Required: true}
		body.Content.Set(r.Sends, Media{Schema: &Schema{Type: "string", Format: "binary"}})
		return body
	}
	t := reflect.TypeOf(r.In)
	if parts := fieldsOf(t, "formData"); len(parts) > 0 {
		return b.multipart(parts)
	}
	if len(fieldsOf(t, "json")) == 0 {
		return nil
	}
	body := &Body{Required: true}
	body.Content.Set(jsonType, Media{Schema: b.of(t, true)})
	if slices.Contains(r.Errors, http.StatusUnsupportedMediaType) {
		body.Content.Set(multipartType, b.multipart(fieldsOf(t, "form")).Content.values[multipartType])
	}
	return body
}

const multipartType = "multipart/form-data"

func (b *builder) multipart(parts []namedField) *Body {
	form := &Schema{Type: "object"}
	for _, part := range parts {
		schema := b.field(part.StructField, true)
		if schema.Format == "binary" {
			schema.ContentMediaType = "application/octet-stream"
		}
		form.property(part.name, schema, part.Tag.Get("required") == "true")
	}
	body := &Body{Required: true}
	body.Content.Set(multipartType, Media{Schema: form})
	return body
}

// succeed adds the answers of success.
func (b *builder) succeed(op *Operation, r Route) {
	answer := &Response{Description: b.say("Done.", "성공")}
	switch {
	case r.Content != "":
		b.bytes(answer, r)
	case r.Out != nil:
		answer.Content.Set(jsonType, Media{Schema: b.answer(r.Out)})
	}
	if r.Headers != nil {
		b.headers(answer, r.Headers)
	}
	op.Responses.Set(strconv.Itoa(r.Status), answer)
	if r.Again != 0 {
		again := *answer
		again.Description = b.say("It was so already.", "이미 그런 상태입니다.")
		op.Responses.Set(strconv.Itoa(r.Again), &again)
	}
	if r.Waits != nil {
		waits := Response{Description: b.say("Accepted; the answer says what it waits for.", "받았습니다. 무엇을 기다리는지는 응답에 있습니다.")}
		waits.Content.Set(jsonType, Media{Schema: b.answer(r.Waits)})
		op.Responses.Set("202", &waits)
	}
	if r.Failing != 0 {
		failing := Response{}
		failing.Content.Set(jsonType, Media{Schema: b.answer(r.Out), Example: r.Out})
		failing.Description = b.say("Something fails; the answer says what.", "문제가 있습니다. 무엇인지는 응답에 있습니다.")
		op.Responses.Set(strconv.Itoa(r.Failing), &failing)
	}
	if slices.Contains(r.Errors, http.StatusRequestedRangeNotSatisfiable) {
		b.ranged(op, answer)
	}
}

// headers are those that an answer has, by the fields of a struct.
func (b *builder) headers(answer *Response, of any) {
	for _, f := range fieldsOf(reflect.TypeOf(of), "header") {
		schema := b.field(f.StructField, false)
		about := schema.Description
		schema.Description = ""
		answer.Headers.Set(f.name, Header{Description: about, Schema: schema})
	}
}

// ask says that a 401 may also ask for more.
func (b *builder) ask(op *Operation, more any) {
	i := slices.IndexFunc(refusals, func(r refusal) bool { return r.name == wrongCredentials })
	answer := b.response(refusals[i])
	answer.Description += " " + b.say("With mfa_id: a second factor is needed; send mfa_id and a code.", "mfa_id가 있으면 두 번째 인증이 필요합니다. mfa_id와 코드를 보내세요.")
	media := answer.Content.values[jsonType]
	media.Schema = &Schema{AnyOf: []*Schema{media.Schema, b.answer(more)}}
	answer.Content.Set(jsonType, media)
	op.Responses.Set("401", answer)
}

// revalidated says that an answer may be asked for by its ETag.
func (b *builder) revalidated(op *Operation) {
	op.Responses.Set("304", &Response{Description: b.say(
		"Not changed since the answer whose ETag If-None-Match names.", "If-None-Match의 ETag 이후 바뀌지 않았습니다.",
	)})
}

// bytes is an answer in other media types than JSON.
func (b *builder) bytes(answer *Response, r Route) {
	schema := &Schema{Type: "string", Format: "binary"}
	if r.Out != nil {
		schema = b.answer(r.Out)
	}
	for _, media := range strings.Split(r.Content, ",") {
		if media = strings.TrimSpace(media); media == "application/octet-stream" {
			media = "*/*" // of whatever type the file is
		}
		answer.Content.Set(media, Media{Schema: schema})
	}
}

// ranged says that parts can be asked for.
func (b *builder) ranged(op *Operation, whole *Response) {
	op.Parameters = append(op.Parameters, Parameter{
		Name: "Range", In: "header", Schema: &Schema{Type: "string", Examples: []any{"bytes=0-99"}},
		Description: b.say("parts of the file, in bytes (RFC 9110 §14)", "파일의 일부, 바이트 단위(RFC 9110 §14)"),
	})
	part := &Response{Description: b.say("The parts asked for.", "요청한 부분"), Content: whole.Content}
	part.Headers.Set("Content-Range", Header{
		Description: b.say("which part; with several, each part of the body says it", "어느 부분인지. 여럿이면 본문의 각 부분에 있음"),
		Schema:      &Schema{Type: "string", Examples: []any{"bytes 0-99/12345"}},
	})
	op.Responses.Set("206", part)
}
