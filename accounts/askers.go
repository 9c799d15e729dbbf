package accounts

import (
	"time"

	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
)

// askersAtMost is how many people are remembered, of some kilobytes each.
const askersAtMost = 1000

// Askers remembers whom access tokens and browsers' cookies sign in, as long as nothing was written to the database since it was
// looked up: so whoever's session ended, who was suspended or renamed is looked up anew.
type Askers struct {
	version *collections.Version
	known   collections.Memo[asker]
}

// asker is whom a token or a cookie signs in.
type asker struct {
	person   *core.Record // nobody else has it
	session  string
	until    time.Time // when the token or the session ends, if nobody ends it before
	lastUsed string    // of a browser's session
}

// NewAskers remembers nobody yet.
func NewAskers(version *collections.Version) *Askers {
	return &Askers{version: version, known: collections.Memo[asker]{Limit: askersAtMost}}
}

// What signs somebody in, before it itself: each does so by its own way alone.
const (
	byToken  = "token "
	byCookie = "cookie "
)

// find is whom a token or a cookie is known to sign in.
func (a *Askers) find(e *core.RequestEvent, credential string, now time.Time) (asker, bool) {
	is, err := a.version.When(e)
	if err != nil {
		e.App.Logger().Warn("ask for the database's version", "error", err)
		return asker{}, false
	}
	found, known := a.known.Find(is, credential)
	if !known || !now.Before(found.until) || !time.Now().Before(found.until) { // note: tokens end by the machine's clock
		return asker{}, false
	}
	return found, true
}

// keep remembers who was looked up in the course of e.
func (a *Askers) keep(e *core.RequestEvent, credential string, found asker) {
	if is, err := a.version.When(e); err == nil { // note: find told of the error
		a.known.Keep(is, credential, found, 1)
	}
}

// signIn has e asked by a.
func (a asker) signIn(e *core.RequestEvent) {
	e.Auth = a.person.Fresh()
	e.Set(sessionKey, a.session)
}

// Forget remembers nobody.
func (a *Askers) Forget() { a.known.Forget() }
