package accounts

import (
	"context"
	"net/http"

	"github.com/pocketbase/pocketbase/core"
	"golang.org/x/oauth2"
)

// providerAnswer is how much of an answer of a login provider is read, in bytes; a profile has some KB.
const providerAnswer = 1 << 20

// bounded is a transport whose answers end with an error after [providerAnswer].
type bounded struct{ http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := b.RoundTripper.RoundTrip(r)
	if err == nil {
		answer.Body = http.MaxBytesReader(nil, answer.Body, providerAnswer)
	}
	return answer, err
}

// forProvider is ctx with bounds on what a provider may answer, and on how long it may take. Every
// provider of PocketBase asks by the client in its context, as package oauth2 does.
func (s *Service) forProvider(ctx context.Context) (context.Context, context.CancelFunc) {
	client := &http.Client{Transport: bounded{http.DefaultTransport}}
	return context.WithTimeout(context.WithValue(ctx, oauth2.HTTPClient, client), s.ProviderPatience)
}

// BoundProviders is the middleware that puts the same bounds on PocketBase's own sign-in by a
// provider, which takes over the request's context.
func (s *Service) BoundProviders(e *core.RequestEvent) error {
	if e.Request.Pattern != "POST /api/collections/{collection}/auth-with-oauth2" {
		return e.Next()
	}
	ctx, stop := s.forProvider(e.Request.Context())
	defer stop()
	e.Request = e.Request.WithContext(ctx)
	return e.Next()
}
