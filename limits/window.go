package limits

import (
	"math"
	"sync"
	"time"
)

// counter counts what each key did within a sliding window: what it did in the current
// one, and of the one before as much as the window still covers. It holds two maps and
// nothing per request, drops the older when a window ends, and needs no sweeping.
type counter struct {
	mu          sync.Mutex
	begin       time.Time
	now, before map[uint64]uint32
}

// maxKeys bounds each map. Beyond, those who did least are forgotten first, so that a
// flood of new addresses doesn't wash out somebody who is near a limit.
const maxKeys = 50_000

// quota is a key and how much it may do per window.
type quota struct {
	key   uint64
	limit int
}

// verdict is what became of a request, of the quota that is nearest to its end.
type verdict struct {
	refused          bool
	limit, remaining int
	reset            time.Duration // until there is more, or, when refused, until it may be tried again
}

// take counts a request at t on every quota, unless one of them is used up: then on none.
func (c *counter) take(t time.Time, per time.Duration, quotas ...quota) verdict {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.roll(t, per)
	elapsed := t.Sub(c.begin)
	worst := verdict{remaining: math.MaxInt, reset: per - elapsed}
	for _, q := range quotas {
		if free := float64(q.limit) - c.used(q.key, elapsed, per); free < 1 {
			wait := c.wait(q, elapsed, per)
			if !worst.refused || wait > worst.reset {
				worst = verdict{refused: true, limit: q.limit, reset: wait}
			}
		} else if left := int(free) - 1; !worst.refused && left < worst.remaining {
			worst.limit, worst.remaining = q.limit, left
		}
	}
	if worst.refused {
		return worst
	}
	for _, q := range quotas {
		c.add(q.key)
	}
	return worst
}

// roll begins the window that t is in.
func (c *counter) roll(t time.Time, per time.Duration) {
	begin := t.Truncate(per)
	switch {
	case c.now == nil || begin.Before(c.begin) || begin.Sub(c.begin) > per:
		c.now, c.before = map[uint64]uint32{}, nil
	case begin.After(c.begin):
		c.now, c.before = map[uint64]uint32{}, c.now
	}
	c.begin = begin
}

func (c *counter) used(key uint64, elapsed, per time.Duration) float64 {
	return float64(c.now[key]) + float64(c.before[key])*(1-float64(elapsed)/float64(per))
}

// wait is how long after now, elapsed into the window, a used-up quota has room for one again.
func (c *counter) wait(q quota, elapsed, per time.Duration) time.Duration {
	room := float64(q.limit - 1)
	now, before := float64(c.now[q.key]), float64(c.before[q.key])
	if now <= room && before > 0 { // later in this window, as the one before fades
		return part(1-(room-now)/before, per) - elapsed
	}
	return per - elapsed + part(1-room/now, per)
}

func part(share float64, of time.Duration) time.Duration {
	return time.Duration(math.Ceil(share*float64(of/time.Millisecond))) * time.Millisecond
}

func (c *counter) add(key uint64) {
	if _, known := c.now[key]; !known && len(c.now) >= maxKeys {
		c.forget()
	}
	c.now[key]++
}

// forget drops the one who did least of a few that the map happens to offer.
func (c *counter) forget() {
	const few = 16
	seen, least := 0, uint64(0)
	for key, n := range c.now {
		if seen == 0 || n < c.now[least] {
			least = key
		}
		if seen++; seen == few {
			break
		}
	}
	delete(c.now, least)
}
