package moderation

import (
	"net/http"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/present"
)

// Notice is what was done to somebody, as they see it: not by whom.
type Notice struct {
	ID         string `json:"id" db:"id"`
	Action     string `json:"action" db:"action" enum:"hide,auto_hide,remove,warn,suspend"`
	TargetType string `json:"target_type" db:"target_type" enum:"post,comment,user,media,message"`
	TargetID   string `json:"target_id" db:"target_id"`
	Note       string `json:"note" db:"note"`           // why
	Until      string `json:"until" db:"until"`         // of a suspension
	IsUndone   bool   `json:"is_undone" db:"is_undone"` // it is no longer so
	Appeal     string `json:"appeal" db:"appeal"`       // what they answered; "" while they may
	CreatedAt  string `json:"created_at" db:"created_at"`
}

// Notices answers GET /api/users/me/notices: what was done to the caller, the newest first.
func (s *Service) Notices(e *core.RequestEvent) error {
	page, err := present.ParsePage(e.Request)
	if err != nil {
		return err
	}
	actions := make([]any, len(appealable))
	for i, action := range appealable {
		actions[i] = action
	}
	q := e.App.DB().Select("l.id", "l.action", "l.target_type", "l.target_id", "l.note", "l.until", "l.created_at",
		"COALESCE((SELECT r.detail FROM reports r WHERE r.appeal_of = l.id), '') AS appeal",
		"EXISTS (SELECT 1 FROM moderation_log u WHERE u.undoes = l.id) AS is_undone").
		From("moderation_log l").Where(dbx.HashExp{"l.subject": e.Auth.Id}).AndWhere(dbx.In("l.action", actions...))
	order := []present.Key{{Column: "l.created_at", Desc: true}, {Column: "l.id", Desc: true}}
	list, err := present.Paginate(page, q, order, notices, func(n Notice) []any { return []any{present.Stored(n.CreatedAt), n.ID} })
	if err != nil {
		return present.Failure(err)
	}
	return e.JSON(http.StatusOK, list)
}

func notices(q *dbx.SelectQuery) ([]Notice, error) {
	rows := []Notice{}
	if err := q.All(&rows); err != nil {
		return nil, err
	}
	for i := range rows {
		rows[i].Until, rows[i].CreatedAt = present.Time(rows[i].Until), present.Time(rows[i].CreatedAt)
	}
	return rows, nil
}
