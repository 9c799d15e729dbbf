package present

import (
	"database/sql"
	"fmt"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
)

// Message is what one person wrote to another. One that was deleted, or that its reader may not
// read, keeps its place without text and media.
type Message struct {
	ID           string    `json:"id" db:"id"`
	Conversation string    `json:"conversation" db:"conversation"`
	Author       UserBrief `json:"author" db:"-"`
	Content      string    `json:"content" db:"content"` // plain text
	Media        []Media   `json:"media" db:"-"`
	Number       int       `json:"number" db:"number"`   // grows along the conversation, not by one
	Version      int       `json:"version" db:"version"` // grows with every change; see since
	IsDeleted    bool      `json:"is_deleted" db:"is_deleted"`
	IsHidden     bool      `json:"is_hidden" db:"is_hidden"` // by moderation; only its author still reads it
	CreatedAt    string    `json:"created_at" db:"created_at"`
}

type messageRow struct {
	Message
	AuthorID       string `db:"author_id"`
	AuthorUsername string `db:"author_username"`
	AuthorName     string `db:"author_name"`
	AuthorImage    string `db:"author_image"`
	AuthorVerified bool   `db:"author_verified"`
}

// readable is whether {:me} reads a message of theirs that they haven't cleared.
const readable = "(messages.is_deleted = FALSE AND (messages.is_hidden = FALSE OR messages.author = {:me}))"

// MessageQuery selects messages with their authors, to be run by [Presenter.Messages]. Which ones v may ask for is for the
// caller to say.
func MessageQuery(app core.App, v collections.Viewer) *dbx.SelectQuery {
	return app.DB().Select("messages.id", "messages.conversation", "messages.number", "messages.version", "messages.created_at",
		"(CASE WHEN "+readable+" THEN messages.content ELSE '' END) AS content",
		"NOT "+readable+" AS is_deleted", "("+readable+" AND messages.is_hidden) AS is_hidden",
		"users.id AS author_id", "users.username AS author_username", "users.name AS author_name",
		"users.profile_image AS author_image", "users.is_verified AS author_verified").
		From(collections.Messages).InnerJoin("users", dbx.NewExp("users.id = messages.author")).Bind(dbx.Params{"me": v.ID})
}

// Messages runs a query made by [MessageQuery] and adds the media: two queries in all.
func (p *Presenter) Messages(app core.App, v collections.Viewer, q *dbx.SelectQuery) ([]Message, error) {
	var rows []messageRow
	if err := q.All(&rows); err != nil {
		return nil, fmt.Errorf("load messages: %w", err)
	}
	messages, at, ids := make([]Message, len(rows)), map[string]*Message{}, []any{}
	for i, r := range rows {
		m := &messages[i]
		*m = r.Message
		m.Author = UserBrief{
			ID: r.AuthorID, Username: r.AuthorUsername, Name: r.AuthorName,
			ProfileImage: fileURL(collections.Users, r.AuthorID, r.AuthorImage), IsVerified: r.AuthorVerified,
		}
		m.Media, m.CreatedAt = []Media{}, Time(m.CreatedAt)
		if !m.IsDeleted {
			at[m.ID] = m
			ids = append(ids, m.ID)
		}
	}
	if len(ids) == 0 {
		return messages, nil
	}
	var media []Media
	err := app.DB().Select(append([]string{"message"}, mediaColumns...)...).From(collections.Media).
		Where(dbx.In("message", ids...)).OrderBy("message", "position", "created_at").All(&media)
	if err != nil {
		return nil, fmt.Errorf("load the media of messages: %w", err)
	}
	for i := range media {
		p.finish(&media[i], v, true)
		m := at[media[i].Message]
		m.Media = append(m.Media, media[i])
	}
	return messages, nil
}

// MessageByID is one message as v, one of the two, sees it; sql.ErrNoRows when there is none.
func (p *Presenter) MessageByID(app core.App, v collections.Viewer, id string) (Message, error) {
	found, err := p.Messages(app, v, MessageQuery(app, v).Where(dbx.HashExp{"messages.id": id}))
	if err == nil && len(found) == 0 {
		err = sql.ErrNoRows
	}
	if err != nil {
		return Message{}, err
	}
	return found[0], nil
}
