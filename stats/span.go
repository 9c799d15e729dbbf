package stats

import (
	"strconv"
	"time"
	_ "time/tzdata" // a small image has no zones of its own

	validation "github.com/pocketbase/ozzo-validation/v4"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/present"
)

// PeriodParams says how far back a series goes.
type PeriodParams struct {
	Period string `query:"period" enum:"24h,7d,30d,90d,365d" default:"30d"`
}

// SpanParams says how far back a series goes, and of which steps it is.
type SpanParams struct {
	PeriodParams
	Interval string `query:"interval" enum:"hour,day,week,month" default:"day" description:"weeks begin on Monday"`
	Zone     string `query:"tz" description:"IANA name of the time zone in which days and hours are, such as Europe/Berlin; the instance's by default"`
}

var periodDays = map[string]int{"": 30, "24h": 1, "7d": 7, "30d": 30, "90d": 90, "365d": 365}

// span is a row of intervals, the last of which holds now.
type span struct {
	interval string
	zone     *time.Location
	first    time.Time // where the first interval begins
	dates    []string  // what each is called: its first day or, of an hour, its RFC 3339 time
	at       map[time.Time]int
}

// intervals are, for each, where the one begins that holds a time, and where the next does.
var intervals = map[string]struct{ begin, next func(t time.Time) time.Time }{
	// note: subtracting, since of the hour that comes twice in autumn a clock's face tells only one
	"hour": {func(t time.Time) time.Time {
		return t.Add(-time.Duration(t.Minute())*time.Minute - time.Duration(t.Second())*time.Second - time.Duration(t.Nanosecond()))
	}, func(t time.Time) time.Time { return t.Add(time.Hour) }},
	"day":   {func(t time.Time) time.Time { return dayOf(t, 0, 0) }, func(t time.Time) time.Time { return dayOf(t, 0, 1) }},
	"week":  {func(t time.Time) time.Time { return dayOf(t, 0, -(int(t.Weekday())+6)%7) }, func(t time.Time) time.Time { return dayOf(t, 0, 7) }},
	"month": {func(t time.Time) time.Time { return dayOf(t, 0, 1-t.Day()) }, func(t time.Time) time.Time { return dayOf(t, 1, 0) }},
}

// dayOf is the first moment of the day that is so many months and days after that of t. Where clocks go forward at midnight,
// that is one o'clock.
func dayOf(t time.Time, months, days int) time.Time {
	year, month, day := t.Date()
	noon := time.Date(year, month+time.Month(months), day+days, 12, 0, 0, 0, t.Location())
	year, month, day = noon.Date()
	first := time.Date(year, month, day, 0, 0, 0, 0, t.Location())
	if first.Day() != day { // there is no midnight, and this is an hour before
		first = first.Add(time.Hour)
	}
	return first
}

// spanOf is what ?period=, ?interval= and ?tz= ask for, and adds to problems what they say wrong.
func (s *Service) spanOf(e *core.RequestEvent, problems validation.Errors) (*span, error) {
	asked := e.Request.URL.Query()
	days, known := periodDays[asked.Get("period")]
	if !known {
		problems["period"] = validation.NewError("validation_in_invalid", "Must be one of 24h, 7d, 30d, 90d, 365d.")
	}
	interval := either(asked.Get("interval"), "day")
	if _, known := intervals[interval]; !known {
		problems["interval"] = validation.NewError("validation_in_invalid", "Must be one of hour, day, week, month.")
	}
	zone := s.Zone
	if name := asked.Get("tz"); name != "" {
		var err error
		if zone, err = time.LoadLocation(name); err != nil || name == "Local" {
			problems["tz"] = validation.NewError("validation_in_invalid", "Must be the name of a time zone, such as Asia/Seoul.")
		}
	}
	if len(problems) > 0 {
		return nil, present.BadQuery(problems)
	}
	return newSpan(s.Now().In(zone), days, interval), nil
}

// newSpan ends with the interval that holds now, and begins with that of so many days before; of a single day by hours it is
// the last 24.
func newSpan(now time.Time, days int, interval string) *span {
	by := intervals[interval]
	sp := &span{interval: interval, zone: now.Location(), first: by.begin(dayOf(now, 0, 1-days)), at: map[time.Time]int{}}
	if interval == "hour" && days == 1 {
		sp.first = by.begin(now.Add(-23 * time.Hour))
	}
	layout := time.DateOnly
	if interval == "hour" {
		layout = time.RFC3339
	}
	for t := sp.first; !t.After(now); t = by.next(t) {
		sp.at[t.UTC()] = len(sp.dates)
		sp.dates = append(sp.dates, t.Format(layout))
	}
	return sp
}

// since is the first quarter of the span.
func (sp *span) since() string { return collections.Quarter(sp.first) }

// day is the first day of the span, as days are stored.
func (sp *span) day() string { return sp.first.Format(time.DateOnly) }

// index is which interval a quarter is in; false when in none.
func (sp *span) index(quarter string) (int, bool) {
	t, err := collections.ParseQuarter(quarter)
	if err != nil {
		return 0, false // never: the program writes them
	}
	if sp.interval == "hour" { // note: where clocks move by half an hour, the hours that follow begin at half past
		after := t.Sub(sp.first)
		return int(after / time.Hour), after >= 0 && int(after/time.Hour) < len(sp.dates)
	}
	i, within := sp.at[intervals[sp.interval].begin(t.In(sp.zone)).UTC()]
	return i, within
}

func either(a, b string) string {
	if a == "" {
		return b
	}
	return a
}

// flag is what ?name= says, false by default.
func flag(e *core.RequestEvent, name string, problems validation.Errors) bool {
	said := e.Request.URL.Query().Get(name)
	yes, err := strconv.ParseBool(either(said, "false"))
	if err != nil {
		problems[name] = validation.NewError("validation_invalid_bool", "Must be true or false.")
	}
	return yes
}
