// Package accounts is who somebody is: sign-up, sign-in, sessions (families of refresh tokens), profile and password.
// It doesn't say who may see what (collections/visibility.go).
// Start reading at sessions.go, then login.go.
package accounts

import (
	"errors"
	"net/http"
	"time"

	validation "github.com/pocketbase/ozzo-validation/v4"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/router"

	"madang/collections"
	"madang/present"
)

// Service answers for accounts.
type Service struct {
	AccessLifetime  time.Duration
	RefreshLifetime time.Duration
	Askers          *Askers
	Now             func() time.Time
	PublicURL       string // where people reach the instance; "" when the operator didn't say
	// ProviderPatience is how long another site may take to say who somebody is.
	ProviderPatience time.Duration
	Address          func(e *core.RequestEvent) string // whence somebody asks
	// Admit decides whether somebody, checked but not stored yet, may join: nil lets them in, an error that unwraps to an
	// answer refuses them, or says for what they wait.
	Admit func(app core.App, user *core.Record, asked Asked) error
	// Applied says whom a mail about an application is for; as [Service.Enclose].
	Applied func(tx core.App, m *collections.Mail) (*collections.User, string, error)
}

// Asked is what somebody who wants to join says beside who they are. Provider and ProviderID are of another site that they
// came by. ByMail says that a page without scripts may have a link mailed in place of a proof of work.
type Asked struct {
	Invite, Proof, Message, Provider, ProviderID string
	ByMail                                       bool
}

// Waits is the answer to somebody who has to wait until they are let in.
type Waits struct {
	WaitsFor string `json:"waits_for" enum:"approval,mail"`
	Message  string `json:"message"`
}

// SignedIn is the answer to signing in: who one is, and the tokens.
type SignedIn struct {
	User present.User `json:"user"`
	Tokens
}

// me is the profile of r as its owner sees it.
func me(app core.App, r *core.Record) (*present.User, error) {
	return present.UserByID(app, collections.ViewerOf(r), r.Id)
}

// fieldErrors are the bad fields that a Save or [Prepare] reported; ok is false when it reported something else.
func fieldErrors(err error) (fields validation.Errors, ok bool) {
	var api *router.ApiError
	if errors.As(err, &api) { // note: an ApiError keeps its cause to itself, errors.As doesn't reach it
		fields, ok = api.RawData().(validation.Errors)
		return fields, ok
	}
	ok = errors.As(err, &fields)
	return fields, ok
}

func unauthorized(message string, cause error) error {
	return router.NewApiError(http.StatusUnauthorized, message, cause)
}
