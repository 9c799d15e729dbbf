package ui

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/router"

	"madang/collections"
	"madang/i18n"
	"madang/present"
)

const messagesPath = "/messages"

type conversations struct {
	present.List[present.Conversation]
	UnreadCount int `json:"unread_count"`
}

// conversations answers GET /messages: with whom the caller writes.
func (s *Site) conversations(e *core.RequestEvent) error {
	list, err := ask[conversations](e, s.do.Conversations, "", nil)
	if err != nil {
		return err
	}
	return s.show(e, http.StatusOK, "messages", s.page(e, "messages", i18n.T(langOf(e), "message.title"), list))
}

type conversationMain struct {
	With    present.UserBrief
	It      *present.Conversation // nil while they wrote nothing
	Lines   []line                // the oldest first
	Older   string                // where older ones are; "" when there are none
	Back    bool                  // these are older ones
	More    bool                  // more was changed than this says: only a new page is the truth
	Refusal string                // why the caller can't write; "" when they can
	Form    form
	Media   []present.Media // that were sent with what was refused
	Key     string          // makes a form that is sent twice one message
	Limits  string          // bytes for image, audio, video, for the script
}

// line is a message on its page.
type line struct {
	present.Message
	Path     string // of the page
	Day      string // in the instance's zone
	DayLabel string
	NewDay   bool // the first of a day
	Seen     bool // the last one of the caller's that the other read
}

// conversation answers GET /messages/{username}. What it shows of the newest is read from then on, unless the
// browser only fetched the page ahead. With since it has what changed after that version alone, for scripts.
func (s *Site) conversation(e *core.RequestEvent) error {
	main, err := s.talkWith(e)
	if err != nil {
		return err
	}
	if err := s.showTalk(e, http.StatusOK, main); err != nil || main.It == nil || main.Back || e.Request.Header.Get("Sec-Purpose") != "" {
		return err
	}
	if main.It.UnreadCount == 0 {
		return nil
	}
	if err := tell(e, s.do.ReadConversation, main.It.ID, map[string]int{"to": main.It.Version}); err != nil {
		e.App.Logger().Error("mark messages as read", "error", err) // the page has been sent
	}
	return nil
}

func (s *Site) showTalk(e *core.RequestEvent, status int, main conversationMain) error {
	main.Key = collections.NewID()
	main.Limits = fmt.Sprintf("%d %d %d", s.MaxImage, s.MaxAudio, s.MaxVideo)
	return s.show(e, status, "conversation", s.page(e, "messages", i18n.T(langOf(e), "message.with", name(main.With)), main))
}

// talkWith is the page of the conversation with the person of the path: 404 when there is none, or a block between them.
func (s *Site) talkWith(e *core.RequestEvent) (conversationMain, error) {
	main := conversationMain{}
	other, err := ask[present.User](e, s.do.Person, "@"+e.Request.PathValue("username"), nothing{})
	if err != nil {
		return main, err
	}
	main.With = other.UserBrief
	if main.Refusal, err = s.refusal(e, other.ID); err != nil {
		return main, err
	}
	it, err := ask[present.Conversation](e, s.do.Conversation, "@"+other.Username, nothing{})
	if isNotFound(err) {
		return main, nil
	}
	if err != nil {
		return main, err
	}
	main.It = &it
	q := e.Request.URL.Query()
	main.Back = q.Get("cursor") != "" || q.Get("page") != "" && q.Get("page") != "1"
	if !q.Has("cursor") && !q.Has("page") {
		q.Set("cursor", "") // older ones stay where they are while new ones arrive
		e.Request.URL.RawQuery = q.Encode()
	}
	list, err := ask[present.List[present.Message]](e, s.do.Messages, it.ID, nil)
	if err != nil {
		return main, err
	}
	switch {
	case list.Next != nil && q.Get("since") != "":
		main.More = true
	case list.Next != nil:
		main.Older = *list.Next
	}
	main.Lines = s.lines(langOf(e), list.Results, main)
	return main, nil
}

