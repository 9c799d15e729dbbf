package limits

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

func TestTheOneAfterTheLastIsRefused(t *testing.T) {
	c, q := &counter{}, quota{1, 5}
	for n := range 5 {
		if got := c.take(noon, time.Minute, q); got.refused || got.remaining != 4-n || got.limit != 5 {
			t.Fatalf("request %d: %+v", n+1, got)
		}
	}
	for range 3 {
		if got := c.take(noon, time.Minute, q); !got.refused || got.remaining != 0 || got.reset <= time.Minute || got.reset > 2*time.Minute {
			t.Fatalf("request 6: %+v", got)
		}
	}
	if got := c.take(noon, time.Minute, quota{2, 5}); got.refused {
		t.Error("somebody else is refused")
	}
}

func TestARefusalCountsOnNothing(t *testing.T) {
	c := &counter{}
	spent, other := quota{1, 1}, quota{2, 3}
	c.take(noon, time.Minute, spent)
	for range 10 {
		if got := c.take(noon, time.Minute, spent, other); !got.refused {
			t.Fatal("not refused")
		}
	}
	if got := c.take(noon, time.Minute, other); got.refused || got.remaining != 2 {
		t.Errorf("the other quota paid for refusals: %+v", got)
	}
}

func TestAFloodOfKeysForgetsNoneNearTheirLimit(t *testing.T) {
	c, guesser := &counter{}, quota{1, 5}
	for range 5 {
		c.take(noon, time.Minute, guesser)
	}
	for key := range uint64(3 * maxKeys) {
		c.take(noon, time.Minute, quota{key + 2, 5})
	}
	if n := len(c.now); n > maxKeys {
		t.Errorf("%d keys are kept", n)
	}
	if got := c.take(noon, time.Minute, guesser); !got.refused {
		t.Error("the flood washed a guesser's count away")
	}
	c.take(noon.Add(time.Hour), time.Minute, guesser)
	if n := len(c.now) + len(c.before); n != 1 {
		t.Errorf("%d keys are kept an hour later", n)
	}
}

// TestTheWindowSlides: whenever requests come, no aligned window takes more than the limit, and
// who waits as long as was said gets one through, and not much sooner.
func TestTheWindowSlides(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limit := rapid.IntRange(1, 20).Draw(t, "limit")
		per := time.Duration(rapid.IntRange(1, 600).Draw(t, "seconds")) * time.Second
		c, now, taken := &counter{}, noon, map[time.Time]int{}
		for range rapid.IntRange(1, 200).Draw(t, "requests") {
			now = now.Add(time.Duration(rapid.IntRange(0, int(per/time.Millisecond)/limit+1).Draw(t, "pause")) * time.Millisecond)
			got := c.take(now, per, quota{1, limit})
			if !got.refused {
				if taken[now.Truncate(per)]++; taken[now.Truncate(per)] > limit {
					t.Fatalf("%d taken of %d", taken[now.Truncate(per)], limit)
				}
				continue
			}
			if got.reset < 0 || got.reset > 2*per {
				t.Fatalf("wait %v of a window of %v", got.reset, per)
			}
			if rapid.Bool().Draw(t, "waits") {
				now = now.Add(got.reset)
				if again := c.take(now, per, quota{1, limit}); again.refused && again.reset > time.Millisecond {
					t.Fatalf("refused after waiting %v: %+v", got.reset, again)
				}
				taken[now.Truncate(per)]++
			}
		}
	})
}

func TestManyAtOnceTakeNoMore(t *testing.T) {
	c, through := &counter{}, make(chan bool, 64)
	for range 64 {
		go func() { through <- !c.take(noon, time.Minute, quota{1, 5}, quota{2, 50}).refused }()
	}
	n := 0
	for range 64 {
		if <-through {
			n++
		}
	}
	if n != 5 {
		t.Errorf("%d got through", n)
	}
}
