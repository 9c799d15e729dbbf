package demo

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestPeopleAreThirtyWithDistinctNames(t *testing.T) {
	people := People()
	if len(people) != 30 {
		t.Fatalf("%d people", len(people))
	}
	first := []string{people[0].Username, people[1].Username, people[2].Username, people[3].Username}
	if !slices.Equal(first, []string{"ada", "bob", "minji", "junho"}) {
		t.Errorf("the first four are %v", first)
	}
	username := regexp.MustCompile(`^[a-z0-9_.]{3,30}$`)
	usernames, names, roles, locales := map[string]int{}, map[string]int{}, map[string]int{}, map[string]int{}
	for _, p := range people {
		usernames[p.Username]++
		names[p.Name]++
		roles[p.Role]++
		locales[p.Locale]++
		if !username.MatchString(p.Username) || p.Name == "" || p.Bio == "" || utf8.RuneCountInString(p.Bio) > 500 {
			t.Errorf("unusable: %+v", p)
		}
		for _, topic := range p.writes {
			if _, ok := topics()[topic]; !ok {
				t.Errorf("%s writes about %s, which nobody taught them", p.Username, topic)
			}
		}
	}
	if len(usernames) != 30 || len(names) != 30 {
		t.Errorf("%d usernames, %d names, want 30 of each", len(usernames), len(names))
	}
	if roles["moderator"] != 1 || roles["admin"] != 1 || roles["member"]+roles["premium"]+roles["creator"] != 28 {
		t.Errorf("roles: %v", roles)
	}
	if locales[Korean] != 15 || locales[English] != 15 {
		t.Errorf("locales: %v", locales)
	}
}

func TestPostsAreWhatPeopleWouldRead(t *testing.T) {
	slot := regexp.MustCompile(`\{[a-z]+(\|[가-힣]+)?\}`)
	twice := regexp.MustCompile(`\b[Aa] [aeio]| {2,}|\.\.| ,`)
	for i, p := range Posts() {
		words := len(strings.Fields(p.Content))
		if words < 30 || words > 200 {
			t.Errorf("post %d has %d words:\n%s", i, words, p.Content)
		}
		if p.Title == "" || utf8.RuneCountInString(p.Title) > 100 {
			t.Errorf("post %d: title %q", i, p.Title)
		}
		prose := regexp.MustCompile("(?s)```.*?```").ReplaceAllString(p.Content, "")
		if found := slot.FindString(p.Title + p.Content); found != "" {
			t.Errorf("post %d: slot %s is empty", i, found)
		}
		if found := twice.FindString(strings.ReplaceAll(p.Title+"\n"+prose, "\n\n", "\n")); found != "" {
			t.Errorf("post %d: %q reads badly in:\n%s\n%s", i, found, p.Title, prose)
		}
		if first := []rune(p.Title)[0]; unicode.IsLower(first) {
			t.Errorf("post %d: title begins small: %q", i, p.Title)
		}
	}
}

func TestPostsHaveLanguagesAuthorsAndTags(t *testing.T) {
	people := People()
	langs, authors, titles, contents, tags := map[string]int{}, map[int]int{}, map[string]int{}, map[string]int{}, map[string]int{}
	for i, p := range Posts() {
		langs[p.Lang]++
		authors[p.Author]++
		titles[p.Title]++
		contents[p.Content]++
		if hangul := strings.ContainsFunc(p.Content, isHangul); hangul == (p.Lang == English) {
			t.Errorf("post %d says it is %s:\n%s", i, p.Lang, p.Content)
		}
		if (people[p.Author].Locale == English) != (p.Lang == English) {
			t.Errorf("post %d in %s is by %s", i, p.Lang, people[p.Author].Username)
		}
		if len(p.Tags) < 2 || len(p.Tags) > 5 || len(slices.Compact(slices.Sorted(slices.Values(p.Tags)))) != len(p.Tags) {
			t.Errorf("post %d: tags %v", i, p.Tags)
		}
		for _, tag := range p.Tags {
			tags[tag]++
			if tag != strings.ToLower(tag) || strings.ContainsAny(tag, " #,") {
				t.Errorf("post %d: tag %q", i, tag)
			}
		}
	}
	if langs[Korean]+langs[Mixed] != 150 || langs[English] != 150 || langs[Mixed] != 25 {
		t.Errorf("languages: %v", langs)
	}
	if len(authors) != len(people) {
		t.Errorf("%d of %d people wrote", len(authors), len(people))
	}
	if len(contents) != 300 || len(titles) < 200 {
		t.Errorf("%d distinct texts, %d distinct titles", len(contents), len(titles))
	}
	if tags["고양이"] < 5 || tags["사진공유"] == 0 || tags["film"] == 0 {
		t.Errorf("tags: %v", tags)
	}
}

