package i18n

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// place is where an argument goes.
var place = regexp.MustCompile(`\{\d\}`)

func TestBothLanguagesSayTheSameThings(t *testing.T) {
	english, err := readTexts(English)
	if err != nil {
		t.Fatal(err)
	}
	korean, err := readTexts(Korean)
	if err != nil {
		t.Fatal(err)
	}
	for key, text := range english {
		other, there := korean[key]
		if !there {
			t.Errorf("%s is not said in Korean", key)
			continue
		}
		if text == "" || other == "" {
			t.Errorf("%s is empty", key)
		}
		if a, b := places(text), places(other); !slices.Equal(a, b) && !strings.HasSuffix(key, ".one") {
			t.Errorf("%s has the places %v in English and %v in Korean", key, a, b)
		}
		if strings.HasSuffix(key, ".one") && english[strings.TrimSuffix(key, ".one")+".other"] == "" {
			t.Errorf("%s has no .other", key)
		}
	}
	for key := range korean {
		if _, there := english[key]; !there {
			t.Errorf("%s is not said in English", key)
		}
	}
}

func places(text string) []string {
	found := place.FindAllString(text, -1)
	slices.Sort(found)
	return found
}

func TestArgumentsStandInTheirPlaces(t *testing.T) {
	for want, got := range map[string]string{
		"1 comment":         N(English, "post.n_comments", 1),
		"0 comments":        N(English, "post.n_comments", 0),
		"댓글 1개":             N(Korean, "post.n_comments", 1),
		"2026년 9월 가입":       T(Korean, "person.since", "2026년 9월"),
		"no.such.key":       T(English, "no.such.key", 1),
		"no.such.key.other": N(Korean, "no.such.key", 2),
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestALanguageWithoutTextsIsAnError(t *testing.T) {
	if _, err := readTexts("fr"); err == nil {
		t.Error("French was read")
	}
}
