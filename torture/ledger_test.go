package torture

import (
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"
)

// ledger is what the program acknowledged, and what was asked of it and isn't answered yet: about each fact, such as
// “ada likes this post”, what was asked in its order. Of one fact one client asks, one request after the other.
type ledger struct {
	mu    sync.Mutex
	facts map[string][]*request
	acks  int
}

// request asks that a fact have a value; "" is that there is no such thing.
type request struct {
	value       string
	sent, acked time.Time // acked is zero while there is no answer, and stays so after any other answer than success
}

func newLedger() *ledger { return &ledger{facts: map[string][]*request{}} }

// asks notes that facts, pairs of a name and a value, are about to be asked for, and returns what notes that they were
// acknowledged.
func (l *ledger) asks(pairs ...string) (acknowledged func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []*request
	now := time.Now()
	for i := 0; i < len(pairs); i += 2 {
		r := &request{value: pairs[i+1], sent: now}
		all = append(all, r)
		l.facts[pairs[i]] = append(l.facts[pairs[i]], r)
	}
	return func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.acks++
		for _, r := range all {
			r.acked = time.Now()
		}
	}
}

// has notes facts that an answer told of, such as the id of a new post.
func (l *ledger) has(pairs ...string) { l.asks(pairs...)() }

// acknowledged is how many requests were.
func (l *ledger) acknowledged() int { l.mu.Lock(); defer l.mu.Unlock(); return l.acks }

// names are all facts, in order.
func (l *ledger) names() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Sorted(maps.Keys(l.facts))
}

// allowed are the values that a fact may have for somebody who looks after all that was acknowledged before the time:
// the last that was acknowledged, and those that were asked for since. known is false when nobody had asked by then.
func (l *ledger) allowed(fact string, before time.Time) (values []string, known bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	values = []string{""}
	for _, r := range l.facts[fact] {
		switch {
		case !r.sent.Before(before):
			return values, known
		case !r.acked.IsZero() && r.acked.Before(before):
			values = []string{r.value}
		default:
			values = append(values, r.value)
		}
		known = true
	}
	return values, known
}

// lost compares what there is with what must be, as of a time.
func (l *ledger) lost(there func(fact string) string, before time.Time) (wrong []string) {
	for _, fact := range l.names() {
		values, known := l.allowed(fact, before)
		if got := there(fact); known && !slices.Contains(values, got) {
			wrong = append(wrong, fmt.Sprintf("%s is %q, must be one of %q", fact, got, values))
		}
	}
	return wrong
}

func TestLedger(t *testing.T) {
	l := newLedger()
	is := func(fact, value string, at time.Time) bool {
		return len(l.lost(func(f string) string {
			if f == fact {
				return value
			}
			return ""
		}, at)) == 0
	}
	start := time.Now()
	l.has("post p", "one")
	afterOne := time.Now()
	acknowledged := l.asks("post p", "two")
	asked := time.Now()
	acknowledged()
	end := time.Now()
	for _, c := range []struct {
		value string
		at    time.Time
		want  bool
	}{
		{"", start, true}, {"one", afterOne, true}, {"", afterOne, false}, {"two", afterOne, false},
		{"one", asked, true}, {"two", asked, true}, {"", asked, false}, {"two", end, true}, {"one", end, false},
	} {
		if got := is("post p", c.value, c.at); got != c.want {
			t.Errorf("%q at %v: %v", c.value, c.at.Sub(start), got)
		}
	}
	l.asks("post p", "") // never answered
	if now := time.Now(); !is("post p", "", now) || !is("post p", "two", now) || is("post p", "one", now) {
		t.Error("what isn't answered may be so or not")
	}
	if l.acknowledged() != 2 {
		t.Errorf("%d acknowledged", l.acknowledged())
	}
}
