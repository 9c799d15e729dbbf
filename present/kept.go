package present

import (
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
)

const (
	keptAtMost = 32 << 20        // bytes of all answers that are kept
	keptLarge  = keptAtMost / 64 // an answer beyond isn't kept
)

// Kept holds answers to strangers, to be given again as long as nothing was written to the database since they were made: so
// none is older than the answer to a write. Its zero value with a clock is ready to be used.
type Kept struct {
	Now func() time.Time

	version collections.Version
	mu      sync.Mutex
	of      collections.State // the database of all answers that are kept
	answers map[string]answer
	bytes   int
}

// answer is one that may be shared.
type answer struct {
	kind, tag string
	body      []byte
	until     time.Time
}

// keepAs is where a request says how its answer is to be kept.
const keepAs = "madangKeep"

// For is the middleware that answers strangers with what is kept, and keeps what [JSON] answers them, for no longer than that.
func (k *Kept) For(long time.Duration) func(e *core.RequestEvent) error {
	return func(e *core.RequestEvent) error { return k.answer(e, long) }
}

func (k *Kept) answer(e *core.RequestEvent, long time.Duration) error {
	asksIndex := strings.Contains(e.Request.URL.RawQuery, "search") // which follows the database a moment behind
	if e.Auth != nil || e.Request.Method != http.MethodGet || asksIndex {
		return e.Next()
	}
	is, err := k.version.Now(e.App)
	if err != nil {
		e.App.Logger().Warn("ask for the database's version", "error", err)
		return e.Next()
	}
	asked := e.Request.URL.RequestURI()
	if a, known := k.find(is, asked); known {
		shareable(e)
		return a.send(e)
	}
	e.Set(keepAs, func(a answer) {
		a.until = k.Now().Add(long)
		k.keep(is, asked, a)
	})
	return e.Next()
}

func (k *Kept) find(is collections.State, asked string) (answer, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	a, known := k.answers[asked]
	return a, known && k.of == is && k.Now().Before(a.until)
}

// keep keeps an answer that was made of that version of the database, or of a newer one.
func (k *Kept) keep(is collections.State, asked string, a answer) {
	if len(a.body) > keptLarge {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	size := len(asked) + len(a.body)
	if k.of != is || k.bytes+size > keptAtMost {
		k.of, k.answers, k.bytes = is, map[string]answer{}, 0
	}
	if was, there := k.answers[asked]; there {
		size -= len(asked) + len(was.body)
	}
	k.answers[asked] = a
	k.bytes += size
}

// Forget keeps nothing of what it had.
func (k *Kept) Forget() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.of, k.answers, k.bytes = collections.State{}, nil, 0
}

// Close forgets everything and lets go of the database.
func (k *Kept) Close() error {
	k.Forget()
	return k.version.Close()
}
