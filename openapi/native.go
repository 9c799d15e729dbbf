package openapi

import (
	"net/http"

	"github.com/pocketbase/pocketbase/core"
)

// The bodies of PocketBase's own routes.
type (
	nativeSignIn struct {
		Identity      string `json:"identity" required:"true" maxLength:"255"`
		Password      string `json:"password" required:"true" maxLength:"255" format:"password"`
		IdentityField string `json:"identityField" description:"which field identity is of; any that fits otherwise"`
	}
	subscriptions struct {
		ClientID      string   `json:"clientId" required:"true" description:"from the event PB_CONNECT"`
		Subscriptions []string `json:"subscriptions" description:"such as posts/* or posts/RECORD_ID; they replace those before"`
	}
	fileParams struct {
		Thumb    string `query:"thumb" description:"size of a preview of a picture, such as 100x100"`
		Token    string `query:"token" description:"of POST /api/files/token; needed for protected files"`
		Download bool   `query:"download" description:"serve it as an attachment"`
	}
	fileToken struct {
		Token string `json:"token"`
	}
	health struct {
		Code    int            `json:"code"`
		Message string         `json:"message"`
		Data    map[string]any `json:"data"`
	}
	batch struct {
		Requests []batchRequest `json:"requests" required:"true"`
	}
	batchRequest struct {
		Method  string            `json:"method" required:"true" enum:"POST,PUT,PATCH,DELETE"`
		URL     string            `json:"url" required:"true" description:"path of a route of records"`
		Headers map[string]string `json:"headers"`
		Body    map[string]any    `json:"body"`
	}
	batchAnswer struct {
		Status int `json:"status"`
		Body   any `json:"body"`
	}
)

// addSignIn describes how one signs in to an auth collection through PocketBase's own routes.
func (n *native) addSignIn(c *core.Collection, like Route) {
	answer := object()
	answer.property("token", &Schema{Type: "string", Description: n.say("the access token", "액세스 토큰")}, true)
	answer.property("record", ref("Record_"+c.Name), true)
	answer.property("meta", &Schema{Description: n.say("what the way of signing in adds, such as the refresh token", "로그인 방법에 따른 정보. 리프레시 토큰 등")}, false)
	n.schemas.Set("RecordAuth_"+c.Name, answer)

	r := Route{Method: http.MethodPost, Tag: like.Tag, TagKo: like.TagKo, Status: http.StatusOK, Out: ref("RecordAuth_" + c.Name)}
	base := "/api/collections/" + c.Name
	if c.PasswordAuth.Enabled {
		r.Path, r.ID, r.In, r.Errors = base+"/auth-with-password", "auth_with_password_"+c.Name, nativeSignIn{}, []int{400, 403}
		r.Summary, r.SummaryKo = "Sign in, as PocketBase's SDKs do", "로그인(PocketBase SDK)"
		n.secondFactor(n.add(r)) // note: theirs, or ours
	}
	r.Path, r.ID, r.In, r.Errors = base+"/auth-refresh", "auth_refresh_"+c.Name, nil, []int{404}
	r.Summary, r.SummaryKo, r.SignedIn = "A fresh access token of the same session", "같은 세션의 새 액세스 토큰", true
	n.add(r)
}

// secondFactor says that signing in may ask for more.
func (n *native) secondFactor(op *Operation) {
	more := &Schema{Type: "object"}
	more.property("mfaId", &Schema{Type: "string"}, true)
	answer := &Response{Description: n.say("A second factor is needed; send mfaId with it.", "두 번째 인증이 필요합니다. mfaId와 함께 보내세요.")}
	answer.Content.Set(jsonType, Media{Schema: more, Example: map[string]string{"mfaId": "q7m2w8e4r1t6y3u"}})
	op.Responses.Set("401", answer)
}

// addRest describes the routes that belong to no collection.
func (n *native) addRest() {
	r := Route{Tag: "Realtime", TagKo: "실시간", Status: http.StatusOK}
	r.Method, r.Path, r.ID = http.MethodGet, "/api/realtime", "connect"
	r.Summary, r.SummaryKo = "A stream of server-sent events; the first, PB_CONNECT, names the client", "서버 전송 이벤트 스트림. 첫 이벤트 PB_CONNECT에 클라이언트 id가 있음"
	r.Content = "text/event-stream"
	n.add(r)
	r.Method, r.ID, r.In, r.Content, r.Status, r.Errors = http.MethodPost, "subscribe", subscriptions{}, "", http.StatusNoContent, []int{400, 403, 404}
	r.Summary, r.SummaryKo = "Say which records to hear of", "알림을 받을 레코드 정하기"
	n.add(r)

	r = Route{Tag: "Files", TagKo: "파일", Status: http.StatusOK, In: fileParams{}, Content: "application/octet-stream", Errors: []int{404, 416}}
	r.Method, r.Path, r.ID = http.MethodGet, "/api/files/{collection}/{record}/{filename}", "getFile"
	r.Summary, r.SummaryKo = "A file of a record", "레코드의 파일"
	n.revalidated(n.add(r))
	r = Route{Tag: "Files", TagKo: "파일", Status: http.StatusOK, SignedIn: true, Out: fileToken{}}
	r.Method, r.Path, r.ID = http.MethodPost, "/api/files/token", "createFileToken"
	r.Summary, r.SummaryKo = "A short-lived token for protected files", "보호된 파일을 위한 짧은 토큰"
	n.add(r)

	r = Route{Tag: "Server", TagKo: "서버", Status: http.StatusOK, Out: health{}}
	r.Method, r.Path, r.ID = http.MethodGet, "/api/health", "getHealth"
	r.Summary, r.SummaryKo = "Whether the server is well", "서버 상태"
	n.add(r)
	n.addBatch()
}

func (n *native) addBatch() {
	op := n.add(Route{
		Method: http.MethodPost, Path: "/api/batch", ID: "batch", Tag: "Server", TagKo: "서버",
		Summary: "Several writes of records in one transaction, where an admin turned it on", SummaryKo: "여러 레코드 쓰기를 한 트랜잭션으로. 관리자가 켠 경우에만",
		In: batch{}, Out: []batchAnswer{}, Status: http.StatusOK, Errors: []int{403},
	})
	failed := object()
	failed.property("status", &Schema{Type: "integer"}, true)
	failed.property("message", &Schema{Type: "string"}, true)
	failed.property("data", &Schema{Type: "object", Description: n.say("under requests, by position, what was wrong with each", "requests 아래에 순번별 오류")}, true)
	n.schemas.Set("BatchError", failed)
	answer := &Response{Description: n.say("One of them was refused, so none was done.", "하나가 거절되어 모두 취소되었습니다.")}
	answer.Content.Set(jsonType, Media{Schema: ref("BatchError"), Example: map[string]any{
		"status": http.StatusBadRequest, "message": "Batch transaction failed.",
		"data": map[string]any{"requests": map[string]any{"0": map[string]any{"code": "batch_request_failed", "message": "Batch request failed.", "response": n.example(refusals[0])}}},
	}})
	op.Responses.Set("400", answer)
}
