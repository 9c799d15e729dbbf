package demo

import (
	"math/rand/v2"
	"regexp"
	"strings"
)

// topic is one thing people make, said in two languages by people who know it.
type topic struct {
	en, ko voice
}

// voice is what a post about a topic is composed of. Details stand for themselves, so that any
// of them may follow any other. Slots like {tool} are filled from words, then from the words
// common to a language; {tool|을} adds the Korean particle that fits the word.
type voice struct {
	tags     []string // the topic's own first
	titles   []string
	openings []string
	details  []string // at least six
	blocks   []string // lists, links, quotations, code
	closings []string
	words    map[string][]string
}

// filler fills slots for one post: the same slot is the same word in its title and text.
type filler struct {
	rng    *rand.Rand
	words  []map[string][]string
	chosen map[string]string
	slot   *regexp.Regexp
	start  *regexp.Regexp
}

func newFiller(rng *rand.Rand, words ...map[string][]string) *filler {
	return &filler{
		rng:    rng,
		words:  words,
		chosen: map[string]string{},
		slot:   regexp.MustCompile(`\{([a-z]+)(?:\|([가-힣]+))?\}`),
		start:  regexp.MustCompile(`(?:^|[.!?] |\n\n)[a-z]`),
	}
}

func (f *filler) fill(text string) string {
	text = f.slot.ReplaceAllStringFunc(text, func(s string) string {
		name, particle, _ := strings.Cut(strings.Trim(s, "{}"), "|")
		word := f.word(name)
		if word == "" {
			return s // left visible, for the test to find
		}
		return word + josa(word, particle)
	})
	return f.start.ReplaceAllStringFunc(text, strings.ToUpper) // a slot may begin a sentence
}

func (f *filler) word(name string) string {
	if word, ok := f.chosen[name]; ok {
		return word
	}
	for _, words := range f.words {
		if list := words[name]; len(list) > 0 {
			f.chosen[name] = pick(f.rng, list)
			break
		}
	}
	return f.chosen[name]
}

// josa returns the form of a Korean particle, named by its form after a consonant, that fits
// after word. A syllable is 0xAC00 + (initial*21 + medial)*28 + final (Unicode, section 3.12);
// final 0 is a vowel's end, and 으로 turns to 로 after ㄹ (8) too. "" and unknown names return
// themselves.
func josa(word, particle string) string {
	afterVowel := map[string]string{"이": "가", "을": "를", "은": "는", "과": "와", "으로": "로", "이나": "나", "이라": "라"}
	short, ok := afterVowel[particle]
	if !ok {
		return particle
	}
	runes := []rune(word)
	last := runes[len(runes)-1]
	if last < '가' || last > '힣' {
		return short
	}
	final := (last - '가') % 28
	if final == 0 || final == 8 && particle == "으로" {
		return short
	}
	return particle
}

func englishWords() map[string][]string {
	return map[string][]string{
		"when":    {"This morning", "Last weekend", "On Tuesday night", "Yesterday", "Over the holidays", "On a rainy Sunday", "After work", "Before breakfast"},
		"place":   {"the corner café", "the harbour", "the old market", "a friend's garage", "the station", "the library", "the back garden", "the shared studio", "the town hall"},
		"friend":  {"my sister", "an old neighbour", "my flatmate", "a stranger", "my grandfather", "my teacher", "a colleague", "the woman next door"},
		"colour":  {"brick", "sea green", "rust", "pale blue", "moss", "plum", "slate", "sand", "cream"},
		"n":       {"three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"},
		"minutes": {"ten", "fifteen", "twenty", "twenty-five", "forty", "ninety"},
		"mood":    {"quiet", "patient", "stubborn", "cheerful", "restless", "gentle"},
	}
}

func koreanWords() map[string][]string {
	return map[string][]string{
		"when":    {"오늘 아침", "지난 주말", "화요일 밤", "어제", "연휴 동안", "비 오는 일요일", "퇴근길에", "새벽에"},
		"place":   {"성수동", "망원동", "연남동", "전주", "부산", "제주", "강릉", "을지로", "북촌", "우리 동네", "통영", "춘천"},
		"friend":  {"동생", "사촌", "룸메이트", "옆집 친구", "회사 동료", "오랜 친구", "동아리 후배", "옛 짝꿍"},
		"colour":  {"쪽빛", "황토색", "연두색", "자주색", "하늘색", "살구색", "먹색", "상아색"},
		"n":       {"세", "네", "다섯", "여섯", "일곱", "여덟", "아홉", "열"},
		"minutes": {"십", "십오", "이십", "삼십", "사십", "구십"},
		"mood":    {"조용한", "느긋한", "포근한", "고집스러운", "씩씩한", "다정한"},
	}
}

// topics returns every topic under its English tag.
func topics() map[string]topic {
	return map[string]topic{
		"illustration": illustration(),
		"film":         film(),
		"music":        music(),
		"ceramics":     ceramics(),
		"coding":       coding(),
		"gardening":    gardening(),
		"cats":         cats(),
		"cooking":      cooking(),
		"photography":  photography(),
		"knitting":     knitting(),
		"woodwork":     woodwork(),
		"books":        books(),
	}
}
