package limits

import (
	"net/url"
	"slices"
	"strings"

	"github.com/pocketbase/pocketbase/core"
)

// secretParameters are those whose values are keys to something. Compared without case, - and _.
var secretParameters = []string{
	"token", "access", "accesstoken", "refresh", "refreshtoken", "idtoken", "code", "codeverifier", "state", "secret",
	"password", "passwordconfirm", "oldpassword", "newpassword", "otp", "otpid", "mfaid", "apikey", "key", "signature", "authorization",
}

const redacted = "***"

// Restore is the middleware right outside PocketBase's request log: it undoes [Redact] for
// those who still need the request, such as error pages that lead back to it.
func Restore(e *core.RequestEvent) error {
	real := e.Request
	err := e.Next()
	e.Request = real
	return err
}

// Redact is the middleware right inside the log: once everything is done it puts a request in
// place of the real one whose address and referrer have no secrets. That is what the log
// reads, in the database and on the console.
func Redact(e *core.RequestEvent) error {
	err := e.Next()
	query := withoutSecrets(e.Request.URL.RawQuery)
	referrer := e.Request.Header.Get("Referer")
	if query == e.Request.URL.RawQuery && !strings.ContainsAny(referrer, "?#") {
		return err
	}
	shown := *e.Request
	address := *e.Request.URL
	address.RawQuery = query
	shown.URL = &address
	shown.RequestURI = address.RequestURI()
	shown.Header = e.Request.Header.Clone()
	if referrer != "" {
		shown.Header.Set("Referer", referrerWithoutSecrets(referrer))
	}
	e.Request = &shown
	return err
}

// withoutSecrets is a query with the values of secret parameters replaced, and everything
// else byte for byte.
func withoutSecrets(query string) string {
	var out strings.Builder
	for query != "" {
		end := strings.IndexAny(query, "&;")
		pair, separator := query, ""
		if end >= 0 {
			pair, separator = query[:end], query[end:end+1]
		}
		query = query[len(pair)+len(separator):]
		if name, value, has := strings.Cut(pair, "="); has && value != "" && isSecret(name) {
			pair = name + "=" + redacted
		}
		out.WriteString(pair + separator)
	}
	return out.String()
}

func isSecret(name string) bool {
	if plain, err := url.QueryUnescape(name); err == nil {
		name = plain
	}
	name = strings.ToLower(strings.NewReplacer("_", "", "-", "").Replace(strings.TrimSpace(name)))
	return slices.Contains(secretParameters, name)
}

// referrerWithoutSecrets also drops the fragment, where some clients keep tokens.
func referrerWithoutSecrets(referrer string) string {
	referrer, _, _ = strings.Cut(referrer, "#")
	before, query, has := strings.Cut(referrer, "?")
	if !has {
		return before
	}
	return before + "?" + withoutSecrets(query)
}
