package limits

import (
	"maps"
	"net/http"
	"strings"

	"github.com/pocketbase/pocketbase/core"
)

// What browsers may do with an answer that says nothing else itself. An answer of the API is
// data and no page; a picture of ours may carry its own styles, and nothing more.
const (
	dataPolicy  = "default-src 'none'; frame-ancestors 'none'"
	assetPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'"
	permissions = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
	oneYear     = "max-age=31536000"
)

// always are the headers of every answer. Their values are shared, and so never changed.
var always = http.Header{
	"X-Content-Type-Options": {"nosniff"}, "X-Frame-Options": {"SAMEORIGIN"}, "Cross-Origin-Opener-Policy": {"same-origin"},
	"Referrer-Policy": {"same-origin"}, "Permissions-Policy": {permissions},
}

// Headers is the middleware that puts the security headers on every answer, errors included.
// Handlers that know better write over them. PocketBase adds nosniff, X-Frame-Options and
// Cross-Origin-Opener-Policy on its own; they are here for answers that come before.
func Headers(e *core.RequestEvent) error {
	h := e.Response.Header()
	maps.Copy(h, always)
	if Secure(e) {
		h.Set("Strict-Transport-Security", oneYear)
	}
	policy := policyOf(e.Request.Pattern)
	if policy != "" {
		h.Set("Content-Security-Policy", policy)
	}
	err := e.Next()
	if err != nil && policy == "" && !e.Written() && h.Get("Content-Security-Policy") == "" {
		h.Set("Content-Security-Policy", dataPolicy)
	}
	return err
}

// policyOf is the policy that a route starts with, "" for PocketBase's files and dashboard,
// which set a stricter or their own only if there is none yet.
func policyOf(pattern string) string {
	_, path, _ := strings.Cut(pattern, " ")
	switch {
	case strings.HasPrefix(path, "/api/files/") || strings.HasPrefix(path, "/_/"):
		return ""
	case strings.HasPrefix(path, "/assets/") || path == "/favicon.svg" || strings.HasPrefix(path, "/api/schema/assets/"):
		return assetPolicy
	}
	return dataPolicy
}

// Secure reports whether the caller came over TLS, to us or to a trusted proxy. It is right
// behind [Service.Address].
func Secure(e *core.RequestEvent) bool {
	return e.IsTLS() || strings.EqualFold(e.Request.Header.Get("X-Forwarded-Proto"), "https")
}
