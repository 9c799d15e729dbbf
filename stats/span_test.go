package stats

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"madang/collections"
)

// TestEveryQuarterIsInTheIntervalOfItsZone: whatever the zone, summer time included, each quarter of an hour since the
// beginning is in the interval that a clock there shows.
func TestEveryQuarterIsInTheIntervalOfItsZone(t *testing.T) {
	zones := []string{"Asia/Seoul", "UTC", "Asia/Kathmandu", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Chatham", "Europe/Berlin", "America/Sao_Paulo", "Africa/Cairo"}
	rapid.Check(t, func(t *rapid.T) {
		zone, err := time.LoadLocation(rapid.SampledFrom(zones).Draw(t, "zone"))
		if err != nil {
			t.Fatal(err)
		}
		now := time.Unix(rapid.Int64Range(1_600_000_000, 2_000_000_000).Draw(t, "now"), 0).In(zone)
		interval := rapid.SampledFrom([]string{"hour", "day", "week", "month"}).Draw(t, "interval")
		days := rapid.SampledFrom([]int{1, 7, 30, 90}).Draw(t, "days")
		sp := newSpan(now, days, interval)
		last := -1
		for q := sp.first; !q.After(now); q = q.Add(15 * time.Minute) {
			i, within := sp.index(collections.Quarter(q))
			if !within || i < last || i > last+1 {
				t.Fatalf("%v is in interval %d of %s after %d, %v", q, i, interval, last, within)
			}
			last = i
			layout := time.DateOnly
			if interval == "hour" {
				layout = time.RFC3339
			}
			begin, err := time.ParseInLocation(layout, sp.dates[i], zone)
			if err != nil || begin.After(q) {
				t.Fatalf("%v is in %s, %v", q, sp.dates[i], err)
			}
			if interval == "day" && q.Format(time.DateOnly) != sp.dates[i] {
				t.Fatalf("%v is on %s", q, sp.dates[i])
			}
		}
		if last != len(sp.dates)-1 {
			t.Fatalf("now is in interval %d of %d", last, len(sp.dates))
		}
	})
}

func TestNoCellIsAFormula(t *testing.T) {
	for cell, want := range map[string]string{
		"": "", "고양이": "고양이", "2026-11-29": "2026-11-29", "=1+1": "'=1+1", "+82": "'+82", "-x": "'-x", "@SUM(A1)": "'@SUM(A1)",
		" =1": "' =1", "\t=1": "'\t=1", "＝1": "'＝1", "a=b": "a=b", "\rx": "'\rx",
	} {
		if got := safeCell(cell); got != want {
			t.Errorf("%q becomes %q, want %q", cell, got, want)
		}
	}
}