// lines are messages in the order in which they are read, each day with its name.
func (s *Site) lines(lang i18n.Lang, messages []present.Message, main conversationMain) []line {
	lines, seen := make([]line, len(messages)), -1
	for i, m := range messages {
		lines[i] = line{Message: m, Path: talkURL(main.With)}
	}
	slices.SortFunc(lines, func(a, b line) int { return a.Number - b.Number })
	for i := range lines {
		l := &lines[i]
		if at, ok := parseTime(l.CreatedAt); ok {
			l.Day = at.In(s.Zone).Format(time.DateOnly)
			l.DayLabel = dayOfTalk(lang, at.In(s.Zone), s.Now().In(s.Zone))
		}
		l.NewDay = i == 0 || lines[i-1].Day != l.Day
		if l.Author.ID != main.With.ID && l.Number <= main.It.TheirReadTo && !l.IsDeleted {
			seen = i
		}
	}
	if seen >= 0 {
		lines[seen].Seen = true
	}
	return lines
}

// dayOfTalk is the name of a day, with its year unless it is this one.
func dayOfTalk(lang i18n.Lang, at, now time.Time) string {
	if at.Year() == now.Year() {
		return weekday(lang, at.Format(time.DateOnly))
	}
	if lang == i18n.Korean {
		return at.Format("2006년 1월 2일")
	}
	return at.Format("2 January 2006")
}

// refusal is why the caller may not write to somebody, in their language; "" when they may. There is a
// page all the same: what was written before stays.
func (s *Site) refusal(e *core.RequestEvent, id string) (string, error) {
	err := s.do.MayWrite(e, id)
	if err == nil {
		return "", nil
	}
	var refusal *router.ApiError
	if !errors.As(i18n.Error(present.Failure(err), langOf(e)), &refusal) || refusal.Status != http.StatusForbidden {
		return "", err
	}
	return refusal.Message, nil
}

func isNotFound(err error) bool {
	var refusal *router.ApiError
	return errors.As(err, &refusal) && refusal.Status == http.StatusNotFound
}

// writeMessage answers POST /messages/{username}.
func (s *Site) writeMessage(e *core.RequestEvent) error {
	other := "@" + e.Request.PathValue("username")
	if _, err := ask[present.User](e, s.do.Person, other, nothing{}); err != nil {
		return err
	}
	media, err := s.receive(e)
	f := typed(e, "content", "key")
	if err == nil {
		err = tell(e, s.do.SendMessage, other, map[string]any{"content": f.Value("content"), "key": f.Value("key"), "media": media})
	}
	if err == nil {
		return e.Redirect(http.StatusSeeOther, e.Request.URL.Path+"#end")
	}
	if err := f.refuse(e, err, "content", "media", "file"); err != nil {
		return err
	}
	main, err := s.talkWith(e)
	if err != nil {
		return err
	}
	main.Form = f
	for _, id := range media {
		if m, err := ask[present.Media](e, s.do.ViewMedia, id, nothing{}); err == nil { // one that isn't the caller's is left out
			main.Media = append(main.Media, m)
		}
	}
	return s.showTalk(e, http.StatusBadRequest, main)
}

// unsend answers POST /messages/{username}/delete.
func (s *Site) unsend(e *core.RequestEvent) error {
	if err := tell(e, s.do.DeleteMessage, e.Request.PostFormValue("id"), nothing{}); err != nil {
		return err
	}
	return e.Redirect(http.StatusSeeOther, s.talkPath(e)+"#end")
}

// muteTalk answers POST /messages/{username}/mute.
func (s *Site) muteTalk(e *core.RequestEvent) error {
	on := e.Request.PostFormValue("on") == "1"
	if err := tell(e, s.do.EditConversation, "@"+e.Request.PathValue("username"), map[string]bool{"is_muted": on}); err != nil {
		return err
	}
	return e.Redirect(http.StatusSeeOther, s.talkPath(e)+"#end")
}

// clearTalk answers POST /messages/{username}/clear.
func (s *Site) clearTalk(e *core.RequestEvent) error {
	if err := tell(e, s.do.ClearConversation, "@"+e.Request.PathValue("username"), nothing{}); err != nil {
		return err
	}
	return e.Redirect(http.StatusSeeOther, messagesPath)
}

func (s *Site) talkPath(e *core.RequestEvent) string {
	return messagesPath + "/" + e.Request.PathValue("username")
}

// talkURL is the page of the conversation with somebody.
func talkURL(with any) string { return messagesPath + "/" + brief(with).Username }
