// Package joining is who may join, and how: registration modes, invitations and their tree, applications that wait, proof of
// work, throwaway addresses. It needs no other company for any of it.
// It doesn't say what an account is (accounts) nor what happens when one is made (hooks/users.go).
// Start reading at admit.go.
package joining

import (
	"time"

	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
)

// Modes of registration.
const (
	Open     = "open"     // anybody
	Invite   = "invite"   // who has an invitation
	Approval = "approval" // anybody, once a moderator let them in; at once with an invitation
	Closed   = "closed"   // nobody
)

// Defences against programs that sign up.
const (
	Off    = "off"
	Auto   = "auto"   // proof of work while many sign up
	Always = "always" // proof of work of everybody
)

// Service decides who joins. Key and Make are to be set before the first request.
type Service struct {
	Mode    string
	Defence string
	Now     func() time.Time
	// Key signs challenges.
	Key func() []byte
	// Make makes the person whom an application is of, in a transaction. confirmed says that the address is theirs.
	Make func(tx core.App, a *collections.Application, confirmed bool) (*core.Record, error)

	domains domains
}
