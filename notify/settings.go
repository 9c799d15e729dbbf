package notify

import (
	"net/http"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/present"
)

// Settings are what somebody wants to hear of, how, and when.
type Settings struct {
	BellOff    []string `json:"bell_off"` // kinds of notifications that the list leaves out, as in the other two
	PushOff    []string `json:"push_off"`
	MailOff    []string `json:"mail_off"`
	QuietFrom  string   `json:"quiet_from"` // as 22:00; "" when push never waits
	QuietUntil string   `json:"quiet_until"`
	TimeZone   string   `json:"time_zone"` // "" for that of the place
	Digest     string   `json:"digest" enum:"off,daily,weekly"`
}

// SettingsForm changes them. What isn't sent stays.
type SettingsForm struct {
	BellOff    *[]string `json:"bell_off" form:"bell_off" description:"kinds that the list leaves out"`
	PushOff    *[]string `json:"push_off" form:"push_off" description:"kinds that aren't pushed"`
	MailOff    *[]string `json:"mail_off" form:"mail_off" description:"kinds that the digest leaves out"`
	QuietFrom  *string   `json:"quiet_from" form:"quiet_from" description:"such as 22:00: push waits from then on; empty: never"`
	QuietUntil *string   `json:"quiet_until" form:"quiet_until" description:"such as 07:30"`
	TimeZone   *string   `json:"time_zone" form:"time_zone" maxLength:"64" description:"such as Asia/Seoul; empty: that of the place"`
	Digest     *string   `json:"digest" form:"digest" enum:"off,daily,weekly" description:"how often a mail gathers what wasn't read"`
}

// ReadSettings answers GET /api/notifications/settings.
func ReadSettings(e *core.RequestEvent) error {
	s, err := collections.NewsSettingsOf(e.App, e.Auth.Id)
	if err != nil {
		return present.Failure(err)
	}
	return e.JSON(http.StatusOK, settingsOf(s))
}

// EditSettings answers PATCH /api/notifications/settings.
func EditSettings(e *core.RequestEvent) error {
	form := SettingsForm{}
	if err := present.Bind(e, &form); err != nil {
		return err
	}
	var saved *collections.NewsSettings
	err := e.App.RunInTransaction(func(tx core.App) (err error) {
		if saved, err = collections.NewsSettingsOf(tx, e.Auth.Id); err != nil {
			return err
		}
		for field, kinds := range map[string]*[]string{"bell_off": form.BellOff, "push_off": form.PushOff, "mail_off": form.MailOff} {
			if kinds != nil {
				saved.Set(field, *kinds)
			}
		}
		for field, value := range map[string]*string{"quiet_from": form.QuietFrom, "quiet_until": form.QuietUntil, "time_zone": form.TimeZone, "digest": form.Digest} {
			if value != nil {
				saved.Set(field, *value)
			}
		}
		return tx.Save(saved.ProxyRecord())
	})
	if err != nil {
		return present.Failure(err)
	}
	return e.JSON(http.StatusOK, settingsOf(saved))
}

func settingsOf(s *collections.NewsSettings) Settings {
	kinds := func(field string) []string { return append([]string{}, s.GetStringSlice(field)...) }
	return Settings{
		BellOff: kinds("bell_off"), PushOff: kinds("push_off"), MailOff: kinds("mail_off"),
		QuietFrom: s.GetString("quiet_from"), QuietUntil: s.GetString("quiet_until"), TimeZone: s.GetString("time_zone"), Digest: s.Digest(),
	}
}

// CheckSettings refuses quiet hours with one end, and zones that there aren't.
func CheckSettings(r *core.Record) error {
	if (r.GetString("quiet_from") == "") != (r.GetString("quiet_until") == "") {
		field := "quiet_from"
		if r.GetString(field) != "" {
			field = "quiet_until"
		}
		return present.Invalid(field, "validation_required", "Cannot be blank.")
	}
	zone := r.GetString("time_zone")
	if _, err := time.LoadLocation(zone); err != nil || zone == time.Local.String() {
		return present.Invalid("time_zone", "validation_invalid_zone", "Must be the name of a time zone, such as Asia/Seoul.")
	}
	return nil
}
