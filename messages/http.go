package messages

import (
	"database/sql"
	"net/http"
	"strconv"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/present"
)

// ListParams are the query parameters of GET /api/conversations.
type ListParams struct {
	present.PageParams
	Unread bool `query:"unread" description:"only those with something unread"`
}

// Answer is a page of conversations, with how many messages are unread in all; muted ones don't count.
type Answer struct {
	present.List[present.Conversation]
	UnreadCount int `json:"unread_count"`
}

// List answers GET /api/conversations: the caller's that have something in them, the last written in first.
func (s *Service) List(e *core.RequestEvent) error {
	page, err := present.ParsePage(e.Request)
	if err != nil {
		return err
	}
	v := collections.ViewerOf(e.Auth)
	q := present.ConversationQuery(e.App, v).AndWhere(dbx.NewExp("last.id IS NOT NULL"))
	switch e.Request.URL.Query().Get("unread") {
	case "", "0", "false":
	case "1", "true":
		q.AndWhere(dbx.NewExp("p.unread_count > 0"))
	default:
		return present.Invalid("unread", "validation_in_invalid", "Must be true or false.")
	}
	answer := Answer{}
	order := []present.Key{{Column: "last.created_at", Desc: true}, {Column: "c.id", Desc: true}}
	load := func(q *dbx.SelectQuery) ([]present.Conversation, error) { return s.Show.Conversations(e.App, v, q) }
	answer.List, err = present.Paginate(page, q, order, load, func(c present.Conversation) []any {
		return []any{present.Stored(c.UpdatedAt), c.ID}
	})
	if err != nil {
		return present.Failure(err)
	}
	if answer.UnreadCount, err = present.CountUnread(e.App, v); err != nil {
		return present.Failure(err)
	}
	return e.JSON(http.StatusOK, answer)
}

// OpenForm says with whom.
type OpenForm struct {
	User string `json:"user" form:"user" required:"true" description:"id or @username"`
}

// Open answers POST /api/conversations: the conversation with somebody to whom the caller may write, 201 when it is new.
func (s *Service) Open(e *core.RequestEvent) error {
	form := OpenForm{}
	if err := present.Bind(e, &form); err != nil {
		return err
	}
	if form.User == "" {
		return present.Invalid("user", "validation_required", "Cannot be blank.")
	}
	other, err := collections.FindUser(e.App, form.User)
	if err != nil {
		return present.Failure(err)
	}
	var c *collections.Conversation
	var created bool
	err = e.App.RunInTransaction(func(tx core.App) error {
		if err := MayWrite(tx, e.Auth.Id, other.Id); err != nil {
			return err
		}
		c, created, err = Between(tx, e.Auth.Id, other.Id)
		return err
	})
	if err != nil {
		return present.Failure(err)
	}
	return s.answer(e, c.Id, status(created))
}

// View answers GET /api/conversations/{id}.
func (s *Service) View(e *core.RequestEvent) error {
	at, err := seated(e)
	if err != nil {
		return err
	}
	return s.answer(e, at.of.Id, http.StatusOK)
}

// EditForm changes what the caller made of a conversation.
type EditForm struct {
	IsMuted *bool `json:"is_muted" form:"is_muted" description:"one is told of no message in it"`
}

// Edit answers PATCH /api/conversations/{id}.
func (s *Service) Edit(e *core.RequestEvent) error {
	form := EditForm{}
	if err := present.Bind(e, &form); err != nil {
		return err
	}
	at, err := seated(e)
	if err != nil {
		return err
	}
	if form.IsMuted != nil {
		at.mine.Set("is_muted", *form.IsMuted)
		if err := e.App.Save(at.mine); err != nil {
			return present.Failure(err)
		}
	}
	return s.answer(e, at.of.Id, http.StatusOK)
}

func (s *Service) answer(e *core.RequestEvent, id string, status int) error {
	v := collections.ViewerOf(e.Auth)
	found, err := s.Show.Conversations(e.App, v, present.ConversationQuery(e.App, v).AndWhere(dbx.HashExp{"c.id": id}))
	if err == nil && len(found) == 0 {
		err = sql.ErrNoRows
	}
	if err != nil {
		return present.Failure(err)
	}
	return e.JSON(status, found[0])
}

// MessagesParams are the query parameters of GET /api/conversations/{id}/messages.
type MessagesParams struct {
	present.PageParams
	Since string `query:"since" description:"a version: what is new or changed after it, the oldest change first, to catch up; else all, the newest first"`
}

// Messages answers GET /api/conversations/{id}/messages.
func (s *Service) Messages(e *core.RequestEvent) error {
	page, err := present.ParsePage(e.Request)
	if err != nil {
		return err
	}
	at, err := seated(e)
	if err != nil {
		return err
	}
	v := collections.ViewerOf(e.Auth)
	q := present.MessageQuery(e.App, v).Where(dbx.HashExp{"messages.conversation": at.of.Id}).
		AndWhere(dbx.NewExp("messages.number > {:cleared}", dbx.Params{"cleared": at.mine.ClearedTo()}))
	order, key := []present.Key{{Column: "messages.number", Desc: true}}, func(m present.Message) []any { return []any{m.Number} }
	if since := e.Request.URL.Query().Get("since"); since != "" {
		version, err := strconv.Atoi(since)
		if err != nil || version < 0 {
			return present.Invalid("since", "validation_invalid_value", "Must be a version of this conversation.")
		}
		q.AndWhere(dbx.NewExp("messages.version > {:since}", dbx.Params{"since": version}))
		order, key = []present.Key{{Column: "messages.version"}}, func(m present.Message) []any { return []any{m.Version} }
	}
	load := func(q *dbx.SelectQuery) ([]present.Message, error) { return s.Show.Messages(e.App, v, q) }
	list, err := present.Paginate(page, q, order, load, key)
	if err != nil {
		return present.Failure(err)
	}
	return e.JSON(http.StatusOK, list)
}
