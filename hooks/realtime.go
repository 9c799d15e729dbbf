package hooks

import (
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/hook"

	"madang/realtime"
)

// Priorities at which PocketBase tells of a change, and notes who is to be told of a deletion.
const (
	telling    = -99
	forgetting = 99
)

// heard is where a record that is being deleted keeps who is to hear of it.
const heard = "@heard"

// tellings is what happens when a record changed and somebody listens.
//
//	before  a deletion: who may hear of it is found while there is something that they may see
//	after   those who may see the record are told at once. PocketBase, which would ask the database for each of them, tells
//	        those alone whose subscriptions ask for more
//
// Of accounts PocketBase tells by itself: it also looks after who is signed in on a connection then.
func tellings(app core.App) {
	for action, changed := range map[string]*hook.TaggedHook[*core.ModelEvent]{
		realtime.Create: app.OnModelAfterCreateSuccess(), realtime.Update: app.OnModelAfterUpdateSuccess(),
	} {
		instead(changed, telling, "realtime."+action, func(e *core.ModelEvent, r *core.Record) (*realtime.Delivery, error) {
			d, err := realtime.Prepare(e.App, action, r)
			if err == nil {
				d.Send()
			}
			return d, err
		})
	}
	instead(app.OnModelDelete(), forgetting, "realtime.forget", func(_ *core.ModelEvent, r *core.Record) (*realtime.Delivery, error) {
		d, err := realtime.Prepare(app, realtime.Delete, r) // note: outside of the transaction, in which what it hangs on may be gone
		r.SetRaw(heard, d)
		return d, err
	})
	app.OnModelAfterDeleteSuccess().Bind(named("realtime.delete", func(e *core.ModelEvent) error {
		if d := takeHeard(e.Model); d != nil {
			d.Send()
		}
		return e.Next()
	}))
	app.OnModelAfterDeleteError().Bind(named("realtime.kept", func(e *core.ModelErrorEvent) error {
		takeHeard(e.Model)
		return e.Next()
	}))
	app.OnRealtimeSubscribeRequest().Bind(named("realtime.subscribed", realtime.Subscribed))
	app.OnRealtimeMessageSend().Bind(named("realtime.write", realtime.Write))
}

// instead has PocketBase's handler of that priority know only those whom prepare leaves to it. When that fails it knows all, as ever.
func instead(h *hook.TaggedHook[*core.ModelEvent], priority int, id string, prepare func(*core.ModelEvent, *core.Record) (*realtime.Delivery, error)) {
	h.Bind(&hook.Handler[*core.ModelEvent]{Id: id, Priority: priority - 1, Func: func(e *core.ModelEvent) error {
		r := recordOf(e.Model)
		if r == nil || r.Collection().IsAuth() || e.App.SubscriptionsBroker().TotalClients() == 0 {
			return e.Next()
		}
		d, err := prepare(e, r)
		if err != nil {
			e.App.Logger().Error("tell who listens", "collection", r.Collection().Name, "record", r.Id, "error", err)
			return e.Next()
		}
		outer := e.App
		defer func() { e.App = outer }()
		e.App = d.Before(outer)
		return e.Next()
	}})
	h.Bind(&hook.Handler[*core.ModelEvent]{Id: id + ".on", Priority: priority + 1, Func: func(e *core.ModelEvent) error {
		e.App = realtime.Behind(e.App)
		return e.Next()
	}})
}

func takeHeard(m core.Model) *realtime.Delivery {
	r := recordOf(m)
	if r == nil {
		return nil
	}
	d, _ := r.GetRaw(heard).(*realtime.Delivery)
	if d != nil {
		r.SetRaw(heard, nil)
	}
	return d
}

// recordOf is the record that a model is; nil of other models.
func recordOf(m core.Model) *core.Record {
	switch m := m.(type) {
	case *core.Record:
		return m
	case core.RecordProxy:
		return m.ProxyRecord()
	}
	return nil
}
