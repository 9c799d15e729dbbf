package hooks

import (
	"reflect"

	"github.com/pocketbase/pocketbase/core"
)

// fresh is what keeps two changes of one record at once from undoing each other: PocketBase
// writes a record whole, as it was read long before, with the counters, the password or the
// status that others have changed since.
//
//	with    what this change leaves alone is read again, in the transaction that writes the row;
//	        so it has to come before everything else that belongs to that transaction
func fresh(app core.App) {
	app.OnRecordUpdateExecute().Bind(with("fresh", func(e *core.RecordEvent) error {
		return aroundTx(e, func(tx core.App) (func(core.App) error, error) {
			now, err := stored(tx, e.Record)
			if err != nil {
				return nil, err
			}
			return func(core.App) error { return nil }, takeOver(e.Record, now)
		})
	}))
}

// takeOver copies from now, the record as it is stored, every field that r doesn't change.
func takeOver(r, now *core.Record) error {
	was := r.Original()
	for _, field := range r.Collection().Fields {
		is, err := driverValue(field, r)
		if err != nil {
			return err
		}
		before, err := driverValue(field, was)
		if err != nil {
			return err
		}
		if reflect.DeepEqual(is, before) {
			r.SetRaw(field.GetName(), now.GetRaw(field.GetName()))
		}
	}
	return nil
}

// driverValue is what of a field is written to the database.
func driverValue(field core.Field, r *core.Record) (any, error) {
	if f, ok := field.(core.DriverValuer); ok {
		return f.DriverValue(r)
	}
	return r.GetRaw(field.GetName()), nil
}
