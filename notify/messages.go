package notify

import (
	"fmt"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
)

// Renew tells of messages, in the transaction of app: news of one conversation is one, and its newest
// takes the place of what there was.
func Renew(app core.App, n News) error {
	return tell(app, n, func() error { return Forget(app, n) }, "FALSE")
}

// ReadOf marks the news of a conversation as read, in the transaction of app.
func ReadOf(app core.App, recipient, conversation string) error {
	news, err := app.FindAllRecords(collections.Notifications,
		dbx.HashExp{"recipient": recipient, "type": Message, "conversation": conversation, "is_read": false})
	if err != nil {
		return fmt.Errorf("find the news of a conversation: %w", err)
	}
	for _, r := range news {
		r.Set("is_read", true)
		if err := app.Save(r); err != nil {
			return fmt.Errorf("mark the news of a conversation as read: %w", err)
		}
	}
	return nil
}
