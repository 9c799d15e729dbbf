package hooks

import (
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
)

// numbers are what the rows of a collection count for.
type numbers struct {
	counters []collections.Counter
	tallies  []collections.Tally
}

func numbersOf(collection string) (n numbers) {
	for _, c := range collections.Counters() {
		if c.Of == collection {
			n.counters = append(n.counters, c)
		}
	}
	for _, t := range collections.Tallies() {
		if t.Of == collection {
			n.tallies = append(n.tallies, t)
		}
	}
	return n
}

// counters keeps every number of collections/counters.go and collections/tallies.go equal to its rows.
//
//	with    creating, changing or deleting a row moves what it counts for,
//	        in the same transaction, by what the row was and what it is
func counters(app core.App) {
	counted := map[string]bool{}
	for _, c := range collections.Counters() {
		counted[c.Of] = true
	}
	for _, t := range collections.Tallies() {
		counted[t.Of] = true
	}
	for collection := range counted {
		moved := numbersOf(collection)
		app.OnRecordCreateExecute(collection).Bind(with("counters.up."+collection, func(e *core.RecordEvent) error {
			return inTx(e, func(tx core.App) error { return moved.move(tx, e.Record, nil, e.Record) })
		}))
		app.OnRecordUpdateExecute(collection).Bind(with("counters.change."+collection, func(e *core.RecordEvent) error {
			return aroundTx(e, func(tx core.App) (func(core.App) error, error) {
				was, err := stored(tx, e.Record)
				return func(tx core.App) error { return moved.move(tx, e.Record, was, e.Record) }, err
			})
		}))
		app.OnRecordDeleteExecute(collection).Bind(with("counters.down."+collection, func(e *core.RecordEvent) error {
			return aroundTx(e, func(tx core.App) (func(core.App) error, error) {
				was, err := stored(tx, e.Record)
				return func(tx core.App) error { return moved.move(tx, e.Record, was, nil) }, err
			})
		}))
	}
}

// move takes away what the row was (nil: it is new) and adds what it is (nil: it is gone). What that came to by hears.
func (n numbers) move(tx core.App, by, was, is *core.Record) error {
	var moves []collections.Move
	for _, c := range n.counters {
		deltas := map[string]int{}
		if was != nil {
			for _, key := range c.Keys(was) {
				deltas[key]--
			}
		}
		if is != nil {
			for _, key := range c.Keys(is) {
				deltas[key]++
			}
		}
		for key, delta := range deltas {
			if delta != 0 {
				moves = append(moves, collections.Move{Counter: c, Row: key, Delta: delta, By: by})
			}
		}
	}
	if err := collections.MoveAll(tx, moves); err != nil {
		return err
	}
	return n.tally(tx, was, is)
}

func (n numbers) tally(tx core.App, was, is *core.Record) error {
	var added []collections.Added
	for _, t := range n.tallies {
		moves := map[collections.Mark]int64{}
		if was != nil {
			for _, m := range t.Marks(was) {
				moves[m]--
			}
		}
		if is != nil {
			for _, m := range t.Marks(is) {
				moves[m]++
			}
		}
		for m, sign := range moves {
			if sign != 0 && m.N != 0 {
				added = append(added, collections.Added{Tally: t, Mark: m, Sign: sign})
			}
		}
	}
	return collections.AddAll(tx, added)
}
