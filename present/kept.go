package present

import (
	"net/http"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
)

const (
	keptAtMost = 32 << 20        // bytes of all answers that are kept
	keptLarge  = keptAtMost / 64 // an answer beyond isn't kept
)

// Kept holds answers, to be given again as long as nothing was written to the database since they were made: so none is older than
// the answer to a write.
type Kept struct {
	Now     func() time.Time
	Version *collections.Version

	answers collections.Memo[answer]
}

// NewKept keeps nothing yet.
func NewKept(now func() time.Time, version *collections.Version) *Kept {
	return &Kept{Now: now, Version: version, answers: collections.Memo[answer]{Limit: keptAtMost}}
}

// answer is one that may be given again.
type answer struct {
	kind, tag string
	body      []byte
	until     time.Time
}

// keepAs is where a request says how its answer is to be kept.
const keepAs = "madangKeep"

// For is the middleware that answers strangers with what is kept, and keeps what [JSON] answers them to the end of the second, the quarter of an
// hour or whatever is that long.
func (k *Kept) For(long time.Duration) func(e *core.RequestEvent) error {
	return func(e *core.RequestEvent) error {
		if e.Auth != nil {
			return e.Next()
		}
		return k.answer(e, e.Request.URL.RequestURI(), long)
	}
}

// ForEach is the same for who is signed in: everybody has answers of their own.
func (k *Kept) ForEach(long time.Duration) func(e *core.RequestEvent) error {
	return func(e *core.RequestEvent) error {
		if e.Auth == nil || picksFields(e) {
			return e.Next()
		}
		return k.answer(e, e.Auth.Id+" "+e.Request.URL.RequestURI(), long)
	}
}

func (k *Kept) answer(e *core.RequestEvent, asked string, long time.Duration) error {
	asksIndex := e.Request.URL.RawQuery != "" && e.Request.URL.Query().Has("search") // which follows the database a moment behind
	if e.Request.Method != http.MethodGet || asksIndex {
		return e.Next()
	}
	is, err := k.Version.When(e)
	if err != nil {
		e.App.Logger().Warn("ask for the database's version", "error", err)
		return e.Next()
	}
	if a, known := k.answers.Find(is, asked); known && k.Now().Before(a.until) {
		head(e)
		return a.send(e)
	}
	e.Set(keepAs, func(a answer) {
		if len(a.body) <= keptLarge {
			a.until = k.Now().Truncate(long).Add(long)
			k.answers.Keep(is, asked, a, len(asked)+len(a.body))
		}
	})
	return e.Next()
}

// Forget keeps nothing of what it had.
func (k *Kept) Forget() { k.answers.Forget() }
