package search

import (
	"strings"
	"testing"
)

// Looking around an anchor finds what looking at the whole text finds.
func TestAnchors(t *testing.T) {
	long := strings.Repeat("여러 말 and some words ", 40)
	for _, c := range []struct {
		phrase, text string
		want         bool
	}{
		{"고양이 사진", "고양이 사진", true}, {"고양이 사진", "사진 고양이", false}, {"고양이 사진", long + "고양이, 사진! " + long, true},
		{"고양이 사진", long + "고양이 " + long + " 사진", false}, {"대학교 병원", long + "서울대학교 병원에서" + long, true},
		{"Bread Recipe", long + "BREAD recipes" + long, true}, {"happy cat", "the happiness of cats, happy cats", true}, {"bread recipe", "ＢＲＥＡＤ recipe", true},
		{"고양이 사진", "고\u200b양이 사진", true}, {"a b", long + "a b", true}, {"15 16", "15 16", true}, {"one two", "one" + partBreak + "two", false},
		{"고양 고양이", "고양 고양이", true}, {"some words and some", long + "and some", true},
	} {
		terms := termsOf(c.phrase)
		got := anchorOf(terms).holds(c.text, func(part string) bool { return standTogether(terms, part) })
		if whole := standTogether(terms, c.text); got != c.want || whole != c.want {
			t.Errorf("%q in %.40q: %v, in the whole text %v", c.phrase, c.text, got, whole)
		}
	}
}
