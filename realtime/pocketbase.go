package realtime

import (
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/subscriptions"
)

// app is the app as PocketBase's own telling knows it: whom a delivery reaches already isn't there.
type app struct {
	core.App
	broker *subscriptions.Broker
}

// SubscriptionsBroker implements [core.App].
func (a app) SubscriptionsBroker() *subscriptions.Broker { return a.broker }

// Before is the app to hand on to PocketBase's telling of a change, which then knows those alone whom it has to tell itself.
func (d *Delivery) Before(outer core.App) core.App {
	broker := subscriptions.NewBroker()
	for _, client := range d.others {
		broker.Register(client)
	}
	return app{outer, broker}
}

// Behind is the app that [Delivery.Before] was given, for who comes after PocketBase; any other app is itself.
func Behind(a core.App) core.App {
	if standsBefore, is := a.(app); is {
		return standsBefore.App
	}
	return a
}
