// Package realtime tells whoever listens on PocketBase's /api/realtime that a record changed: who may hear of it and what they
// hear is decided once for a change and not once for each listener.
// It doesn't say who may see what (collections/audience.go) nor who may listen (limits). Start reading at Prepare.
package realtime

import (
	"encoding/json/v2"
	"fmt"
	"slices"
	"strings"

	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/routine"
	"github.com/pocketbase/pocketbase/tools/subscriptions"

	"madang/collections"
)

// What happened to a record, as clients are told.
const (
	Create = "create"
	Update = "update"
	Delete = "delete"
)

// Delivery is a change with all who are to hear of it.
type Delivery struct {
	messages []addressed
	// others are the clients whom PocketBase itself is to tell, each by its own permission, filter, expand or fields.
	others []subscriptions.Client
}

type addressed struct {
	to subscriptions.Client
	is subscriptions.Message
}

// Prepare finds who listens for the record and may see it, as it is stored now in app's database.
func Prepare(app core.App, action string, r *core.Record) (*Delivery, error) {
	d := &Delivery{}
	listeners := listenersFor(app.SubscriptionsBroker(), r)
	if len(listeners) == 0 {
		return d, nil
	}
	who, err := collections.AudienceOf(app, r)
	if err != nil {
		return nil, fmt.Errorf("find who may hear of a change: %w", err)
	}
	var payload []byte
	for _, l := range listeners {
		if !who.May(l.viewer) {
			continue
		}
		topics, known := l.passing(r)
		if !who.Exact || !known || l.viewer.Superuser {
			d.others = append(d.others, l.client)
			continue
		}
		for _, topic := range topics {
			if payload == nil {
				if payload, err = payloadOf(app, action, r); err != nil {
					return nil, err
				}
			}
			d.messages = append(d.messages, addressed{l.client, subscriptions.Message{Name: topic, Data: payload}})
		}
	}
	return d, nil
}

// Send sends what was prepared, but to those whom PocketBase tells. Nobody waits for who reads slowly.
func (d *Delivery) Send() {
	for _, m := range d.messages {
		routine.FireAndForget(func() { m.to.Send(m.is) })
	}
}

// change is what a client is told, as PocketBase words it.
type change struct {
	Record *core.Record `json:"record"`
	Action string       `json:"action"`
}

// payloadOf is the record as everybody sees it who may: without hidden fields. Hooks of what is shown run once, as for nobody in particular.
func payloadOf(app core.App, action string, r *core.Record) ([]byte, error) {
	shown := r.Fresh()
	event := &core.RecordEnrichEvent{App: app, RequestInfo: &core.RequestInfo{Context: core.RequestInfoContextRealtime, Method: "GET"}}
	event.Record = shown
	if err := app.OnRecordEnrich().Trigger(event); err != nil {
		return nil, fmt.Errorf("show a record that changed: %w", err)
	}
	payload, err := json.Marshal(change{shown, action})
	if err != nil {
		return nil, fmt.Errorf("write what changed: %w", err)
	}
	return payload, nil
}

// listener is a client with its subscriptions that a change of the record concerns.
type listener struct {
	client subscriptions.Client
	viewer collections.Viewer
	topics map[string]subscriptions.SubscriptionOptions
}

// plainKey says of a client that none of its subscriptions has options, so that what it subscribed to needn't be looked through.
const plainKey = "madangPlain"

// Subscribed notes what kind of subscriptions a client has from now on.
func Subscribed(e *core.RealtimeSubscribeRequestEvent) error {
	e.Client.Unset(plainKey)
	if err := e.Next(); err != nil {
		return err
	}
	if !slices.ContainsFunc(e.Subscriptions, func(topic string) bool { return strings.Contains(topic, "?") }) {
		e.Client.Set(plainKey, true)
	}
	return nil
}

// listenersFor are the clients that subscribed to the record, to its collection, or to either by the collection's id.
func listenersFor(broker *subscriptions.Broker, r *core.Record) []listener {
	c := r.Collection()
	wanted := []string{c.Name + "/*", c.Name, c.Name + "/" + r.Id, c.Id + "/*", c.Id, c.Id + "/" + r.Id}
	var found []listener
	for _, client := range broker.Clients() {
		if topics := topicsOf(client, wanted); len(topics) > 0 {
			account, _ := client.Get(apis.RealtimeClientAuthKey).(*core.Record)
			found = append(found, listener{client, collections.ViewerOf(account), topics})
		}
	}
	return found
}

// topicsOf are the subscriptions of a client to what is wanted.
func topicsOf(client subscriptions.Client, wanted []string) map[string]subscriptions.SubscriptionOptions {
	if client.Get(plainKey) == true {
		var topics map[string]subscriptions.SubscriptionOptions
		for _, name := range wanted {
			if !client.HasSubscription(name) {
				continue
			}
			if topics == nil {
				topics = map[string]subscriptions.SubscriptionOptions{}
			}
			topics[name] = subscriptions.SubscriptionOptions{}
		}
		return topics
	}
	topics := client.Subscriptions()
	for topic := range topics {
		if !slices.Contains(wanted, nameOf(topic)) {
			delete(topics, topic)
		}
	}
	return topics
}
