package present

import (
	"fmt"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
)

// Conversation is what two people write to each other, as one of them sees it.
type Conversation struct {
	ID          string    `json:"id" db:"id"`
	With        UserBrief `json:"with" db:"-"`         // the other
	LastMessage *Message  `json:"last_message" db:"-"` // null when there is none, or when it was cleared
	UnreadCount int       `json:"unread_count" db:"unread_count"`
	IsMuted     bool      `json:"is_muted" db:"is_muted"`
	MayWrite    bool      `json:"may_write" db:"may_write"`         // they follow each other, and accept messages
	ReadTo      int       `json:"read_to" db:"read_to"`             // the number of the last message that one read
	TheirReadTo int       `json:"their_read_to" db:"their_read_to"` // and the other
	ClearedTo   int       `json:"cleared_to" db:"cleared_to"`       // what was cleared for oneself
	Version     int       `json:"version" db:"version"`             // of the last change: from where to catch up, see since
	UpdatedAt   string    `json:"updated_at" db:"updated_at"`       // of the last message
}

type conversationRow struct {
	Conversation
	Last          string `db:"last"`
	OtherID       string `db:"other_id"`
	OtherUsername string `db:"other_username"`
	OtherName     string `db:"other_name"`
	OtherImage    string `db:"other_image"`
	OtherVerified bool   `db:"other_verified"`
}

// conversationColumns are the columns of conversationRow: p is the viewer's row, o the other's, users the other.
var conversationColumns = []string{
	"c.id", "c.clock AS version", "p.unread_count", "p.is_muted", "p.read_to", "p.cleared_to", "o.read_to AS their_read_to",
	"COALESCE(last.id, '') AS last", "COALESCE(last.created_at, c.created_at) AS updated_at",
	`(EXISTS (SELECT 1 FROM follows f WHERE f.follower = p.user AND f.following = o.user)
		AND EXISTS (SELECT 1 FROM follows f WHERE f.follower = o.user AND f.following = p.user)
		AND users.messages_from != 'nobody' AND me.messages_from != 'nobody') AS may_write`,
	"users.id AS other_id", "users.username AS other_username", "users.name AS other_name",
	"users.profile_image AS other_image", "users.is_verified AS other_verified",
}

// ConversationQuery selects the conversations of v that they see, to be run by [Presenter.Conversations]; with
// last IS NOT NULL those with something in them.
func ConversationQuery(app core.App, v collections.Viewer) *dbx.SelectQuery {
	return app.DB().Select(conversationColumns...).From("participants p").
		InnerJoin("conversations c", dbx.NewExp("c.id = p.conversation")).
		InnerJoin("participants o", dbx.NewExp("o.conversation = p.conversation AND o.user != p.user")).
		InnerJoin("users", dbx.NewExp("users.id = o.user")).InnerJoin("users me", dbx.NewExp("me.id = p.user")).
		LeftJoin("messages last", dbx.NewExp(`last.conversation = p.conversation AND last.number =
			(SELECT MAX(m.number) FROM messages m WHERE m.conversation = p.conversation AND m.number > p.cleared_to)`)).
		Where(dbx.HashExp{"p.user": v.ID}).AndWhere(unblocked)
}

// unblocked leaves out conversations with a block between the two.
var unblocked = dbx.NewExp("NOT EXISTS (SELECT 1 FROM blocks b WHERE b.user = p.user AND b.target = o.user) AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.user = o.user AND b.target = p.user)")

// Conversations runs a query made by [ConversationQuery] and adds the last messages.
func (p *Presenter) Conversations(app core.App, v collections.Viewer, q *dbx.SelectQuery) ([]Conversation, error) {
	var rows []conversationRow
	if err := q.All(&rows); err != nil {
		return nil, fmt.Errorf("load conversations: %w", err)
	}
	conversations, at, ids := make([]Conversation, len(rows)), map[string]*Conversation{}, []any{}
	for i, r := range rows {
		conversations[i] = r.Conversation
		c := &conversations[i]
		c.With = UserBrief{
			ID: r.OtherID, Username: r.OtherUsername, Name: r.OtherName,
			ProfileImage: fileURL(collections.Users, r.OtherID, r.OtherImage), IsVerified: r.OtherVerified,
		}
		c.UpdatedAt = Time(c.UpdatedAt)
		if r.Last != "" {
			at[c.ID] = c
			ids = append(ids, r.Last)
		}
	}
	if len(ids) == 0 {
		return conversations, nil
	}
	last, err := p.Messages(app, v, MessageQuery(app, v).Where(dbx.In("messages.id", ids...)))
	for i := range last {
		at[last[i].Conversation].LastMessage = &last[i]
	}
	return conversations, err
}

// CountUnread is how many messages v hasn't read, but those of conversations that they muted and of people whom they
// muted or with whom there is a block.
func CountUnread(app core.App, v collections.Viewer) (n int, err error) {
	q := app.DB().Select("COALESCE(SUM(p.unread_count), 0)").From("participants p").
		InnerJoin("participants o", dbx.NewExp("o.conversation = p.conversation AND o.user != p.user")).
		Where(dbx.HashExp{"p.user": v.ID, "p.is_muted": false}).AndWhere(dbx.NewExp("p.unread_count > 0")).
		AndWhere(v.Wanted("o.user")).AndWhere(unblocked)
	if err := q.Row(&n); err != nil {
		return 0, fmt.Errorf("count unread messages: %w", err)
	}
	return n, nil
}
