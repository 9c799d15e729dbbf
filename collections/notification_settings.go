package collections

import (
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
)

// NotificationSettings is the collection of what people want to hear of and how; who wants what is usual has no row.
const NotificationSettings = "notification_settings"

// Channel is a way by which news reach somebody.
type Channel string

// Channels of news.
const (
	ByBell Channel = "bell" // on the pages and in the API's list
	ByPush Channel = "push" // on their devices, at once
	ByMail Channel = "mail" // in the mail that gathers what wasn't read
)

// NewsKinds are the kinds of notifications, in the order in which people read them.
func NewsKinds() []string {
	return []string{"like", "comment", "reply", "follow", "mention", "message", "moderation"}
}

// How often a digest comes.
const (
	DigestOff    = "off"
	DigestDaily  = "daily"
	DigestWeekly = "weekly"
)

// NewsSettings is a typed view of a record of [NotificationSettings].
type NewsSettings struct{ core.BaseRecordProxy }

// NewsSettingsOf are somebody's; a new record with what is usual when they never chose.
func NewsSettingsOf(app core.App, person string) (*NewsSettings, error) {
	r := &core.Record{}
	err := app.RecordQuery(NotificationSettings).AndWhere(dbx.HashExp{"user": person}).Limit(1).One(r)
	if errors.Is(err, sql.ErrNoRows) {
		if r, err = New(app, NotificationSettings); err == nil {
			r.Set("user", person)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("read what somebody wants to hear of: %w", err)
	}
	s := &NewsSettings{}
	s.SetProxyRecord(r)
	return s, nil
}

// Wants reports whether news of a kind may come by that way.
func (s *NewsSettings) Wants(by Channel, kind string) bool {
	return !slices.Contains(s.GetStringSlice(string(by)+"_off"), kind)
}

// Digest is how often the mail comes that gathers news.
func (s *NewsSettings) Digest() string {
	if how := s.GetString("digest"); how != "" {
		return how
	}
	return DigestOff
}

// Zone is theirs, or that of the place.
func (s *NewsSettings) Zone(ofPlace *time.Location) *time.Location {
	if name := s.GetString("time_zone"); name != "" {
		if zone, err := time.LoadLocation(name); err == nil {
			return zone
		}
	}
	return ofPlace
}

// Quiet reports whether push waits at the time now, and until when. The hours may go over midnight; they are of the
// clock on the wall, so that the nights on which it is moved are as long as people sleep.
func (s *NewsSettings) Quiet(now time.Time, ofPlace *time.Location) (until time.Time, quiet bool) {
	from, errFrom := time.Parse("15:04", s.GetString("quiet_from"))
	to, errTo := time.Parse("15:04", s.GetString("quiet_until"))
	if errFrom != nil || errTo != nil || from.Equal(to) {
		return time.Time{}, false
	}
	here := now.In(s.Zone(ofPlace))
	at := func(day int, hour time.Time) time.Time {
		return time.Date(here.Year(), here.Month(), here.Day()+day, hour.Hour(), hour.Minute(), 0, 0, here.Location())
	}
	for _, day := range []int{-1, 0} { // the hours that began yesterday, and those of today
		begin, end := at(day, from), at(day, to)
		if !from.Before(to) {
			end = at(day+1, to)
		}
		if !here.Before(begin) && here.Before(end) {
			return end.UTC(), true
		}
	}
	return time.Time{}, false
}

// digestHour is when digests go out, on the receiver's clock; the weekly ones on Mondays.
const digestHour = 8

// NextDigest is when the next digest after now goes out; zero when none does.
func (s *NewsSettings) NextDigest(now time.Time, ofPlace *time.Location) time.Time {
	how := s.Digest()
	if how == DigestOff {
		return time.Time{}
	}
	here := now.In(s.Zone(ofPlace))
	for day := 0; ; day++ {
		at := time.Date(here.Year(), here.Month(), here.Day()+day, digestHour, 0, 0, 0, here.Location())
		if at.After(now) && (how == DigestDaily || at.Weekday() == time.Monday) {
			return at.UTC()
		}
	}
}
