package ui

import (
	"net/http"
	"slices"

	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/i18n"
	"madang/present"
)

const newsSettingsPath = "/settings/notifications"

// wishes are what somebody wants to hear of, as the API has it.
type wishes struct {
	BellOff    []string `json:"bell_off"`
	PushOff    []string `json:"push_off"`
	MailOff    []string `json:"mail_off"`
	QuietFrom  string   `json:"quiet_from"`
	QuietUntil string   `json:"quiet_until"`
	TimeZone   string   `json:"time_zone"`
	Digest     string   `json:"digest"`
}

// pushDevice is a browser that somebody is told on.
type pushDevice struct {
	ID         string `json:"id"`
	Device     string `json:"device"`
	Current    bool   `json:"current"`
	LastUsedAt string `json:"last_used_at"`
}

type newsSettingsMain struct {
	settingsPage
	Form    form
	Kinds   []newsKind
	Wishes  wishes
	Devices []pushDevice
}

// Often are how often a digest may come.
func (newsSettingsMain) Often() []string {
	return []string{collections.DigestOff, collections.DigestDaily, collections.DigestWeekly}
}

// newsKind is a line of the table: what it is, and by which ways it comes.
type newsKind struct {
	Name string
	By   []newsWay
}

// newsWay is a box of the table. Fixed ones can't be unchecked.
type newsWay struct {
	Channel   string
	On, Fixed bool
}

// channels are the columns of the table.
func channels() []collections.Channel {
	return []collections.Channel{collections.ByBell, collections.ByPush, collections.ByMail}
}

// newsSettings answers GET /settings/notifications.
func (s *Site) newsSettings(e *core.RequestEvent) error {
	return s.showNewsSettings(e, http.StatusOK, newsSettingsMain{}, nil)
}

// showNewsSettings shows the page, with what was typed in place of what is stored.
func (s *Site) showNewsSettings(e *core.RequestEvent, status int, main newsSettingsMain, typed *wishes) (err error) {
	if main.settingsPage, err = s.settingsOf(e, "notifications"); err != nil {
		return err
	}
	if main.Wishes, err = ask[wishes](e, s.do.NotificationSettings, "", nothing{}); err != nil {
		return err
	}
	if typed != nil {
		main.Wishes = *typed
	}
	main.Kinds = main.Wishes.kinds()
	devices, err := ask[present.List[pushDevice]](e, s.do.PushDevices, "", nothing{})
	if err != nil {
		return err
	}
	main.Devices = devices.Results
	return s.showSettings(e, status, "news_settings", "news.title", main)
}

func (w wishes) kinds() (rows []newsKind) {
	off := map[collections.Channel][]string{collections.ByBell: w.BellOff, collections.ByPush: w.PushOff, collections.ByMail: w.MailOff}
	for _, kind := range collections.NewsKinds() {
		row := newsKind{Name: kind}
		for _, by := range channels() {
			row.By = append(row.By, newsWay{string(by), !slices.Contains(off[by], kind), by == collections.ByBell && kind == "moderation"})
		}
		rows = append(rows, row)
	}
	return rows
}

// saveNewsSettings answers POST /settings/notifications. What the form lacks stays as it is: it names the kinds that it has
// boxes of.
func (s *Site) saveNewsSettings(e *core.RequestEvent) error {
	w, err := ask[wishes](e, s.do.NotificationSettings, "", nothing{})
	if err != nil {
		return err
	}
	main := newsSettingsMain{Form: typed(e, "quiet_from", "quiet_until", "time_zone", "digest")}
	for name, to := range map[string]*string{"quiet_from": &w.QuietFrom, "quiet_until": &w.QuietUntil, "time_zone": &w.TimeZone, "digest": &w.Digest} {
		if e.Request.PostForm.Has(name) {
			*to = main.Form.Value(name)
		}
	}
	for by, off := range map[collections.Channel]*[]string{collections.ByBell: &w.BellOff, collections.ByPush: &w.PushOff, collections.ByMail: &w.MailOff} {
		*off = stillOff(e.Request.PostForm["kind"], e.Request.PostForm[string(by)], *off, by)
	}
	if err = tell(e, s.do.EditNotificationSettings, "", w); err == nil {
		return done(e, newsSettingsPath, "notifications")
	}
	if err := main.Form.refuse(e, err, "quiet_from", "quiet_until", "time_zone"); err != nil {
		return err
	}
	return s.showNewsSettings(e, http.StatusBadRequest, main, &w)
}

// stillOff are the kinds that don't come by a way after a form that has some of them, of which it wants wanted.
func stillOff(has, wanted, before []string, by collections.Channel) []string {
	off := []string{}
	for _, kind := range collections.NewsKinds() {
		was := slices.Contains(before, kind)
		if slices.Contains(has, kind) && (by != collections.ByBell || kind != "moderation") {
			was = !slices.Contains(wanted, kind)
		}
		if was {
			off = append(off, kind)
		}
	}
	return off
}

// testPush answers POST /settings/notifications/test.
func (s *Site) testPush(e *core.RequestEvent) error {
	sent, err := ask[struct {
		Devices int `json:"devices"`
	}](e, s.do.TestPush, "", nothing{})
	if err != nil {
		return err
	}
	if sent.Devices == 0 {
		return done(e, newsSettingsPath, "push_nowhere")
	}
	return done(e, newsSettingsPath, "push_tested")
}

// removeDevice answers POST /settings/notifications/devices/{id}/remove.
func (s *Site) removeDevice(e *core.RequestEvent) error {
	if err := tell(e, s.do.Unsubscribe, e.Request.PathValue("id"), nothing{}); err != nil {
		return err
	}
	return done(e, newsSettingsPath, "push_removed")
}

// channelName is what a way is called.
func channelName(lang i18n.Lang, by string) string { return i18n.T(lang, "news.by."+by) }
