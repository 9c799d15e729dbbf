package ui

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"github.com/pocketbase/pocketbase/core"
)

// answer keeps what an action answered.
type answer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (a *answer) Header() http.Header         { return a.header }
func (a *answer) WriteHeader(status int)      { a.status = status }
func (a *answer) Write(p []byte) (int, error) { return a.body.Write(p) }

// ask lets the caller of e do an action to the thing called id, without leaving the
// process, and reads its answer. body is what is sent as JSON; nil sends on what the page
// was sent. The query is the page's, so that links of lists lead to pages. The error is
// the action's refusal, in English.
func ask[T any](e *core.RequestEvent, do Action, id string, body any) (T, error) {
	var said T
	r, err := requestFor(e, id, body)
	if err != nil {
		return said, err
	}
	a := &answer{header: http.Header{}}
	inner := &core.RequestEvent{App: e.App, Auth: e.Auth}
	inner.Request, inner.Response = r, a
	inner.SetAll(e.GetAll()) // the session
	err = do(inner)
	for _, cookie := range a.header.Values("Set-Cookie") {
		e.Response.Header().Add("Set-Cookie", cookie)
	}
	if err != nil {
		return said, err
	}
	if a.body.Len() == 0 {
		return said, nil
	}
	if err := json.Unmarshal(a.body.Bytes(), &said); err != nil {
		return said, fmt.Errorf("read the answer of an action: %w", err)
	}
	return said, nil
}

func requestFor(e *core.RequestEvent, id string, body any) (*http.Request, error) {
	r := e.Request.Clone(e.Request.Context())
	r.SetPathValue("id", id)
	r.Header.Del("If-None-Match") // is about the page
	r.Header.Set("Accept-Language", string(langOf(e)))
	if body == nil {
		return r, nil
	}
	raw, err := json.Marshal(body)
	if err != nil {
		return nil, fmt.Errorf("write what an action takes: %w", err)
	}
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(raw)), int64(len(raw))
	r.Form, r.PostForm, r.MultipartForm = nil, nil, nil
	r.Header.Set("Content-Type", "application/json")
	return r, nil
}

// nothing is the answer of an action that doesn't matter.
type nothing struct{}

// tell is ask for actions whose answer doesn't matter.
func tell(e *core.RequestEvent, do Action, id string, body any) error {
	_, err := ask[*nothing](e, do, id, body)
	return err
}
