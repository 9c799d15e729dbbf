package collections

import (
	"fmt"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
)

// Conversations is the collection of what two people write to each other, one for each pair.
const Conversations = "conversations"

// Conversation is a typed view of a record of [Conversations].
type Conversation struct{ core.BaseRecordProxy }

// ConversationOf wraps r.
func ConversationOf(r *core.Record) *Conversation {
	c := &Conversation{}
	c.SetProxyRecord(r)
	return c
}

// FindConversation finds the conversation with that id; sql.ErrNoRows when there is none.
func FindConversation(app core.App, id string) (*Conversation, error) {
	r, err := app.FindRecordById(Conversations, id)
	if err != nil {
		return nil, err
	}
	return ConversationOf(r), nil
}

// FindConversationOf finds the conversation of two people; sql.ErrNoRows when they have none.
func FindConversationOf(app core.App, one, other string) (*Conversation, error) {
	r := &core.Record{}
	pair := dbx.HashExp{"first": min(one, other), "second": max(one, other)}
	if err := app.RecordQuery(Conversations).AndWhere(pair).Limit(1).One(r); err != nil {
		return nil, err
	}
	return ConversationOf(r), nil
}

func (c *Conversation) First() string  { return c.GetString("first") }
func (c *Conversation) Second() string { return c.GetString("second") }

// Has reports whether that person is one of the two.
func (c *Conversation) Has(person string) bool {
	return person != "" && (c.First() == person || c.Second() == person)
}

// Other is the other of the two.
func (c *Conversation) Other(person string) string {
	if c.First() == person {
		return c.Second()
	}
	return c.First()
}

// Clock is the number of the last message or change; it only ever grows.
func (c *Conversation) Clock() int { return c.GetInt("clock") }

// Tick moves the clock of a conversation, in the transaction of tx, and returns what it says then.
func Tick(tx core.App, conversation string) (clock int, err error) {
	err = tx.DB().NewQuery("UPDATE conversations SET clock = clock + 1 WHERE id = {:id} RETURNING clock").
		Bind(dbx.Params{"id": conversation}).Row(&clock)
	if err != nil {
		return 0, fmt.Errorf("move the clock of a conversation: %w", err)
	}
	return clock, nil
}

// SeesConversation reports whether v is one of the two, and neither blocked the other. It is the
// rule of schema.txt in Go.
func (v Viewer) SeesConversation(app core.App, c *Conversation) (bool, error) {
	if v.Superuser {
		return true, nil
	}
	if !c.Has(v.ID) {
		return false, nil
	}
	blocked, err := AreBlocked(app, c.First(), c.Second())
	return !blocked, err
}

// apart selects whom {:viewer} blocked, and who blocked them.
const apart = `(SELECT b.user FROM blocks b WHERE b.target = {:viewer} UNION ALL SELECT b.target FROM blocks b WHERE b.user = {:viewer})`

// ours is the same rule as [Viewer.SeesConversation] as a condition on the table conversations; the viewer is {:viewer}.
const ours = `((conversations.first = {:viewer} AND conversations.second NOT IN ` + apart + `) OR (conversations.second = {:viewer} AND conversations.first NOT IN ` + apart + `))`

// AreBlocked reports whether one of two people blocked the other.
func AreBlocked(app core.App, one, other string) (bool, error) {
	blocked, err := Exists(app, BlockPairs, one, other)
	if err != nil || blocked {
		return blocked, err
	}
	return Exists(app, BlockPairs, other, one)
}
