package hooks

import (
	"errors"
	"slices"
	"testing"

	"github.com/pocketbase/pocketbase/core"
)

// TestHandlersAreFoundByCollection, in the order in which they would run if PocketBase asked each: those of all collections first,
// then by priority and binding; and none of another collection.
func TestHandlersAreFoundByCollection(t *testing.T) {
	app := core.NewBaseApp(core.BaseAppConfig{DataDir: t.TempDir()})
	if err := errors.Join(app.Bootstrap(), app.RunSystemMigrations()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := app.ClearBootstrap(); err != nil {
			t.Error(err)
		}
	})
	for _, name := range []string{"apples", "pears"} {
		c := core.NewBaseCollection(name)
		c.Fields.Add(&core.TextField{Name: "title"})
		if err := app.Save(c); err != nil {
			t.Fatal(err)
		}
	}
	var ran []string
	note := func(id string) func(*core.RecordEvent) error {
		return func(e *core.RecordEvent) error {
			ran = append(ran, id)
			return e.Next()
		}
	}
	by := byName(app)
	by.OnRecordCreate("apples").Bind(named("apple", note("apple")))
	by.OnRecordCreate("pears").Bind(named("pear", note("pear")))
	by.OnRecordCreate().Bind(named("any", note("any")))
	by.OnRecordCreateExecute("apples").Bind(with("apple.with", note("apple with")))
	by.OnRecordCreateExecute("apples").Bind(with("apple.second", note("apple second")))
	by.OnRecordAfterCreateSuccess("apples", "pears").Bind(named("both", note("after")))
	app.OnRecordCreate("apples").BindFunc(note("bound to the app"))
	for name, want := range map[string][]string{
		"apples": {"any", "apple", "bound to the app", "apple with", "apple second", "after"},
		"pears":  {"any", "pear", "after"},
	} {
		ran = nil
		c, err := app.FindCollectionByNameOrId(name)
		if err != nil {
			t.Fatal(err)
		}
		r := core.NewRecord(c)
		if err := app.Save(r); err != nil || !slices.Equal(ran, want) {
			t.Errorf("%s: %v ran, want %v (%v)", name, ran, want, err)
		}
		if _, err := app.FindRecordById(name, r.Id); err != nil {
			t.Error(err)
		}
	}
	if plain(by) != core.App(app) || plain(app) != core.App(app) {
		t.Error("another app is the plain one")
	}
}
