package social

import (
	"database/sql"
	"errors"

	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
)

// Add makes the pair (who, what) and reports whether it is new. Adding twice is no error.
func Add(app core.App, p collections.Pair, who, what string) (created bool, err error) {
	record, err := add(app, p, who, what)
	return record != nil, err
}

// add returns the record of a pair that is new, nil of one that was there.
func add(app core.App, p collections.Pair, who, what string) (*core.Record, error) {
	if there, err := collections.Exists(app, p, who, what); there || err != nil {
		return nil, err
	}
	record, err := collections.New(app, p.Collection)
	if err != nil {
		return nil, err
	}
	record.Set(p.Who, who)
	record.Set(p.What, what)
	if err := app.SaveNoValidate(record); err != nil { // note: of two ids nothing is to be validated but that they are there, as hooks do
		// note: somebody was faster, perhaps the same person clicking twice
		if there, _ := collections.Exists(app, p, who, what); there {
			return nil, nil
		}
		return nil, err
	}
	return record, nil
}

// Remove takes the pair (who, what) away. Removing what isn't there is no error.
func Remove(app core.App, p collections.Pair, who, what string) error {
	record, err := collections.FindPair(app, p, who, what)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	return remove(app, p, record)
}

// remove takes away the pair that a record is.
func remove(app core.App, p collections.Pair, record *core.Record) error {
	if err := collections.Together(app, func(tx core.App) error { return tx.Delete(record) }); err != nil {
		if there, existsErr := collections.Exists(app, p, record.GetString(p.Who), record.GetString(p.What)); existsErr == nil && !there {
			return nil // somebody was faster
		}
		return err
	}
	return nil
}
