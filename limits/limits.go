// Package limits is what keeps one caller from taking what is everybody's: how often, from where, and at which cost something may be asked.
// It doesn't say who may do what (access rules and guards do) nor how large files may be (media).
// Start reading at table.go, then rates.go.
package limits

import (
	"hash/maphash"
	"sync"
	"time"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/subscriptions"
)

// Service holds the counts. Make it with [New].
type Service struct {
	On      bool // false counts nothing: for load tests
	Proxies Proxies
	Now     func() time.Time
	// Patience is how long a realtime connection may take to read what it is sent.
	Patience time.Duration
	// What a stranger, or a member, asks of a list of PocketBase's is broken off after so long in each of its queries, if the
	// collection has so many records or more, and it isn't one of so many pages of the list as it is.
	StrangersQuery, MembersQuery time.Duration
	Large, NearPages             int
	// Private names the fields of people that nobody may filter or sort by.
	Private []string
	// SignedIn says whether the sign-in that a realtime connection runs on still stands.
	SignedIn func(app core.App, c subscriptions.Client) bool

	counters map[Class]*counter
	streams  streams
	sizes    sizes
	seed     maphash.Seed
	proxied  sync.Once // a warning, once
}

// Bounds on the native API and on the server.
const (
	QueryTimeout      = 5 * time.Second  // of one database query
	HeaderBytes       = 32 << 10         // of all headers of a request
	ReadHeaderTimeout = 10 * time.Second // for a client to send them
	patience          = 5 * time.Second
	strangersQuery    = 80 * time.Millisecond // of which two run at once
	membersQuery      = 800 * time.Millisecond
	large             = 5_000
	nearPages         = 50
)

// New makes the counts, all at zero. It starts nothing. The fields that it leaves empty are optional.
func New(on bool, proxies Proxies, now func() time.Time) *Service {
	s := &Service{On: on, Proxies: proxies, Now: now, Patience: patience, StrangersQuery: strangersQuery, MembersQuery: membersQuery, Large: large, NearPages: nearPages, counters: map[Class]*counter{}, seed: maphash.MakeSeed()}
	for class := range table {
		s.counters[class] = &counter{}
	}
	return s
}
