package ui

import (
	"net/http"
	"strconv"

	"github.com/pocketbase/pocketbase/core"

	"madang/i18n"
	"madang/present"
)

const notificationsPath = "/notifications"

type notificationsMain struct {
	Unread bool // only what is unread is shown
	News   news
}

type news struct {
	present.List[present.Notification]
	UnreadCount int `json:"unread_count"`
}

// notifications answers GET /notifications. What it showed as new is read from then on, unless the
// browser only fetched the page ahead.
func (s *Site) notifications(e *core.RequestEvent) error {
	main := notificationsMain{Unread: e.Request.URL.Query().Get("unread") == "1"}
	var err error
	if main.News, err = ask[news](e, s.do.Notifications, "", nothing{}); err != nil {
		return err
	}
	if err := s.show(e, http.StatusOK, "notifications", s.page(e, "notifications", i18n.T(langOf(e), "news.title"), main)); err != nil || e.Request.Header.Get("Sec-Purpose") != "" {
		return err
	}
	var shown []string
	for _, n := range main.News.Results {
		if !n.IsRead {
			shown = append(shown, n.ID)
		}
	}
	if len(shown) == 0 {
		return nil
	}
	if err := tell(e, s.do.ReadNotifications, "", map[string][]string{"ids": shown}); err != nil {
		e.App.Logger().Error("mark notifications as read", "error", err) // the page has been sent
	}
	return nil
}

// readNotifications answers POST /notifications: all are read.
func (s *Site) readNotifications(e *core.RequestEvent) error {
	if err := tell(e, s.do.ReadNotifications, "", nothing{}); err != nil {
		return err
	}
	return e.Redirect(http.StatusSeeOther, notificationsPath)
}

// newsURL is where a notification leads.
func newsURL(n present.Notification) string { return n.Path() }

// badge is a number for a small place.
func badge(n int) string {
	if n > 99 {
		return "99+"
	}
	return strconv.Itoa(n)
}
