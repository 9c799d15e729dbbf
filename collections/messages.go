package collections

import (
	"database/sql"
	"errors"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
)

// Messages is the collection of what people write to each other.
const Messages = "messages"

// MaxMessage is how long a message may be, in characters: as long as a comment.
const MaxMessage = 2000

// Message is a typed view of a record of [Messages].
type Message struct{ core.BaseRecordProxy }

// MessageOf wraps r.
func MessageOf(r *core.Record) *Message {
	m := &Message{}
	m.SetProxyRecord(r)
	return m
}

// FindMessage finds the message with that id; sql.ErrNoRows when there is none.
// It doesn't ask who may read it: see [Viewer.SeesMessage].
func FindMessage(app core.App, id string) (*Message, error) {
	r, err := app.FindRecordById(Messages, id)
	if err != nil {
		return nil, err
	}
	return MessageOf(r), nil
}

// FindMessageByKey finds what that person sent with that key; sql.ErrNoRows when nothing was.
func FindMessageByKey(app core.App, author, key string) (*Message, error) {
	r := &core.Record{}
	if key == "" {
		return nil, sql.ErrNoRows
	}
	if err := app.RecordQuery(Messages).AndWhere(dbx.HashExp{"author": author, "key": key}).Limit(1).One(r); err != nil {
		return nil, err
	}
	return MessageOf(r), nil
}

func (m *Message) Conversation() string { return m.GetString("conversation") }
func (m *Message) Author() string       { return m.GetString("author") }
func (m *Message) Recipient() string    { return m.GetString("recipient") }
func (m *Message) Content() string      { return m.GetString("content") }
func (m *Message) Number() int          { return m.GetInt("number") }
func (m *Message) IsDeleted() bool      { return m.GetBool("is_deleted") }
func (m *Message) IsHidden() bool       { return m.GetBool("is_hidden") }

// IsReported reports whether a report of it waits for a moderator.
func (m *Message) IsReported() bool { return m.GetInt("open_reports_count") > 0 }

// IsRemoved reports whether the message lies in the moderators' trash. It is deleted to everybody.
func (m *Message) IsRemoved() bool { return !m.GetDateTime("removed_at").IsZero() }

// KeepRemoved puts the text of a message that is deleted where nobody of the two reads it, while a
// moderator may still want it, and back when it comes out of the trash.
func (m *Message) KeepRemoved() {
	kept := m.GetString("removed_content")
	switch {
	case m.IsDeleted() && m.Content() != "":
		if m.IsRemoved() || m.IsReported() {
			m.Set("removed_content", m.Content())
		}
		m.Set("content", "")
	case !m.IsDeleted() && kept != "":
		m.Set("content", kept)
		m.Set("removed_content", "")
	}
}

// SeesMessage reports whether v may read a message: one of the two who hasn't cleared it, unless one
// blocked the other; what moderators hid its author alone. It is the rule of schema.txt in Go.
func (v Viewer) SeesMessage(app core.App, m *Message) (bool, error) {
	switch {
	case v.Superuser:
		return true, nil
	case v.ID == "" || v.ID != m.Author() && v.ID != m.Recipient(), m.IsHidden() && v.ID != m.Author():
		return false, nil
	}
	mine, err := FindParticipant(app, m.Conversation(), v.ID)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil || mine.ClearedTo() >= m.Number() {
		return false, err
	}
	blocked, err := AreBlocked(app, m.Author(), m.Recipient())
	return !blocked, err
}

// heard is the same rule as [Viewer.SeesMessage] as a condition on the table messages; the viewer is {:viewer}.
const heard = `(messages.conversation IN (SELECT p.conversation FROM participants p WHERE p.user = {:viewer})
	AND messages.number > (SELECT p.cleared_to FROM participants p WHERE p.conversation = messages.conversation AND p.user = {:viewer})
	AND (messages.is_hidden = FALSE OR messages.author = {:viewer}) AND messages.author NOT IN ` + apart + ` AND messages.recipient NOT IN ` + apart + `)`

// seesMessageMedia reports whether v may see the media of a message: who may read it and, while a report of it
// waits, moderators.
func (v Viewer) seesMessageMedia(app core.App, id string) (bool, error) {
	m, err := FindMessage(app, id)
	if err != nil || m.IsRemoved() {
		return false, err
	}
	if v.IsStaff() && m.IsReported() {
		return true, nil
	}
	sees, err := v.SeesMessage(app, m)
	return sees && !m.IsDeleted(), err
}
