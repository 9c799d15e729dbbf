package messages

import (
	"database/sql"
	"errors"
	"fmt"
	"net/http"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/present"
)

// ReadForm says up to which message the caller read.
type ReadForm struct {
	To *int `json:"to" form:"to" minimum:"0" description:"number of the last message that was read; left out: all"`
}

// Marks is how far the two of a conversation read, and how much of it the caller hasn't.
type Marks struct {
	ReadTo      int `json:"read_to"`
	TheirReadTo int `json:"their_read_to"`
	UnreadCount int `json:"unread_count"`
}

// Read answers POST /api/conversations/{id}/read. A mark never goes back.
func (s *Service) Read(e *core.RequestEvent) error {
	form := ReadForm{}
	if err := present.Bind(e, &form); err != nil {
		return err
	}
	at, err := seated(e)
	if err != nil {
		return err
	}
	to := at.of.Clock()
	if form.To != nil {
		to = *form.To
	}
	if err := HasRead(e.App, at.of.Id, at.me(), to); err != nil {
		return present.Failure(err)
	}
	marks, err := marksOf(e.App, at)
	if err != nil {
		return present.Failure(err)
	}
	return e.JSON(http.StatusOK, marks)
}

func marksOf(app core.App, at seat) (Marks, error) {
	mine, err := collections.FindParticipant(app, at.of.Id, at.me())
	if err != nil {
		return Marks{}, err
	}
	theirs, err := collections.FindParticipant(app, at.of.Id, at.other())
	if err != nil {
		return Marks{}, err
	}
	return Marks{ReadTo: mine.ReadTo(), TheirReadTo: theirs.ReadTo(), UnreadCount: mine.Unread()}, nil
}

// HasRead moves a person's mark in a conversation forward; what is no step forward changes nothing.
func HasRead(app core.App, conversation, person string, to int) error {
	return app.RunInTransaction(func(tx core.App) error {
		p, err := collections.FindParticipant(tx, conversation, person)
		if err != nil || p.ReadTo() >= to {
			return err
		}
		p.Set("read_to", to)
		return tx.Save(p)
	})
}

// Bound keeps the marks of a person from going back, or further than the conversation does. What is
// cleared is read as well.
func Bound(tx core.App, p *collections.Participant) error {
	was := p.ProxyRecord().Original()
	of, err := collections.FindConversation(tx, p.Conversation())
	if errors.Is(err, sql.ErrNoRows) {
		return present.NotFound()
	}
	if err != nil {
		return err
	}
	cleared := min(max(p.ClearedTo(), was.GetInt("cleared_to")), of.Clock())
	p.Set("cleared_to", cleared)
	p.Set("read_to", max(min(max(p.ReadTo(), was.GetInt("read_to")), of.Clock()), cleared))
	return nil
}

// Clear answers DELETE /api/conversations/{id}: what was written is gone for the caller, and the
// conversation is out of their list until something new is written. The other keeps it.
func (s *Service) Clear(e *core.RequestEvent) error {
	at, err := seated(e)
	if err != nil {
		return err
	}
	at.mine.Set("cleared_to", at.of.Clock())
	if err := e.App.Save(at.mine); err != nil {
		return present.Failure(err)
	}
	return e.NoContent(http.StatusNoContent)
}

// swept is how many messages a sweep deletes at most.
const swept = 5000

// ClearedByBoth are messages that neither of the two has any more, and that no report waits for.
func ClearedByBoth(app core.App) ([]*core.Record, error) {
	var found []*core.Record
	err := app.RecordQuery(collections.Messages).AndWhere(dbx.HashExp{"open_reports_count": 0, "removed_at": ""}).
		AndWhere(dbx.NewExp("NOT EXISTS (SELECT 1 FROM participants p WHERE p.conversation = messages.conversation AND p.cleared_to < messages.number)")).
		Limit(swept).All(&found)
	if err != nil {
		return nil, fmt.Errorf("find what both cleared: %w", err)
	}
	return found, nil
}

// KeptForReports are deleted messages whose text was kept while a report of them waited, and waits no more.
func KeptForReports(app core.App) ([]*core.Record, error) {
	return app.FindAllRecords(collections.Messages, dbx.HashExp{"is_deleted": true, "removed_at": "", "open_reports_count": 0},
		dbx.NewExp("removed_content != '' OR EXISTS (SELECT 1 FROM media WHERE media.message = messages.id)"))
}

// Forget takes from a deleted message what was kept of it.
func Forget(app core.App, message *core.Record) error {
	return app.RunInTransaction(func(tx core.App) error {
		message.Set("removed_content", "")
		message.Set("removed_at", "")
		if err := tx.Save(message); err != nil {
			return err
		}
		return DropMedia(tx, message.Id)
	})
}

func ofMessage(id string) dbx.Expression { return dbx.HashExp{"message": id} }
