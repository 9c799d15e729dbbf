package collections_test

import (
	"runtime"
	"testing"

	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/testapp"
)

// TestWhoSharesAWriteThatPanicsIsToldSo: only the one that writes for all panics; the others must not take it for written.
func TestWhoSharesAWriteThatPanicsIsToldSo(t *testing.T) {
	app := testapp.Empty(t)
	began, joined := make(chan struct{}), make(chan struct{})
	g := collections.GroupCommit[string]{Write: func(_ core.App, events []string) error {
		if events[0] == "first" {
			close(began)
			<-joined
			return nil
		}
		panic(events)
	}}
	add := func(event string, done chan<- error) {
		defer func() {
			if recover() != nil {
				done <- nil // it wrote for all
			}
		}()
		done <- g.Add(app, event)
	}
	first, others := make(chan error, 1), make(chan error, 2)
	go add("first", first)
	<-began
	go add("second", others)
	go add("third", others)
	for g.Waiting() < 2 {
		runtime.Gosched()
	}
	close(joined)
	if err := <-first; err != nil {
		t.Error(err)
	}
	if one, other := <-others, <-others; one == nil && other == nil {
		t.Error("nobody hears that the second write failed")
	}
}
