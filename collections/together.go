package collections

import (
	"github.com/pocketbase/pocketbase/core"
)

// change is what somebody writes together with others.
type change struct {
	do        func(tx core.App) error
	committed bool
}

// together is where an app's changes meet.
const together = "madangTogether"

// Together runs do in a transaction that it shares with those who write at the same time, and returns when that is on the disk: a
// crowd of small writes costs one fsync. When one of them fails nothing is committed, and each runs again by itself; so do may run
// twice, and must find out anew what it depends on. Within a transaction it runs in that.
func Together(app core.App, do func(tx core.App) error) error {
	if app.IsTransactional() {
		return do(app)
	}
	g, ok := app.Store().GetOrSet(together, func() any { return &GroupCommit[*change]{Write: writeTogether} }).(*GroupCommit[*change])
	if !ok {
		return app.RunInTransaction(do)
	}
	c := &change{do: do}
	err := g.Add(app, c)
	if err == nil || c.committed {
		return err
	}
	return app.RunInTransaction(do)
}

func writeTogether(tx core.App, changes []*change) error {
	tx.TxInfo().OnComplete(func(err error) error {
		for _, c := range changes {
			c.committed = err == nil
		}
		return nil
	})
	g, end := gather(tx)
	defer end()
	for _, c := range changes {
		if err := c.do(tx); err != nil {
			return err
		}
	}
	return g.write(tx)
}
