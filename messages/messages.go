// Package messages is what two people write to each other: send, read, take back, clear.
// It doesn't say what follows from it (hooks/messages.go) nor how it looks (present).
// Start reading at may_write.go and send.go.
package messages

import (
	"database/sql"
	"errors"
	"net/http"
	"strings"

	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/present"
)

// Service is what people do with their conversations.
type Service struct {
	Show *present.Presenter
}

// seat is a conversation with what the caller made of it.
type seat struct {
	of   *collections.Conversation
	mine *collections.Participant
}

func (s seat) me() string    { return s.mine.User() }
func (s seat) other() string { return s.of.Other(s.mine.User()) }

// seated finds the conversation of the path, by its id or by @ and the other's username, if the caller sees it.
func seated(e *core.RequestEvent) (seat, error) {
	c, err := named(e)
	if err != nil {
		return seat{}, present.Failure(err)
	}
	sees, err := collections.ViewerOf(e.Auth).SeesConversation(e.App, c)
	if err != nil {
		return seat{}, present.Failure(err)
	}
	if !sees {
		return seat{}, present.NotFound()
	}
	mine, err := collections.FindParticipant(e.App, c.Id, e.Auth.Id)
	return seat{c, mine}, present.Failure(err)
}

func named(e *core.RequestEvent) (*collections.Conversation, error) {
	id := e.Request.PathValue("id")
	if !strings.HasPrefix(id, "@") {
		return collections.FindConversation(e.App, id)
	}
	other, err := collections.FindUser(e.App, id)
	if err != nil {
		return nil, err
	}
	return collections.FindConversationOf(e.App, e.Auth.Id, other.Id)
}

// correspondent is the other person that the path names: by @ and their username, whether or not there is a
// conversation yet, or by the id of one.
func correspondent(e *core.RequestEvent) (string, error) {
	if id := e.Request.PathValue("id"); strings.HasPrefix(id, "@") {
		other, err := collections.FindUser(e.App, id)
		if err != nil {
			return "", present.Failure(err)
		}
		return other.Id, nil
	}
	at, err := seated(e)
	if err != nil {
		return "", err
	}
	return at.other(), nil
}

// Between finds the conversation of two people, or makes it with a row for each, in the transaction of tx.
func Between(tx core.App, one, other string) (c *collections.Conversation, created bool, err error) {
	c, err = collections.FindConversationOf(tx, one, other)
	if !errors.Is(err, sql.ErrNoRows) {
		return c, false, err
	}
	record, err := collections.New(tx, collections.Conversations)
	if err != nil {
		return nil, false, err
	}
	record.Load(map[string]any{"first": min(one, other), "second": max(one, other)})
	if err := tx.Save(record); err != nil {
		return nil, false, err
	}
	for _, person := range []string{one, other} {
		of, err := collections.New(tx, collections.Participants)
		if err != nil {
			return nil, false, err
		}
		of.Load(map[string]any{"conversation": record.Id, "user": person})
		if err := tx.Save(of); err != nil {
			return nil, false, err
		}
	}
	return collections.ConversationOf(record), true, nil
}

// status is 201 for what was just made and 200 for what was there.
func status(created bool) int {
	if created {
		return http.StatusCreated
	}
	return http.StatusOK
}
