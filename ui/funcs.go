package ui

import (
	"fmt"
	"hash/fnv"
	"html"
	"html/template"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"

	"madang/collections"
	"madang/i18n"
	"madang/present"
)

// funcs are what templates in a language can call.
func (s *Site) funcs(lang i18n.Lang) template.FuncMap {
	return template.FuncMap{
		"label": func(p Provider) string { return p.Label(lang) },
		"t":     func(key string, args ...any) string { return i18n.T(lang, key, args...) },
		"n":     func(key string, n int, args ...any) string { return i18n.N(lang, key, n, args...) },
		"ago":   func(t string) string { return ago(lang, t, s.Now(), s.Zone) },
		"date": func(t string) string {
			return inZone(lang, t, s.Zone, layouts{"2 Jan 2006 15:04", "2006년 1월 2일 15:04"})
		},
		"local": func(t string) string {
			return inZone(lang, t, s.Zone, layouts{localTime, localTime})
		},
		"clock":     func(t string) string { return inZone(lang, t, s.Zone, layouts{"15:04", "15:04"}) },
		"zone":      func() string { return s.Zone.String() },
		"channel":   func(by string) string { return channelName(lang, by) },
		"poster":    s.poster,
		"monthname": func(m string) string { return dateAs(lang, m+"-01", layouts{"January 2006", "2006년 1월"}) },
		"shortday":  func(d string) string { return i18n.T(lang, "calendar.short."+dateAs(lang, d, layouts{"Mon", "Mon"})) },
		"dayname":   func(d string) string { return i18n.T(lang, "calendar.long."+dateAs(lang, d, layouts{"Mon", "Mon"})) },
		"moving":    movingOf,
		"weekday":   func(d string) string { return weekday(lang, d) },
		"month":     func(t string) string { return inZone(lang, t, s.Zone, layouts{"January 2006", "2006년 1월"}) },
		"day":       func(d string) string { return day(lang, d) },
		"count":     func(n int) string { return count(lang, n) },
		"grouped":   grouped,
		"device":    func(userAgent string) string { return device(lang, userAgent) },
		"edit": func(t talk) saybox {
			return editBox(t, i18n.T(lang, "comment.edit_label"))
		},
		"dismissed": func(k string) string { return i18n.T(lang, "feeds.kind."+k) },
		"reason":    func(r string) string { return i18n.T(lang, "report.reason."+r) },
		"acted":     func(a string) string { return i18n.T(lang, "moderation.acted."+a) },
		"noticed":   func(a string) string { return i18n.T(lang, "notice."+a) },
		"about":     aboutOf,
		"kind":      func(k string) string { return i18n.T(lang, "moderation.kind."+k) },
		"reported":  reportedURL,
		"asset":     s.assets.url, "loginurl": loginURL, "userurl": userURL, "posturl": postURL, "newsurl": newsURL, "talkurl": talkURL, "badge": badge, "tagurl": tagURL, "searchurl": searchURL,
		"guideword": func(g string) string { return i18n.T(lang, "guide."+g) },
		"name":      name, "initial": initial, "hue": hue, "me": isMe, "lines": lines, "marked": marked,
		"of": of, "because": because, "dismissal": func(p *page, of, label string) dismissing { return dismissing{p, of, label} }, "nth": nth, "found": found, "talk": talkOf, "say": sayBox, "hint": hint, "most": most, "handheld": handheld, "given": given,
		"pictures": pictures, "players": players, "tall": tall,
	}
}

// item is a thing with the page it stands on. Mark and Text are its name and an excerpt
// with hits marked, in search results. First says that it is the first thing on its page.
type item struct {
	Page       *page
	It         any
	Mark, Text template.HTML
	Why        string // it is recommended
	First      bool
}

func of(p *page, it any) item { return item{Page: p, It: it} }

// dismissing is a form that keeps something out of what is recommended.
type dismissing struct {
	Page      *page
	Of, Label string // the address of the thing
}

// because is of for something that is recommended.
func because(p *page, it any, why Reason) item { return item{Page: p, It: it, Why: why.Text} }

// nth is of for the thing at index i of a list.
func nth(p *page, i int, it any) item { return item{Page: p, It: it, First: i == 0} }

func found(p *page, it any, highlights map[string]string) item {
	return item{Page: p, It: it, Mark: marked(highlights["title"]), Text: marked(highlights["content"])}
}

// marked trusts a highlight of package search: all in it is escaped but <mark>.
func marked(highlight string) template.HTML {
	return template.HTML(highlight) //nolint:gosec // escaped where it was made
}

func hint(f field, text string) field { f.Hint = text; return f }
func most(n int, f field) field       { f.Max = n; return f }

// given is a field with what it holds before somebody types.
func given(value string, f field) field {
	if f.Value == "" {
		f.Value = value
	}
	return f
}

func isMe(p *page, id string) bool { return p.Me != nil && p.Me.ID == id }

// brief is the person in whatever shape.
func brief(who any) present.UserBrief {
	switch u := who.(type) {
	case present.UserBrief:
		return u
	case *present.UserBrief:
		return *u
	case present.User:
		return u.UserBrief
	case *present.User:
		return u.UserBrief
	}
	return present.UserBrief{}
}

