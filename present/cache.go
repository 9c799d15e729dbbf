package present

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/pocketbase/pocketbase/core"
)

// JSON answers with v. What an anonymous caller gets carries an ETag and may be revalidated
// by shared caches; what depends on the caller is never shared.
func JSON(e *core.RequestEvent, v any) error {
	keep, kept := e.Get(keepAs).(func(answer))
	if e.Auth != nil && !kept {
		head(e)
		return Own(e, v)
	}
	body, err := encode(v)
	if err != nil {
		return e.InternalServerError("", err)
	}
	head(e)
	a := answer{kind: "application/json", tag: tagOf(body), body: body}
	if kept {
		keep(a)
	}
	return a.send(e)
}

// Own answers with v, which nobody else gets and nothing keeps.
func Own(e *core.RequestEvent, v any) error {
	buffer := bodies.Get().(*[]byte)
	defer bodies.Put(buffer)
	body, byHand := appendJSON((*buffer)[:0], v)
	*buffer = body
	if !byHand || picksFields(e) {
		return e.JSON(http.StatusOK, v)
	}
	e.Response.Header().Set("Content-Length", strconv.Itoa(len(body)))
	return e.Blob(http.StatusOK, "application/json", body)
}

// picksFields reports whether PocketBase leaves some fields out of the answer.
func picksFields(e *core.RequestEvent) bool {
	return e.Request.URL.RawQuery != "" && e.Request.URL.Query().Has("fields")
}

var bodies = sync.Pool{New: func() any { return new([]byte) }}

const varies = "Authorization, Cookie"

// head says for whom an answer is: who is signed in, or everybody who isn't.
func head(e *core.RequestEvent) {
	control := "public, no-cache"
	if e.Auth != nil {
		control = "private, no-cache"
	}
	e.Response.Header().Add("Vary", varies)
	e.Response.Header().Set("Cache-Control", control)
}

// Tagged answers with a body of a media type under an ETag of its content, or with 304 to who has it.
func Tagged(e *core.RequestEvent, kind string, body []byte) error {
	return answer{kind: kind, tag: tagOf(body), body: body}.send(e)
}

func tagOf(body []byte) string {
	sum := sha256.Sum256(body)
	return `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`
}

func (a answer) send(e *core.RequestEvent) error {
	e.Response.Header().Set("ETag", a.tag)
	if etagMatches(e.Request.Header.Get("If-None-Match"), a.tag) {
		e.Response.WriteHeader(http.StatusNotModified)
		return nil
	}
	e.Response.Header().Set("Content-Length", strconv.Itoa(len(a.body)))
	return e.Blob(http.StatusOK, a.kind, a.body)
}

// etagMatches compares weakly, as RFC 9110 §13.1.2 asks of If-None-Match.
func etagMatches(header, tag string) bool {
	for _, candidate := range strings.Split(header, ",") {
		candidate = strings.TrimPrefix(strings.TrimSpace(candidate), "W/")
		if candidate == "*" || candidate == tag {
			return true
		}
	}
	return false
}
