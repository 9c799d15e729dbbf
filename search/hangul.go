package search

import (
	"strings"
	"unicode/utf8"
)

const (
	firstSyllable = 0xAC00 // 가
	lastSyllable  = 0xD7A3 // 힣
	finals        = 28     // final consonants per syllable block, the first being none
	finalRieul    = 8      // ㄹ
	finalSsang    = 20     // ㅆ, the mark of the past tense
)

// isSyllable reports composed syllables and the conjoining jamo that did not compose (old Hangul).
func isSyllable(r rune) bool {
	return r >= firstSyllable && r <= lastSyllable || r >= 0x1100 && r <= 0x11FF ||
		r >= 0xA960 && r <= 0xA97F || r >= 0xD7B0 && r <= 0xD7FF
}

// finalOf is the syllable's final consonant, 0 for none.
func finalOf(r rune) int {
	if r < firstSyllable || r > lastSyllable {
		return 0
	}
	return int(r-firstSyllable) % finals
}

// joint says after which sound a particle can stand. It keeps most words whole: 를 is a particle after a
// vowel only, 을 after a consonant only.
type joint uint8

const (
	afterAny joint = iota
	afterVowel
	afterFinal
	afterVowelOrRieul
)

func (j joint) fits(r rune) bool {
	f := finalOf(r)
	switch j {
	case afterVowel:
		return f == 0
	case afterFinal:
		return f != 0
	case afterVowelOrRieul:
		return f == 0 || f == finalRieul
	default:
		return true
	}
}

// suffix is a particle or the ending of a verb made from a noun. weak ones are also the last syllable of
// many nouns (고양이, 어린이, 대만), so a query loses them only when the word as typed finds nothing.
type suffix struct {
	joint joint
	weak  bool
}

// suffixes and pastEndings are the tables of what stemOf takes off; read only.
var (
	suffixes    = composeSuffixes()
	pastEndings = composePastEndings()
)

func composeSuffixes() map[string]suffix {
	table := map[string]suffix{}
	add := func(j joint, weak bool, words string) {
		for w := range strings.FieldsSeq(words) {
			table[w] = suffix{j, weak}
		}
	}
	// Particles whose shape depends on the sound before.
	add(afterVowel, false, "가 는 를 와 예요 였다 였어요 라고 라는 라도 라서 든지 와는 와도 와의")
	add(afterVowel, true, "야 나 고 며 다 랑")
	add(afterFinal, false, "은 을 이랑 이나 이라도 이라고 이라는 이라서 이든지 이에요 이었다 이었어요 이고 이며 이다 "+
		"으로 으로는 으로도 으로만 으로써 으로서 으로부터 과는 과도 과의")
	add(afterFinal, true, "이 아 과 이야")
	add(afterVowelOrRieul, false, "로는 로도 로만 로써 로서 로부터")
	add(afterVowelOrRieul, true, "로")
	// Particles that follow anything, and what may follow them in turn: 에서는, 까지도, 들에게.
	cases := "에 에서 에게 에게서 한테 한테서 께 께서 부터 까지 처럼 보다 마다 조차 마저 밖에 대로 만큼 끼리 들"
	for c := range strings.FieldsSeq(cases) {
		for _, more := range []string{"", "는", "도", "만", "의", "요"} {
			table[c+more] = suffix{joint: afterAny}
		}
	}
	add(afterAny, false, "뿐 입니다 이란 만이 만은 만을 만의 만으로 "+
		"들이 들은 들을 들과 들에게 들에게서 들한테 들에서 들까지 들처럼")
	add(afterAny, true, "의 도 만 인 요")
	// Endings of 하다 and 되다 verbs made from nouns: 공유했어요 → 공유.
	add(afterAny, false, "하다 한다 하는 하고 하며 하면 하게 하지 하자 하기 하려고 해요 해서 해야 합니다 "+
		"했다 했고 했던 했어요 했는데 했습니다 되다 된다 되는 되고 되면 됐다 됐어요 됩니다 됐습니다 되었다 되었습니다")
	add(afterAny, true, "한 할 해 함 된 될 됨")
	return table
}

// composePastEndings lists what follows a syllable ending in ㅆ, which stays: 먹었어요, 먹었다 → 먹었.
func composePastEndings() map[string]bool {
	table := map[string]bool{}
	for w := range strings.FieldsSeq("다 어 어요 고 고요 는데 는데요 던 지만 지 지요 죠 을 을까 을까요 으면 으니 으니까 " +
		"네 네요 나 나요 군요 구나 거든요 습니다 습니까 음 기에 다가 다고 다는 대요 더니 더라 더라고요") {
		table[w] = true
	}
	return table
}

// longStem is how many syllables make even an ambiguous cut sure: 자전거로, 카메라만. Nouns as long as that rarely end
// like a particle, and a query that loses a syllable still finds them whole.
const longStem = 3

// longestSuffix bounds the search in stemOf, in syllables.
const longestSuffix = 5

// stemOf takes the longest fitting particle or ending off a Hangul word and leaves at least two syllables,
// or one when it carries the past tense. weak reports an ambiguous cut; without a cut the word returns as it is.
func stemOf(word string) (stem string, weak bool) {
	var starts [longestSuffix]int // of the last syllables, the last one first
	n := 0
	for at := len(word); n < len(starts); n++ {
		_, size := utf8.DecodeLastRuneInString(word[:at])
		if at -= size; at <= 0 {
			break
		}
		starts[n] = at
	}
	for n--; n >= 0; n-- {
		stem, tail := word[:starts[n]], word[starts[n]:]
		before, size := utf8.DecodeLastRuneInString(stem)
		if finalOf(before) == finalSsang && pastEndings[tail] {
			return stem, false
		}
		if s, known := suffixes[tail]; known && size < len(stem) && s.joint.fits(before) {
			return stem, s.weak && utf8.RuneCountInString(stem) < longStem
		}
	}
	return word, false
}

// isParticle reports whether a whole Hangul run is what clings to a foreign word or number: React|로, 15|를.
func isParticle(word string) bool {
	_, known := suffixes[word]
	return known
}
