// Package pb_migrations tells how the schema got here, one intent a file, written by hand.
// It imports none of our packages, so that an old migration never changes with the code.
// Start reading at 1764000001_people.go; collections/schema.txt shows where it ends.
package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/types"
)

// created and updated are the two times that a collection may carry.
func created() core.Field {
	return &core.AutodateField{Name: "created_at", OnCreate: true}
}

func updated() core.Field {
	return &core.AutodateField{Name: "updated_at", OnCreate: true, OnUpdate: true}
}

// counter is a whole number that the program moves and nobody sets.
func counter(name string) core.Field {
	return &core.NumberField{Name: name, OnlyInt: true, Min: types.Pointer(0.0), Help: "Counted by the server."}
}

// belongs is a required reference whose row goes when the other goes.
func belongs(name string, to *core.Collection) core.Field {
	return &core.RelationField{Name: name, CollectionId: to.Id, Required: true, MaxSelect: 1, CascadeDelete: true}
}

// mayBelong is the same, but may be empty.
func mayBelong(name string, to *core.Collection) core.Field {
	return &core.RelationField{Name: name, CollectionId: to.Id, MaxSelect: 1, CascadeDelete: true}
}

// choice is one of values.
func choice(name string, required bool, values ...string) core.Field {
	return &core.SelectField{Name: name, Values: values, MaxSelect: 1, Required: required}
}

// find looks up collections that earlier migrations made.
func find(app core.App, names ...string) (map[string]*core.Collection, error) {
	found := make(map[string]*core.Collection, len(names))
	for _, name := range names {
		c, err := app.FindCollectionByNameOrId(name)
		if err != nil {
			return nil, err
		}
		found[name] = c
	}
	return found, nil
}

// run executes statements one after the other.
func run(app core.App, statements ...string) error {
	for _, s := range statements {
		if _, err := app.DB().NewQuery(s).Execute(); err != nil {
			return err
		}
	}
	return nil
}

// drop deletes collections, the last made first.
func drop(app core.App, names ...string) error {
	for _, name := range names {
		c, err := app.FindCollectionByNameOrId(name)
		if err != nil {
			return err
		}
		if err := app.Delete(c); err != nil {
			return err
		}
	}
	return nil
}
