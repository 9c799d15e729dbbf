package messages

import (
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/present"
)

// SendForm is what a client sends to write.
type SendForm struct {
	Content string   `json:"content" form:"content" maxLength:"2000" description:"plain text; may be empty beside media"`
	Media   []string `json:"media" form:"media" maxItems:"10" description:"ids of own media that nothing else has, in order"`
	Key     string   `json:"key" form:"key" maxLength:"40" description:"of the client's choosing: what is sent again with it is the same message (200)"`
}

// Send answers POST /api/conversations/{id}/messages; {id} may be @username where there is no
// conversation yet. 201, or 200 with the message that was sent with that key before.
func (s *Service) Send(e *core.RequestEvent) error {
	form := SendForm{}
	if err := present.Bind(e, &form); err != nil {
		return err
	}
	to, err := correspondent(e)
	if err != nil {
		return err
	}
	m, created, err := Write(e.App, e.Auth.Id, to, form)
	if err != nil {
		return present.Failure(err)
	}
	shown, err := s.Show.MessageByID(e.App, collections.ViewerOf(e.Auth), m.Id)
	if err != nil {
		return present.Failure(err)
	}
	return e.JSON(status(created), shown)
}

// Write makes a message, once for each author and key, and says whether it is new. What may be
// written hooks/messages.go decides.
func Write(app core.App, author, recipient string, form SendForm) (m *collections.Message, created bool, err error) {
	m, err = Sent(app, author, recipient, form.Key)
	if !errors.Is(err, sql.ErrNoRows) {
		return m, false, err
	}
	record, err := collections.New(app, collections.Messages)
	if err != nil {
		return nil, false, err
	}
	record.Load(map[string]any{"author": author, "recipient": recipient, "content": form.Content, "key": form.Key})
	Enclose(record, form.Media)
	err = app.Save(record)
	if collections.IsNotUnique(err) { // note: the same client tried again before the first answer
		m, err = Sent(app, author, recipient, form.Key)
		return m, false, err
	}
	return collections.MessageOf(record), true, err
}

// Sent finds what that author wrote with that key; sql.ErrNoRows when nothing. A key that was used
// for somebody else is refused.
func Sent(app core.App, author, recipient, key string) (*collections.Message, error) {
	m, err := collections.FindMessageByKey(app, author, key)
	if err == nil && m.Recipient() != recipient {
		return nil, present.Invalid("key", "validation_not_unique", "Value must be unique.")
	}
	return m, err
}

// enclosed is where a new message keeps the ids of its media until it is written. No client can
// send one: what comes from outside is never of this type.
type enclosed []string

const enclosedKey = "@media"

// Enclose says which media a new message is to have.
func Enclose(message *core.Record, ids []string) { message.SetRaw(enclosedKey, enclosed(ids)) }

// Enclosed are those media.
func Enclosed(message *core.Record) []string {
	ids, _ := message.GetRaw(enclosedKey).(enclosed)
	return ids
}

// Attach puts the media that were enclosed into the message, in the transaction of tx: its author's
// own, whole, and in nothing else.
func Attach(tx core.App, m *collections.Message) error {
	ids := Enclosed(m.ProxyRecord())
	for position, id := range ids {
		medium, err := collections.FindMedium(tx, id)
		if errors.Is(err, sql.ErrNoRows) || err == nil && !mayEnclose(medium, m) || slices.Contains(ids[:position], id) {
			return present.Invalid("media", "validation_missing_rel_records", "Only your own media that nothing else has.")
		}
		if err != nil {
			return fmt.Errorf("find a medium of a message: %w", err)
		}
		medium.Set("message", m.Id)
		medium.Set("position", position)
		if err := tx.Save(medium); err != nil {
			return err
		}
	}
	return nil
}

func mayEnclose(medium *collections.Medium, m *collections.Message) bool {
	return medium.Owner() == m.Author() && medium.Post() == "" && medium.Message() == "" && !medium.IsFailed()
}

// Unsend answers DELETE /api/messages/{id}: one's own, for both.
func (s *Service) Unsend(e *core.RequestEvent) error {
	m, err := collections.FindMessage(e.App, e.Request.PathValue("id"))
	if err != nil {
		return present.Failure(err)
	}
	sees, err := collections.ViewerOf(e.Auth).SeesMessage(e.App, m)
	switch {
	case err != nil:
		return present.Failure(err)
	case !sees || m.IsDeleted():
		return present.NotFound()
	case m.Author() != e.Auth.Id:
		return e.ForbiddenError("Only its author can delete a message.", nil)
	}
	if err := TakeBack(e.App, m.Id); err != nil {
		return present.Failure(err)
	}
	return e.NoContent(http.StatusNoContent)
}

// TakeBack deletes a message: its place stays for both, its text and its media go. Its text is kept
// from both, for moderators, while a report of it waits.
func TakeBack(app core.App, id string) error {
	return app.RunInTransaction(func(tx core.App) error {
		m, err := collections.FindMessage(tx, id)
		if err != nil {
			return err
		}
		m.Set("is_deleted", true)
		if err := tx.Save(m); err != nil {
			return err
		}
		if m.IsReported() {
			return nil
		}
		return DropMedia(tx, id)
	})
}

// DropMedia deletes the media of a message.
func DropMedia(tx core.App, message string) error {
	media, err := tx.FindAllRecords(collections.Media, ofMessage(message))
	if err != nil {
		return fmt.Errorf("find the media of a message: %w", err)
	}
	for _, r := range media {
		if err := tx.Delete(r); err != nil {
			return fmt.Errorf("delete a medium of a message: %w", err)
		}
	}
	return nil
}
