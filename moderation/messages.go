package moderation

import (
	"fmt"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/present"
)

// Line is one of the messages before a reported one: without them it can't be judged.
type Line struct {
	Author    present.UserBrief `json:"author"`
	Text      string            `json:"text"`
	IsDeleted bool              `json:"is_deleted"`
	CreatedAt string            `json:"created_at"`
}

// linesBefore is how many of them a moderator sees. Of everything else that two people write they see nothing.
const linesBefore = 5

// messages loads reported messages, each with the few before it. A text that its author deleted since is still there.
func (s *Service) messages(app core.App, v collections.Viewer, ids []any) (map[string]*Shown, error) {
	found, err := app.FindAllRecords(collections.Messages, dbx.In("id", ids...), dbx.HashExp{"removed_at": ""})
	if err != nil {
		return nil, err
	}
	shown := map[string]*Shown{}
	for _, r := range found {
		lines, err := before(app, collections.MessageOf(r))
		if err != nil {
			return nil, err
		}
		one := &Shown{Text: said(r), IsHidden: r.GetBool("is_hidden"), Before: lines[:len(lines)-1], Author: lines[len(lines)-1].Author}
		media, err := app.FindAllRecords(collections.Media, dbx.HashExp{"message": r.Id})
		if err != nil {
			return nil, fmt.Errorf("load the media of a reported message: %w", err)
		}
		for _, m := range media {
			one.Media = append(one.Media, s.Show.MediaOf(v, m, false))
		}
		shown[r.Id] = one
	}
	return shown, nil
}

// before are the messages of a conversation up to m, the oldest first and m the last.
func before(app core.App, m *collections.Message) ([]Line, error) {
	var found []*core.Record
	err := app.RecordQuery(collections.Messages).AndWhere(dbx.HashExp{"conversation": m.Conversation()}).
		AndWhere(dbx.NewExp("number <= {:number}", dbx.Params{"number": m.Number()})).
		OrderBy("number DESC").Limit(linesBefore + 1).All(&found)
	if err != nil {
		return nil, fmt.Errorf("load the messages before a reported one: %w", err)
	}
	briefs, err := briefsOf(app, []any{m.Author(), m.Recipient()})
	if err != nil {
		return nil, err
	}
	lines := make([]Line, len(found))
	for i, r := range found {
		line := &lines[len(found)-1-i]
		*line = Line{Text: said(r), IsDeleted: r.GetBool("is_deleted"), CreatedAt: present.Time(r.GetString("created_at"))}
		if who := briefs[r.GetString("author")]; who != nil {
			line.Author = *who
		}
	}
	return lines, nil
}

// said is the text of a message, also while it is kept for a report.
func said(r *core.Record) string {
	if kept := r.GetString("removed_content"); kept != "" {
		return kept
	}
	return r.GetString("content")
}
