package hooks

import (
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/messages"
	"madang/notify"
)

// participants is what happens when somebody reads, mutes or clears a conversation.
//
//	rule    the two see how far each read; each changes their own row (schema.txt)
//	before  one reads and clears forwards, and no further than what there is
//	with    what is unread is counted again, and the news of it is read, in the same transaction
//	shown   what is unread, muted and cleared to its owner alone
func participants(app core.App) {
	app.OnRecordUpdateExecute(collections.Participants).Bind(with("participants.read", func(e *core.RecordEvent) error {
		return aroundTx(e, func(tx core.App) (func(core.App) error, error) {
			p := collections.ParticipantOf(e.Record)
			if err := messages.Bound(tx, p); err != nil {
				return nil, err
			}
			return func(tx core.App) error {
				left, err := collections.CountUnread(tx, p.Conversation(), p.User())
				if err != nil {
					return err
				}
				e.Record.SetRaw("unread_count", float64(left)) // note: the answer and the live event say it too
				if left > 0 {
					return nil
				}
				return notify.ReadOf(tx, p.User(), p.Conversation())
			}, nil
		})
	}))
	app.OnRecordEnrich(collections.Participants).Bind(named("participants.own", func(e *core.RecordEnrichEvent) error {
		if e.RequestInfo.Auth != nil && e.RequestInfo.Auth.Id == e.Record.GetString("user") {
			e.Record.Unhide("cleared_to", "is_muted", "unread_count")
		}
		return e.Next()
	}))
}