func name(who any) string {
	u := brief(who)
	if u.Name != "" {
		return u.Name
	}
	return u.Username
}

// initial stands in for a picture.
func initial(who any) string {
	for _, r := range name(who) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return string(unicode.ToUpper(r))
		}
	}
	return "·"
}

// hue is one of six colours, the same for a person every time.
func hue(id string) uint32 {
	h := fnv.New32a()
	h.Write([]byte(id)) //nolint:errcheck // never fails
	return h.Sum32() % 6
}

func userURL(who any) string { return "/@" + brief(who).Username }

func tagURL(tag string) string { return "/tags/" + url.PathEscape(tag) }

func searchURL(query, kind string) string {
	q := url.Values{"q": {query}}
	if kind != "posts" {
		q.Set("type", kind)
	}
	return "/search?" + q.Encode()
}

// lines is plain text as HTML that keeps its line breaks.
func lines(text string) template.HTML {
	return template.HTML(strings.ReplaceAll(html.EscapeString(text), "\n", "<br>")) //nolint:gosec // escaped here
}

func pictures(all []present.Media) []present.Media { return ofKind(all, true) }
func players(all []present.Media) []present.Media  { return ofKind(all, false) }

func ofKind(all []present.Media, images bool) (some []present.Media) {
	for _, m := range all {
		if (m.MediaType == collections.Image) == images {
			some = append(some, m)
		}
	}
	return some
}

// poster is what a film shows before it plays; "" when it has none, and its first frame does.
func (s *Site) poster(m present.Media) string {
	if m.Placeholder == s.Tile {
		return ""
	}
	return m.ThumbnailURL
}

// tall is a picture or film that would be higher than a screen at the width of a page.
func tall(m present.Media) bool { return m.Height > m.Width }

func parseTime(t string) (time.Time, bool) {
	at, err := time.Parse(time.RFC3339Nano, t)
	return at, err == nil
}

// ago is how long ago t was: minutes, hours, days, then a date.
func ago(lang i18n.Lang, t string, now time.Time, zone *time.Location) string {
	at, ok := parseTime(t)
	if !ok {
		return ""
	}
	passed := now.Sub(at)
	switch {
	case passed < time.Minute:
		return i18n.T(lang, "time.now")
	case passed < time.Hour:
		return i18n.T(lang, "time.minutes", int(passed.Minutes()))
	case passed < 24*time.Hour:
		return i18n.T(lang, "time.hours", int(passed.Hours()))
	case passed < 7*24*time.Hour:
		return i18n.N(lang, "time.days", int(passed.Hours()/24))
	case at.In(zone).Year() == now.In(zone).Year():
		return inZone(lang, t, zone, layouts{"2 Jan", "1월 2일"})
	}
	return inZone(lang, t, zone, layouts{"2 Jan 2006", "2006년 1월 2일"})
}

// layouts are how a time is written in the two languages.
type layouts struct{ english, korean string }

func inZone(lang i18n.Lang, t string, zone *time.Location, as layouts) string {
	at, ok := parseTime(t)
	if !ok {
		return ""
	}
	if lang == i18n.Korean {
		return at.In(zone).Format(as.korean)
	}
	return at.In(zone).Format(as.english)
}

// day is a date without its year.
func day(lang i18n.Lang, date string) string {
	return dateAs(lang, date, layouts{"2 Jan", "1월 2일"})
}

// dateAs is a date (2006-01-02) as the layout of a language has it.
func dateAs(lang i18n.Lang, date string, as layouts) string {
	at, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return date
	}
	if lang == i18n.Korean {
		return at.Format(as.korean)
	}
	return at.Format(as.english)
}

// weekday is a date without its year, with its day of the week.
func weekday(lang i18n.Lang, date string) string {
	at, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return date
	}
	if lang == i18n.Korean {
		return at.Format("1월 2일 ") + []string{"일", "월", "화", "수", "목", "금", "토"}[at.Weekday()] + "요일"
	}
	return at.Format("Monday, 2 January")
}

// grouped is a number as statistics show it: 1,234,567.
func grouped(n int) string {
	if n < 1000 {
		return strconv.Itoa(n)
	}
	return fmt.Sprintf("%s,%03d", grouped(n/1000), n%1000)
}

// count is a number short enough for a button: 999, 1.2K, 3.4M; 9,999, 1.2만.
func count(lang i18n.Lang, n int) string {
	steps := []struct {
		size int
		unit string
	}{{1_000_000, "M"}, {1_000, "K"}}
	if lang == i18n.Korean {
		steps[0].size, steps[0].unit, steps[1].size, steps[1].unit = 100_000_000, "억", 10_000, "만"
	}
	for _, step := range steps {
		if n >= step.size {
			short := strconv.FormatFloat(float64(n*10/step.size)/10, 'f', -1, 64)
			return short + step.unit
		}
	}
	return grouped(n)
}

// about is what a report or a decision is about, and the page of it, if it has one.
type about struct{ Kind, Path string }

func aboutOf(kind, id string) about {
	id = url.PathEscape(id) // which may be from an address that somebody made
	switch kind {
	case collections.TargetPost:
		return about{kind, "/posts/" + id}
	case collections.TargetComment:
		return about{kind, "/comments/" + id + "#c-" + id}
	}
	return about{Kind: kind}
}
