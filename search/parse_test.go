package search

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// describe writes a parsed query down: clauses apart by spaces, alternatives by |, exclusions with -.
func (p parsed) describe() string {
	var out []string
	for _, c := range p.clauses {
		var terms []string
		for _, t := range c {
			terms = append(terms, t.describe())
		}
		out = append(out, strings.Join(terms, "|"))
	}
	for _, t := range p.excluded {
		out = append(out, "-"+t.describe())
	}
	return strings.Join(out, " ")
}

func (t term) describe() string {
	switch t.kind {
	case termPhrase:
		return fmt.Sprintf("%q", t.text)
	case termTag:
		return "tag=" + t.text
	case termAuthor:
		return "author=" + t.text
	case termHas:
		return "has=" + t.text
	case termBefore:
		return "<" + t.day.Format(time.RFC3339)
	case termAfter:
		return ">=" + t.day.Format(time.RFC3339)
	}
	return t.text
}

func TestParse(t *testing.T) {
	seoul := time.FixedZone("KST", 9*3600)
	for _, c := range []struct{ query, want string }{
		{"", ""},
		{"  \t ", ""},
		{"고양이 사진", "고양이 사진"},
		{`"고양이 사진" 서울`, `"고양이 사진" 서울`},
		{"“둥근 따옴표”", `"둥근 따옴표"`},
		{"a OR b c", "a|b c"},
		{"a OR b OR c", "a|b|c"},
		{"a or b", "a or b"},
		{"OR a", "OR a"},
		{"a OR", "a OR"},
		{"a OR OR b", "a|OR b"},
		{"a OR -b", "a OR -b"},
		{`a "OR" b`, `a "OR" b`},
		{"-강아지 고양이", "고양이 -강아지"},
		{`-"bad words" ok`, `ok -"bad words"`},
		{"-tag:Spam ok", "ok -tag=spam"},
		{"tag:고양이", "tag=고양이"},
		{"TAG:#Cat", "tag=cat"},
		{`tag:"New York" x`, "tag=new york x"},
		{"author:@Ada", "author=ada"},
		{"tag:", "tag:"},
		{`tag:""`, `tag:""`},
		{"tag:a OR tag:b", "tag=a|tag=b"},
		{"after:2026-03-01 before:2026-04-01", ">=2026-03-01T00:00:00+09:00 <2026-04-01T00:00:00+09:00"},
		{"before:soon", "before:soon"},
		{"before:2026-13-01", "before:2026-13-01"},
		{"after:0001-01-01", "after:0001-01-01"},
		{"http://x", "http://x"},
		{"has:video HAS:images has:what", "has=video has=image has:what"},
		{"type:users kim", "kim"},
		{"type:what -type:users", "type:what -type:users"},
		{"a OR type:tags", "a OR"},
		{`"unclosed phrase`, `"unclosed phrase`},
		{`tag:"unclosed x`, `tag="unclosed x`},
		{`say"hi there"`, `say"hi there"`},
		{"- -- ... !", ""},
		{"a-b", "a-b"},
		{"ＴＡＧ:x", "ＴＡＧ:x"},
	} {
		if got := parse(c.query, seoul).describe(); got != c.want {
			t.Errorf("%q: got %q, want %q", c.query, got, c.want)
		}
	}
}

func TestParseCapsLength(t *testing.T) {
	if n := len(parse(strings.Repeat("a ", 400), time.UTC).clauses); n != maxQueryTerms {
		t.Errorf("%d terms, want %d", n, maxQueryTerms)
	}
	long := parse(strings.Repeat("가", 4000), time.UTC)
	if n := len([]rune(long.clauses[0][0].text)); n != maxQueryRunes {
		t.Errorf("%d characters, want %d", n, maxQueryRunes)
	}
}

// Whatever is typed is a query: it parses, compiles both ways and yields only searchable terms.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"", "고양이 OR 강아지", `"a b" -c tag:#x author:@y before:2026-01-01`, `tag:"`, "-", "--a", `-"`, "OR OR OR",
		"after:2026-02-30", "“a” „b”", "C++ 15를 React로", "ㅋㅋ 꽃 👍🏽", "a:b:c", `x"y"z`, "\xff\xfe", "-tag:\"a b\" OR c", "갔어요",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p := parse(s, time.UTC)
		terms := len(p.excluded)
		for _, c := range p.clauses {
			terms += len(c)
			if len(c) == 0 {
				t.Fatalf("%q: empty clause", s)
			}
		}
		if terms > maxQueryTerms {
			t.Fatalf("%q: %d terms", s, terms)
		}
		for _, w := range p.words() {
			if len(termsOf(w.text)) == 0 {
				t.Fatalf("%q: %q holds nothing that is indexed", s, w.text)
			}
		}
		for l := asTyped; l <= forgiving; l++ {
			if q, _ := (&compiler{leniency: l, columns: newColumns()}).compile(p, Filter{}); q == nil {
				t.Fatalf("%q: no query", s)
			}
		}
		needlesOf(p)
	})
}
