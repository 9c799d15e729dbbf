package ui

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"madang/i18n"
	"madang/present"
)

func TestAddressesOfPostsAreReadable(t *testing.T) {
	long := strings.Repeat("abcdefghi ", 12)
	for title, want := range map[string]string{
		"The shot I could not keep": "the-shot-i-could-not-keep",
		"고양이와 함께 — 일하는 법!":          "고양이와-함께-일하는-법",
		"  C++ / Go & 100%  ":       "c-go-100",
		"!!!":                       "",
		long:                        "abcdefghi-abcdefghi-abcdefghi-abcdefghi-abcdefghi-abcdefghi",
		strings.Repeat("가", 80):     strings.Repeat("가", 60),
	} {
		if got := slug(title); got != want {
			t.Errorf("slug(%q) = %q, want %q", title, got, want)
		}
	}
	p := present.Post{ID: "abcdefghij12345", Title: "A/B?#", Author: present.UserBrief{Username: "ada"}}
	if got := postURL(p); got != "/@ada/a-b-abcdefghij12345" {
		t.Errorf("postURL = %s", got)
	}
	if p.Title = "?"; postURL(p) != "/@ada/abcdefghij12345" {
		t.Errorf("postURL without words = %s", postURL(p))
	}
}

func TestThePostsIDIsAtTheEndOfItsAddress(t *testing.T) {
	for segment, want := range map[string]string{
		"abcdefghij12345": "abcdefghij12345", "slug-abcdefghij12345": "abcdefghij12345", "고양이-abcdefghij12345": "abcdefghij12345",
		"slugabcdefghij12345": "", "short": "", "slug-ABCDEFGHIJ12345": "", "slug-abcdefghij1234.": "", "": "",
	} {
		id, ok := postID(segment)
		if ok != (want != "") || ok && id != want {
			t.Errorf("postID(%q) = %q, %v", segment, id, ok)
		}
	}
}

func TestOnlyPathsOfThisSiteAreReturnedTo(t *testing.T) {
	for target, want := range map[string]string{
		"/@ada?page=2#c-1": "/@ada?page=2#c-1", "/": "/", "": "/", "//evil.example": "/", "https://evil.example/": "/",
		"/\\evil.example": "/", "javascript:alert(1)": "/", "explore": "/", "/a\r\nb": "/", "/%zz": "/",
	} {
		if got := local(target); got != want {
			t.Errorf("local(%q) = %q, want %q", target, got, want)
		}
	}
}

func TestTagsAreReadAsPeopleTypeThem(t *testing.T) {
	for typed, want := range map[string][]string{
		"#고양이 #그림":           {"#고양이", "#그림"},
		"street photo, cats": {"street photo", "cats"},
		"one、two， three":     {"one", "two", "three"},
		"street photo,":      {"street photo"},
		" , # ,":             {},
		"":                   {},
	} {
		if got := splitTags(typed); !slices.Equal(got, want) {
			t.Errorf("splitTags(%q) = %q, want %q", typed, got, want)
		}
	}
	for _, tags := range [][]string{{}, {"cats"}, {"street photo"}, {"street photo", "cats"}} {
		if got := splitTags(joinTags(tags)); !slices.Equal(got, tags) {
			t.Errorf("%q comes back as %q", tags, got)
		}
	}
}

func TestTimesAreToldAsPeopleSayThem(t *testing.T) {
	seoul := time.FixedZone("KST", 9*3600)
	now := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		before          time.Duration
		english, korean string
	}{
		{-time.Minute, "just now", "방금"},
		{30 * time.Second, "just now", "방금"},
		{59 * time.Minute, "59 min ago", "59분 전"},
		{23 * time.Hour, "23 h ago", "23시간 전"},
		{25 * time.Hour, "yesterday", "어제"},
		{6 * 24 * time.Hour, "6 days ago", "6일 전"},
		{30 * 24 * time.Hour, "26 Oct", "10월 26일"},
		{365 * 24 * time.Hour, "25 Nov 2025", "2025년 11월 25일"},
	} {
		at := now.Add(-c.before).Format(time.RFC3339)
		if got := ago(i18n.English, at, now, seoul); got != c.english {
			t.Errorf("%v ago: %q, want %q", c.before, got, c.english)
		}
		if got := ago(i18n.Korean, at, now, seoul); got != c.korean {
			t.Errorf("%v ago: %q, want %q", c.before, got, c.korean)
		}
	}
	if ago(i18n.English, "", now, seoul) != "" || inZone(i18n.Korean, "soon", seoul, layouts{}) != "" || day(i18n.English, "?") != "?" {
		t.Error("no time is told as one")
	}
}

