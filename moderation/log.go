package moderation

import (
	"fmt"
	"net/http"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/present"
)

// UndoFor is how long what a moderator did can be undone, and how long the trash keeps.
const UndoFor = 7 * 24 * time.Hour

// Entry is what somebody did, as staff sees it.
type Entry struct {
	ID          string             `json:"id"`
	Action      string             `json:"action" enum:"dismiss,approve,hide,remove,warn,suspend,undo,auto_hide,hold"`
	TargetType  string             `json:"target_type" enum:"post,comment,user,media,message"`
	TargetID    string             `json:"target_id"`
	Moderator   *present.UserBrief `json:"moderator"` // null: a superuser, or the program by itself
	Subject     *present.UserBrief `json:"subject"`   // whose it is
	Note        string             `json:"note"`
	Until       string             `json:"until"`        // of a suspension
	Undoes      string             `json:"undoes"`       // the entry that this one undid
	UndoneBy    string             `json:"undone_by"`    // the entry that undid this one
	UndoneUntil string             `json:"undone_until"` // until when it can be undone; "" when it can't
	CreatedAt   string             `json:"created_at"`
}

// LogParams are the query parameters of GET /api/moderation/log.
type LogParams struct {
	present.PageParams
	TargetID string `query:"target_id" description:"only what was done to this"`
}

// Log answers GET /api/moderation/log: what was done, the newest first.
func (s *Service) Log(e *core.RequestEvent) error {
	page, err := present.ParsePage(e.Request)
	if err != nil {
		return err
	}
	list, err := s.Entries(e.App, page, e.Request.URL.Query().Get("target_id"))
	if err != nil {
		return present.Failure(err)
	}
	return e.JSON(http.StatusOK, list)
}

// Entries is a page of the log, or of what was done to one target.
func (s *Service) Entries(app core.App, page present.Page, target string) (present.List[Entry], error) {
	q := app.RecordQuery(collections.ModerationLog)
	if target != "" {
		q.AndWhere(dbx.HashExp{"target_id": target})
	}
	order := []present.Key{{Column: "moderation_log.created_at", Desc: true}, {Column: "moderation_log.id", Desc: true}}
	load := func(q *dbx.SelectQuery) ([]Entry, error) {
		var records []*core.Record
		if err := q.All(&records); err != nil {
			return nil, fmt.Errorf("load the log: %w", err)
		}
		return s.entries(app, records)
	}
	return present.Paginate(page, q, order, load, func(e Entry) []any { return []any{present.Stored(e.CreatedAt), e.ID} })
}

// entry is one of them.
func (s *Service) entry(app core.App, r *core.Record) (Entry, error) {
	entries, err := s.entries(app, []*core.Record{r})
	if err != nil {
		return Entry{}, err
	}
	return entries[0], nil
}

func (s *Service) entries(app core.App, records []*core.Record) ([]Entry, error) {
	ids, people := make([]any, len(records)), []any{}
	for i, r := range records {
		ids[i] = r.Id
		people = append(people, r.GetString("moderator"), r.GetString("subject"))
	}
	briefs, err := briefsOf(app, people)
	if err != nil {
		return nil, err
	}
	undos, err := app.FindAllRecords(collections.ModerationLog, dbx.In("undoes", ids...))
	if err != nil {
		return nil, fmt.Errorf("look for what was undone: %w", err)
	}
	undone := map[string]string{}
	for _, u := range undos {
		undone[u.GetString("undoes")] = u.Id
	}
	entries := make([]Entry, len(records))
	for i, r := range records {
		l := collections.LogEntryOf(r)
		entries[i] = Entry{
			ID: l.Id, Action: l.Action(), TargetType: l.TargetType(), TargetID: l.TargetID(), Moderator: briefs[r.GetString("moderator")],
			Subject: briefs[l.Subject()], Note: r.GetString("note"), Until: present.Time(r.GetString("until")), Undoes: r.GetString("undoes"),
			UndoneBy: undone[l.Id], CreatedAt: present.Time(r.GetString("created_at")),
		}
		if end := l.GetDateTime("created_at").Time().Add(UndoFor); l.Action() != collections.Undo && entries[i].UndoneBy == "" && end.After(s.Now()) {
			entries[i].UndoneUntil = present.Time(collections.Stamp(end))
		}
	}
	return entries, nil
}

// briefsOf are people by their ids; "" and those who left are not in it.
func briefsOf(app core.App, ids []any) (map[string]*present.UserBrief, error) {
	people, err := app.FindAllRecords(collections.Users, dbx.In("id", ids...))
	if err != nil {
		return nil, fmt.Errorf("load people: %w", err)
	}
	briefs := map[string]*present.UserBrief{}
	for _, r := range people {
		brief := present.Brief(r)
		briefs[r.Id] = &brief
	}
	return briefs, nil
}
