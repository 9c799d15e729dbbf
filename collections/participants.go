package collections

import (
	"fmt"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
)

// Participants is the collection of what each of two people made of their conversation.
const Participants = "participants"

// Participant is a typed view of a record of [Participants].
type Participant struct{ core.BaseRecordProxy }

// ParticipantOf wraps r.
func ParticipantOf(r *core.Record) *Participant {
	p := &Participant{}
	p.SetProxyRecord(r)
	return p
}

// FindParticipant finds what that person made of that conversation; sql.ErrNoRows when it isn't theirs.
func FindParticipant(app core.App, conversation, person string) (*Participant, error) {
	r := &core.Record{}
	err := app.RecordQuery(Participants).AndWhere(dbx.HashExp{"conversation": conversation, "user": person}).Limit(1).One(r)
	if err != nil {
		return nil, err
	}
	return ParticipantOf(r), nil
}

func (p *Participant) Conversation() string { return p.GetString("conversation") }
func (p *Participant) User() string         { return p.GetString("user") }
func (p *Participant) IsMuted() bool        { return p.GetBool("is_muted") }

// ReadTo is the number of the last message that they read, ClearedTo of the last that is gone for them.
func (p *Participant) ReadTo() int    { return p.GetInt("read_to") }
func (p *Participant) ClearedTo() int { return p.GetInt("cleared_to") }

// Unread is how many messages they haven't read.
func (p *Participant) Unread() int { return p.GetInt("unread_count") }

// unread are the messages that count as unread of the participant p.
const unread = `m.conversation = p.conversation AND m.recipient = p.user AND m.number > p.read_to AND m.is_deleted = FALSE AND m.is_hidden = FALSE`

// UnreadCounter is participants.unread_count. It depends on how far its owner read, so no single
// row moves it: [CountUnread] counts again, in the transaction of whatever changed.
var UnreadCounter = Counter{
	Table: Participants, Key: "id", Column: "unread_count", Of: Messages,
	Recount: "SELECT p.id AS key, COUNT(*) AS n FROM participants p JOIN messages m ON " + unread + " GROUP BY p.id",
}

// CountUnread counts again, in the transaction of tx, what that person hasn't read of a
// conversation, and returns how much it is; 0 when it isn't theirs. It reads no more rows than are unread.
func CountUnread(tx core.App, conversation, person string) (n int, err error) {
	var all []int
	err = tx.DB().NewQuery("UPDATE participants AS p SET unread_count = (SELECT COUNT(*) FROM messages m WHERE " + unread + ")" +
		" WHERE p.conversation = {:conversation} AND p.user = {:user} RETURNING unread_count").
		Bind(dbx.Params{"conversation": conversation, "user": person}).Column(&all)
	if err != nil {
		return 0, fmt.Errorf("count what is unread of a conversation: %w", err)
	}
	if len(all) == 1 {
		n = all[0]
	}
	return n, nil
}
