package present

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/pocketbase/pocketbase/core"
)

// JSON answers with v. What an anonymous caller gets carries an ETag and may be revalidated
// by shared caches; what depends on the caller is never shared.
func JSON(e *core.RequestEvent, v any) error {
	h := e.Response.Header()
	h.Add("Vary", "Authorization, Cookie")
	if e.Auth != nil {
		h.Set("Cache-Control", "private, no-cache")
		return e.JSON(http.StatusOK, v)
	}
	body, err := json.Marshal(v)
	if err != nil {
		return e.InternalServerError("", err)
	}
	h.Set("Cache-Control", "public, no-cache")
	return Tagged(e, "application/json", body)
}

// Tagged answers with a body of a media type under an ETag of its content, or with 304 to who has it.
func Tagged(e *core.RequestEvent, kind string, body []byte) error {
	sum := sha256.Sum256(body)
	tag := `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`
	e.Response.Header().Set("ETag", tag)
	if etagMatches(e.Request.Header.Get("If-None-Match"), tag) {
		e.Response.WriteHeader(http.StatusNotModified)
		return nil
	}
	return e.Blob(http.StatusOK, kind, body)
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
