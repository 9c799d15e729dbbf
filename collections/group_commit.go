package collections

import (
	"errors"
	"sync"

	"github.com/pocketbase/pocketbase/core"
)

// GroupCommit writes events of a kind, many in one transaction: those that come while others are being written share the
// next, so that a crowd costs one fsync. Its zero value with a Write is ready to be used.
type GroupCommit[T any] struct {
	Write func(tx core.App, events []T) error

	mu      sync.Mutex
	next    *batch[T]
	writing sync.Mutex
}

type batch[T any] struct {
	events []T
	done   chan struct{}
	err    error
}

var errUnwritten = errors.New("what was to be written together wasn't")

// Add puts the event into the next batch and waits until it is durable. The first to come writes the batch for all.
func (g *GroupCommit[T]) Add(app core.App, event T) error {
	g.mu.Lock()
	b, leads := g.next, g.next == nil
	if leads {
		b = &batch[T]{done: make(chan struct{})}
		g.next = b
	}
	b.events = append(b.events, event)
	g.mu.Unlock()
	if !leads {
		<-b.done
		return b.err
	}
	g.writing.Lock() // meanwhile others join
	written := sync.OnceFunc(g.writing.Unlock)
	defer written()
	defer close(b.done)
	g.mu.Lock()
	g.next = nil
	g.mu.Unlock()
	b.err = errUnwritten // what the others hear should writing panic
	b.err = app.RunInTransaction(func(tx core.App) error {
		tx.TxInfo().OnComplete(func(error) error { written(); return nil }) // note: the next needn't wait for what is done after this
		return g.Write(tx, b.events)
	})
	return b.err
}