func isHangul(r rune) bool { return unicode.Is(unicode.Hangul, r) }

func TestPostsShowMarkdown(t *testing.T) {
	all := ""
	for _, p := range Posts() {
		all += p.Content + "\n\n"
	}
	for _, piece := range []string{"\n- ", "\n1. ", "](https://example.com/", "```go\n", "```sql\n", "\n> ", "\n| ", "**"} {
		if !strings.Contains(all, piece) {
			t.Errorf("no post holds %q", piece)
		}
	}
	for _, form := range []string{"고양이가", "고양이는", "고양이를", "고양이의", "고양이도", "고양이처럼", "고양이랑"} {
		if !strings.Contains(all, form) {
			t.Errorf("no post holds %s", form)
		}
	}
}

func TestEveryDetailAndSlotOfEveryTopicFills(t *testing.T) {
	for name, topic := range topics() {
		if topic.en.tags[0] != name {
			t.Errorf("%s is filed under %s", topic.en.tags[0], name)
		}
		for _, v := range []voice{topic.en, topic.ko} {
			if len(v.tags) < 4 || len(v.titles) < 6 || len(v.openings) < 5 || len(v.details) < 9 || len(v.blocks) < 3 || len(v.closings) < 4 {
				t.Errorf("%s is short of text", v.tags[0])
			}
			common := englishWords()
			if strings.ContainsFunc(v.tags[0], isHangul) {
				common = koreanWords()
			}
			text := strings.Join(slices.Concat(v.titles, v.openings, v.details, v.blocks, v.closings), "\n")
			f := newFiller(nil, v.words, common)
			for _, slot := range f.slot.FindAllStringSubmatch(text, -1) {
				if v.words[slot[1]] == nil && common[slot[1]] == nil {
					t.Errorf("%s: nothing fills %s", v.tags[0], slot[0])
				}
				if slot[2] != "" && josa("가", slot[2]) == slot[2] {
					t.Errorf("%s: unknown particle in %s", v.tags[0], slot[0])
				}
			}
		}
	}
}

func TestTextIsTheSameEveryTime(t *testing.T) {
	a, b := Posts(), Posts()
	if !reflect.DeepEqual(a, b) {
		t.Error("two calls of Posts differ")
	}
	a[0].Tags[0] = "changed"
	if Posts()[0].Tags[0] == "changed" || b[0].Tags[0] == "changed" {
		t.Error("calls share memory")
	}
}

func TestComments(t *testing.T) {
	seen, korean := map[string]bool{}, 0
	for _, c := range Comments() {
		if seen[c] {
			t.Errorf("twice: %s", c)
		}
		seen[c] = true
		if utf8.RuneCountInString(c) > 200 || strings.TrimSpace(c) != c || c == "" {
			t.Errorf("unusable: %q", c)
		}
		if strings.ContainsFunc(c, isHangul) {
			korean++
		}
	}
	if len(seen) < 80 || korean < 40 || len(seen)-korean < 40 {
		t.Errorf("%d comments, %d Korean", len(seen), korean)
	}
}

func TestJosa(t *testing.T) {
	for _, c := range []struct{ word, particle, want string }{
		{"고양이", "이", "가"}, {"구름", "이", "이"}, {"두부", "을", "를"}, {"벤치", "은", "는"},
		{"붓펜", "으로", "으로"}, {"목탄", "과", "과"}, {"과슈", "과", "와"}, {"연필", "으로", "로"},
		{"부산", "으로", "으로"}, {"제주", "으로", "로"}, {"두부", "이라", "라"}, {"구름", "이라", "이라"},
		{"SQLite", "을", "를"}, {"책", "", ""}, {"책", "만", "만"},
	} {
		if got := josa(c.word, c.particle); got != c.want {
			t.Errorf("josa(%s, %s) = %s, want %s", c.word, c.particle, got, c.want)
		}
	}
}
