package search

import (
	"strings"
	"unicode/utf8"
)

// Verbs and adjectives are known by their stem, the dictionary form without 다: 먹 for 먹었어요, 먹고 and 먹는. No
// dictionary is asked, so a stem is a guess, and a word may have several: 걸었다 is of 걸다 or 걷다. Every Hangul word's
// guesses are indexed, also a noun's; only a query that is a verb beyond doubt looks for them.

const (
	finalNieun = 4  // ㄴ
	finalDigut = 7  // ㄷ
	finalBieup = 17 // ㅂ
	finalSiot  = 19 // ㅅ
)

// Vowels by their place in Unicode's order.
const (
	vowelA, vowelAe, vowelEo, vowelYeo, vowelO, vowelWa, vowelWae, vowelOe, vowelU, vowelWeo, vowelEu, vowelI = 0, 1, 4, 6, 8, 9, 10, 11, 13, 14, 18, 20
)

// verbEndings are what follows a stem as it is. sure ones are no ends of nouns.
var verbEndings = composeVerbEndings()

func composeVerbEndings() map[string]bool {
	table := map[string]bool{}
	for sure, words := range map[bool]string{
		true: "습니다 습니까 는데 는데요 는다 지만 면서 으면서 으니까 니까 거나 도록 려고 으려고 으러 네요 더니 더라 더라고요 길래 " +
			"겠다 겠어요 겠습니다 고서 고는 다가 자마자 는지 던데 잖아 잖아요",
		false: "다 고 는 지 게 네 니 던 자 기 면 으면 은 러 나",
	} {
		for w := range strings.FieldsSeq(words) {
			table[w] = sure
		}
	}
	return table
}

// longestVerbEnding is in syllables.
const longestVerbEnding = 4

// verbsOf guesses the stems of the verb that word may be a form of. sure says that it is a verb.
func verbsOf(word string) (stems []string, sure bool) {
	syllables := []rune(word)
	n := len(syllables)
	if n < 2 || n > 12 {
		return nil, false
	}
	ending := len(word) // where it begins
	for _, r := range syllables[max(1, n-longestVerbEnding):] {
		ending -= utf8.RuneLen(r)
	}
	for cut := max(1, n-longestVerbEnding); cut < n; cut++ {
		if stems, sure, found := verbBefore(syllables[:cut], word[ending:], n); found {
			return stems, sure
		}
		ending += utf8.RuneLen(syllables[cut])
	}
	switch finalOf(syllables[n-1]) {
	case finalSsang: // 먹었, as far as it was typed
		return pastStems(syllables), true
	case finalNieun: // 예쁜, 마신
		return []string{string(withFinal(syllables, 0))}, false
	}
	return nil, false
}

// verbBefore is verbsOf a word of n syllables that is cut into what may be a stem and what may be an ending; found says that it is one.
func verbBefore(stem []rune, tail string, n int) (stems []string, sure, found bool) {
	last := stem[len(stem)-1]
	if finalOf(last) == finalSsang && pastEndings[tail] {
		return pastStems(stem), true, true
	}
	if certain, known := verbEndings[tail]; known {
		return endedStems(stem, tail), certain || tail == "다" && (n == 2 || !isNounBeforeDa(stem)), true
	}
	if tail == "니다" && finalOf(last) == finalBieup { // 마십니다, 만듭니다
		open := withFinal(stem, 0)
		return []string{string(open), string(withFinal(open, finalRieul))}, true, true
	}
	if (tail == "요" || tail == "서" || tail == "도") && finalOf(last) == 0 {
		return pastStems(stem), tail == "요" && isContracted(last), true
	}
	return nil, false, false
}

// endedStems are the stems before an ending that stands behind them whole.
func endedStems(stem []rune, ending string) []string {
	stems := []string{string(stem)}
	if finalOf(stem[len(stem)-1]) == 0 && strings.ContainsAny(ending[:3], "는니네") { // 만드는: ㄹ fell out
		stems = append(stems, string(withFinal(stem, finalRieul)))
	}
	return stems
}

// isNounBeforeDa reports what 이다 leaves: 고양이다 is no verb.
func isNounBeforeDa(stem []rune) bool {
	return stem[len(stem)-1] == '이'
}

// isContracted reports a syllable that ends in what 아 and 어 become: 어, 셔, 와, 워, 돼, 해.
func isContracted(r rune) bool {
	switch int(r-firstSyllable) / finals % vowels {
	case vowelEo, vowelYeo, vowelWa, vowelWeo, vowelWae:
		return true
	}
	return r == '아' || r == '해'
}

// pastVowels are the vowels of stems behind which 아 or 어 leaves a vowel; any other stays.
var pastVowels = map[int][]int{
	vowelA: {vowelA, vowelEu}, vowelEo: {vowelEo, vowelEu}, vowelYeo: {vowelI, vowelYeo}, vowelWa: {vowelO}, vowelWeo: {vowelU},
	vowelAe:  {vowelAe, vowelA}, // 했 → 하
	vowelWae: {vowelOe},
}

// irregular is head, before 아 or 어 with that vowel, as it stands and with the final consonant that it may have lost.
func irregular(head []rune, vowel int) []string {
	stems := []string{string(head)}
	before := head[len(head)-1]
	switch {
	case vowel == vowelWeo || vowel == vowelWa: // 구웠 → 굽, 도왔 → 돕, 배웠 → 배우
		return append(stems, string(withFinal(head, finalBieup)))
	case finalOf(before) == finalRieul: // 걸었 → 걷
		return append(stems, string(withFinal(head, finalDigut)))
	case finalOf(before) == 0 && len(head) == 1: // 지었 → 짓
		return append(stems, string(withFinal(head, finalSiot)))
	}
	return stems
}

// pastStems undoes what the vowel of 았/었 does to a stem; the last syllable may still have the ㅆ.
func pastStems(form []rune) (stems []string) {
	n := len(form)
	head := form[:n-1]
	last := form[n-1]
	initial, vowel := int(last-firstSyllable)/finals/vowels, int(last-firstSyllable)/finals%vowels
	if initial == 11 && len(head) > 0 { // 먹|었, 구|웠: an ㅇ of its own
		stems = irregular(head, vowel)
	}
	if initial == 11 && len(stems) > 0 && (vowel == vowelA || vowel == vowelEo) {
		return stems // nothing has become one
	}
	stemVowels, changed := pastVowels[vowel]
	if !changed {
		stemVowels = []int{vowel}
	}
	for _, v := range stemVowels {
		stems = append(stems, string(head)+string(syllableOf(initial, v, 0)))
	}
	if initial == 5 && (vowel == vowelA || vowel == vowelEo) && len(head) > 0 && finalOf(head[len(head)-1]) == finalRieul { // 빨랐 → 빠르
		stems = append(stems, string(withFinal(head, 0))+"르")
	}
	return stems
}

// withFinal is word with another final consonant on its last syllable.
func withFinal(word []rune, final int) []rune {
	out := append([]rune(nil), word...)
	last := &out[len(out)-1]
	if *last >= firstSyllable && *last <= lastSyllable {
		*last += rune(final - finalOf(*last))
	}
	return out
}

func syllableOf(initial, vowel, final int) rune {
	return rune(firstSyllable + (initial*vowels+vowel)*finals + final)
}
