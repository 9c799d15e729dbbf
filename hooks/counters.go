package hooks

import (
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
)

// counters keeps every number of collections/counters.go equal to its rows.
//
//	with    creating, changing or deleting a row moves the counters it counts for,
//	        in the same transaction, by what the row was and what it is
func counters(app core.App) {
	of := map[string][]collections.Counter{}
	for _, c := range collections.Counters() {
		of[c.Of] = append(of[c.Of], c)
	}
	for collection, moved := range of {
		app.OnRecordCreateExecute(collection).Bind(with("counters.up."+collection, func(e *core.RecordEvent) error {
			return inTx(e, func(tx core.App) error { return move(tx, moved, nil, e.Record) })
		}))
		app.OnRecordUpdateExecute(collection).Bind(with("counters.change."+collection, func(e *core.RecordEvent) error {
			return aroundTx(e, func(tx core.App) (func(core.App) error, error) {
				was, err := stored(tx, e.Record)
				return func(tx core.App) error { return move(tx, moved, was, e.Record) }, err
			})
		}))
		app.OnRecordDeleteExecute(collection).Bind(with("counters.down."+collection, func(e *core.RecordEvent) error {
			return aroundTx(e, func(tx core.App) (func(core.App) error, error) {
				was, err := stored(tx, e.Record)
				return func(tx core.App) error { return move(tx, moved, was, nil) }, err
			})
		}))
	}
}

// move takes away what the row was (nil: it is new) and adds what it is (nil: it is gone).
func move(tx core.App, counters []collections.Counter, was, is *core.Record) error {
	for _, c := range counters {
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
			if delta == 0 {
				continue
			}
			if err := c.Move(tx, key, delta); err != nil {
				return err
			}
		}
	}
	return nil
}
