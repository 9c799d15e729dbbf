package messages

import (
	"encoding/json"
	"net/http"

	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/subscriptions"

	"madang/collections"
	"madang/present"
)

// TypingTopic is the realtime topic on which people hear who is writing to them just now. It is
// no record and nothing is stored; who subscribes hears of what is written to them alone.
const TypingTopic = "typing"

// Typed is the message on that topic. It holds for some seconds, or until the message arrives.
type Typed struct {
	Conversation string `json:"conversation"`
	User         string `json:"user"`
}

// Typing answers POST /api/conversations/{id}/typing: the other hears of it, if they listen.
func (s *Service) Typing(e *core.RequestEvent) error {
	at, err := seated(e)
	if err != nil {
		return err
	}
	if err := MayWrite(e.App, at.me(), at.other()); err != nil {
		return err
	}
	data, err := json.Marshal(Typed{at.of.Id, at.me()})
	if err != nil {
		return present.Failure(err)
	}
	message := subscriptions.Message{Name: TypingTopic, Data: data}
	for _, client := range e.App.SubscriptionsBroker().Clients() {
		if hears(client, at.other()) {
			client.Send(message)
		}
	}
	return e.NoContent(http.StatusNoContent)
}

func hears(client subscriptions.Client, person string) bool {
	who, _ := client.Get(apis.RealtimeClientAuthKey).(*core.Record)
	return who != nil && who.Id == person && who.Collection().Name == collections.Users && client.HasSubscription(TypingTopic)
}
