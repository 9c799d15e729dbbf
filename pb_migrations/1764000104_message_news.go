package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// Somebody is told of messages, once for each conversation.
func init() {
	m.Register(func(app core.App) error {
		if err := oneMore(app, "notifications", "type", "message"); err != nil {
			return err
		}
		c, err := find(app, "notifications", "conversations")
		if err != nil {
			return err
		}
		c["notifications"].Fields.Add(mayBelong("conversation", c["conversations"]))
		c["notifications"].AddIndex("idx_notifications_conversation", false, "conversation", "")
		return app.Save(c["notifications"])
	}, nil)
}
