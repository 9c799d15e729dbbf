package mail

import (
	"fmt"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
)

// Outbox is how the mails of the last week do.
type Outbox struct {
	Waiting, Sent, GivenUp int
	Oldest                 time.Time // that waits; zero when none does
}

// Outbox counts the mails.
func (s *Service) Outbox(app core.App) (o Outbox, err error) {
	var oldest string
	err = app.DB().NewQuery(`SELECT COUNT(CASE WHEN next_at != '' THEN 1 END), COUNT(CASE WHEN sent_at != '' THEN 1 END),
		COUNT(CASE WHEN next_at = '' AND sent_at = '' AND error != {:nobody} THEN 1 END), COALESCE(MIN(CASE WHEN next_at != '' THEN created_at END), '')
		FROM mails`).Bind(dbx.Params{"nobody": nobody}).Row(&o.Waiting, &o.Sent, &o.GivenUp, &oldest)
	if err == nil && oldest != "" {
		o.Oldest, err = time.Parse(collections.TimeLayout, oldest)
	}
	if err != nil {
		return o, fmt.Errorf("count the mails: %w", err)
	}
	return o, nil
}
