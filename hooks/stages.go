package hooks

import (
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/hook"
)

// byCollection is an app whose hooks of records find what is bound to a collection by the collection's name. PocketBase keeps
// one list for all collections and, at each stage of each change, makes a step of every handler in it, only to ask whether it
// is meant: of a hundred that takes longer than the change.
//
// What is bound to all collections runs before what is bound to one; otherwise the order is that of binding and of priority, as ever.
// Handlers whose place is before PocketBase's own, or between them, are bound to the app itself: see [plain].
type byCollection struct {
	core.App
	create, createExecute, created *stage
	update, updateExecute, updated *stage
	validate                       *stage
	deleteExecute, deleted         *stage
}

// byName makes app find handlers by collection.
func byName(app core.App) core.App {
	const usual, committing = 0, uploaded + 1
	return &byCollection{
		App:    app,
		create: newStage(app.OnRecordCreate(), usual, "create"), createExecute: newStage(app.OnRecordCreateExecute(), committing, "createExecute"),
		created: newStage(app.OnRecordAfterCreateSuccess(), usual, "created"),
		update:  newStage(app.OnRecordUpdate(), usual, "update"), updateExecute: newStage(app.OnRecordUpdateExecute(), committing, "updateExecute"),
		updated:       newStage(app.OnRecordAfterUpdateSuccess(), usual, "updated"),
		deleteExecute: newStage(app.OnRecordDeleteExecute(), committing, "deleteExecute"),
		deleted:       newStage(app.OnRecordAfterDeleteSuccess(), usual, "deleted"),
		validate:      newStage(app.OnRecordValidate(), usual, "validate"),
	}
}

// plain is the app that byName was given; any other app is itself.
func plain(app core.App) core.App {
	if by, is := app.(*byCollection); is {
		return by.App
	}
	return app
}

// OnRecordCreate implements [core.App], and so do the others below.
func (a *byCollection) OnRecordCreate(of ...string) *hook.TaggedHook[*core.RecordEvent] {
	return a.create.of(of)
}

func (a *byCollection) OnRecordCreateExecute(of ...string) *hook.TaggedHook[*core.RecordEvent] {
	return a.createExecute.of(of)
}

func (a *byCollection) OnRecordAfterCreateSuccess(of ...string) *hook.TaggedHook[*core.RecordEvent] {
	return a.created.of(of)
}

func (a *byCollection) OnRecordUpdate(of ...string) *hook.TaggedHook[*core.RecordEvent] {
	return a.update.of(of)
}

func (a *byCollection) OnRecordUpdateExecute(of ...string) *hook.TaggedHook[*core.RecordEvent] {
	return a.updateExecute.of(of)
}

func (a *byCollection) OnRecordAfterUpdateSuccess(of ...string) *hook.TaggedHook[*core.RecordEvent] {
	return a.updated.of(of)
}

func (a *byCollection) OnRecordDeleteExecute(of ...string) *hook.TaggedHook[*core.RecordEvent] {
	return a.deleteExecute.of(of)
}

func (a *byCollection) OnRecordAfterDeleteSuccess(of ...string) *hook.TaggedHook[*core.RecordEvent] {
	return a.deleted.of(of)
}

func (a *byCollection) OnRecordValidate(of ...string) *hook.TaggedHook[*core.RecordEvent] {
	return a.validate.of(of)
}

// stage is one hook of records. What is bound to it while the program is being put together doesn't change afterwards.
type stage struct {
	all *hook.Hook[*core.RecordEvent]
	one map[string]*hook.Hook[*core.RecordEvent] // by the name of the collection
}

func newStage(h *hook.TaggedHook[*core.RecordEvent], priority int, name string) *stage {
	s := &stage{all: &hook.Hook[*core.RecordEvent]{}, one: map[string]*hook.Hook[*core.RecordEvent]{}}
	h.Bind(&hook.Handler[*core.RecordEvent]{Id: "stage." + name, Func: s.run, Priority: priority})
	return s
}

// of is where handlers of those collections are bound; of none: those of all.
func (s *stage) of(collections []string) *hook.TaggedHook[*core.RecordEvent] {
	if len(collections) == 0 {
		return hook.NewTaggedHook(s.all)
	}
	if len(collections) > 1 {
		return hook.NewTaggedHook(s.all, collections...)
	}
	h := s.one[collections[0]]
	if h == nil {
		h = &hook.Hook[*core.RecordEvent]{}
		s.one[collections[0]] = h
	}
	return hook.NewTaggedHook(h)
}

// run runs what is bound to the event's collection, and then what comes after this stage.
func (s *stage) run(e *core.RecordEvent) error {
	after := e.Event // note: which holds what is next
	onward := func(e *core.RecordEvent) error {
		e.Event = after
		return e.Next()
	}
	h := s.one[e.Record.Collection().Name]
	switch {
	case h == nil && s.all.Length() == 0:
		return e.Next()
	case h == nil:
		return s.all.Trigger(e, onward)
	case s.all.Length() == 0:
		return h.Trigger(e, onward)
	}
	return s.all.Trigger(e, func(e *core.RecordEvent) error { return h.Trigger(e, onward) })
}