func TestNumbersAreShort(t *testing.T) {
	for n, want := range map[int][2]string{
		0: {"0", "0"}, 999: {"999", "999"}, 1_000: {"1K", "1,000"}, 1_250: {"1.2K", "1,250"}, 9_999: {"9.9K", "9,999"},
		12_345: {"12.3K", "1.2만"}, 3_400_000: {"3.4M", "340만"}, 250_000_000: {"250M", "2.5억"},
	} {
		if e, k := count(i18n.English, n), count(i18n.Korean, n); e != want[0] || k != want[1] {
			t.Errorf("%d is %s and %s, want %v", n, e, k, want)
		}
	}
}

func TestAChartReachesFromTheFirstDayToTheLast(t *testing.T) {
	c := draw(i18n.English, "views", []point{{"2026-11-01", 0}, {"2026-11-02", 4}, {"2026-11-03", 2}})
	if c.Line != "0.0,134.0 300.0,6.0 600.0,70.0" {
		t.Errorf("the line is %s", c.Line)
	}
	if c.Total != 6 || c.Most != 4 || !strings.Contains(c.Label, "6 in all, at most 4") {
		t.Errorf("the chart says %q", c.Label)
	}
	if one := draw(i18n.Korean, "likes", []point{{"2026-11-01", 0}}); one.Line != "0.0,134.0" {
		t.Errorf("a day without anything is drawn as %s", one.Line)
	}
	if none := draw(i18n.Korean, "likes", nil); none.Line != "" {
		t.Errorf("nothing is drawn as %s", none.Line)
	}
}

func TestPeopleWithoutAPictureOrANameStillHaveAFace(t *testing.T) {
	u := present.User{UserBrief: present.UserBrief{ID: "x", Username: "_ada"}}
	if name(&u) != "_ada" || initial(u) != "A" || initial(present.UserBrief{Username: "..."}) != "·" || name("somebody") != "" {
		t.Error("no name, no face")
	}
	if a, b := hue("x"), hue("y"); a > 5 || b > 5 || a == b {
		t.Errorf("their colours are %d and %d", a, b)
	}
}

func TestDevicesAreCalledAsPeopleCallThem(t *testing.T) {
	for agent, want := range map[string][2]string{
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1": {"Safari on iPhone", "iPhone의 Safari"},
		"curl/8.5.0": {"curl", "curl"}, "Sprig/1.2 (+https://example.com)": {"Sprig", "Sprig"}, "": {"An unknown program", "알 수 없는 프로그램"},
	} {
		if e, k := device(i18n.English, agent), device(i18n.Korean, agent); e != want[0] || k != want[1] {
			t.Errorf("%q is %q and %q, want %q", agent, e, k, want)
		}
	}
	if !handheld("Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X)") || handheld("curl/8.5.0") {
		t.Error("a tablet is on a desk, or curl in a hand")
	}
}

func TestATemplateThatDoesNotParseIsReported(t *testing.T) {
	s := &Site{assets: &assets{}}
	for _, broken := range []fstest.MapFS{
		{"site/layout.html": {Data: []byte("{{")}, "site/parts/a.html": {}},
		{"site/layout.html": {}, "site/parts/a.html": {}, "site/pages/home.html": {Data: []byte("{{nonsense}}")}},
	} {
		if _, err := s.parse(broken); err == nil {
			t.Error("it was taken")
		}
	}
	if _, err := loadAssets(fstest.MapFS{}); err == nil {
		t.Error("a site without files was taken")
	}
}

func TestWhatAReportIsAboutIsOnThisSite(t *testing.T) {
	for id, want := range map[string]string{"abc": "/posts/abc", "../logout": "/posts/..%2Flogout", "x?y#z": "/posts/x%3Fy%23z"} {
		if got := aboutOf("post", id).Path; got != want {
			t.Errorf("%s leads to %s", id, got)
		}
	}
	if got := aboutOf("message", "abc").Path; got != "" {
		t.Errorf("a message has no page, but %s", got)
	}
}
