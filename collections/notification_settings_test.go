package collections

import (
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/core"
)

// settingsWith are settings without a database.
func settingsWith(values map[string]any) *NewsSettings {
	c := core.NewBaseCollection(NotificationSettings)
	for _, name := range []string{"quiet_from", "quiet_until", "time_zone", "digest"} {
		c.Fields.Add(&core.TextField{Name: name})
	}
	c.Fields.Add(&core.SelectField{Name: "push_off", Values: NewsKinds(), MaxSelect: 7})
	r := core.NewRecord(c)
	r.Load(values)
	s := &NewsSettings{}
	s.SetProxyRecord(r)
	return s
}

func at(t *testing.T, text string) time.Time {
	t.Helper()
	when, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return when
}

func TestQuietHours(t *testing.T) {
	for _, c := range []struct{ from, until, zone, now, want string }{
		{"", "", "", "2026-11-29T23:00:00Z", ""},
		{"22:00", "", "", "2026-11-29T23:00:00Z", ""},
		{"22:00", "22:00", "", "2026-11-29T23:00:00Z", ""},
		{"22:00", "07:30", "", "2026-11-29T21:59:59Z", ""},
		{"22:00", "07:30", "", "2026-11-29T22:00:00Z", "2026-11-30T07:30:00Z"},
		{"22:00", "07:30", "", "2026-11-30T07:29:59Z", "2026-11-30T07:30:00Z"},
		{"22:00", "07:30", "", "2026-11-30T07:30:00Z", ""},
		{"12:00", "13:00", "", "2026-11-30T12:15:00Z", "2026-11-30T13:00:00Z"},
		{"12:00", "13:00", "", "2026-11-30T13:00:00Z", ""},
		{"22:00", "07:00", "Asia/Seoul", "2026-11-29T14:00:00Z", "2026-11-29T22:00:00Z"}, // 23:00 in Seoul
		{"22:00", "07:00", "Asia/Seoul", "2026-11-29T23:00:00Z", ""},
		{"22:00", "07:00", "Europe/Berlin", "2026-10-24T21:00:00Z", "2026-10-25T06:00:00Z"}, // the night with an hour more
		{"22:00", "07:00", "Nowhere/At_all", "2026-11-29T23:00:00Z", "2026-11-30T07:00:00Z"},
	} {
		s := settingsWith(map[string]any{"quiet_from": c.from, "quiet_until": c.until, "time_zone": c.zone})
		until, quiet := s.Quiet(at(t, c.now), time.UTC)
		got := ""
		if quiet {
			got = until.Format(time.RFC3339)
		}
		if got != c.want {
			t.Errorf("%s to %s in %q at %s: until %q, want %q", c.from, c.until, c.zone, c.now, got, c.want)
		}
	}
}

func TestNextDigest(t *testing.T) {
	for _, c := range []struct{ how, zone, now, want string }{
		{"", "", "2026-11-29T07:00:00Z", "0001-01-01T00:00:00Z"},
		{"off", "", "2026-11-29T07:00:00Z", "0001-01-01T00:00:00Z"},
		{"daily", "", "2026-11-29T07:59:59Z", "2026-11-29T08:00:00Z"},
		{"daily", "", "2026-11-29T08:00:00Z", "2026-11-30T08:00:00Z"},
		{"daily", "Asia/Seoul", "2026-11-29T22:30:00Z", "2026-11-29T23:00:00Z"},
		{"weekly", "", "2026-11-29T07:00:00Z", "2026-11-30T08:00:00Z"}, // a Sunday
		{"weekly", "", "2026-11-30T08:00:00Z", "2026-12-07T08:00:00Z"},
	} {
		s := settingsWith(map[string]any{"digest": c.how, "time_zone": c.zone})
		if got := s.NextDigest(at(t, c.now), time.UTC).Format(time.RFC3339); got != c.want {
			t.Errorf("%s in %q at %s: %s, want %s", c.how, c.zone, c.now, got, c.want)
		}
	}
}

func TestWhoNeverChoseWantsAll(t *testing.T) {
	s := settingsWith(nil)
	for _, kind := range NewsKinds() {
		if !s.Wants(ByPush, kind) {
			t.Errorf("no %s", kind)
		}
	}
	if s := settingsWith(map[string]any{"push_off": []string{"like"}}); s.Wants(ByPush, "like") || !s.Wants(ByPush, "reply") {
		t.Error("what is off is told, or what isn't is not")
	}
}
