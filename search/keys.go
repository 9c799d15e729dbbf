package search

import "strings"

// The keys of the Korean standard keyboard (두벌식, KS X 5002) that type each jamo. Words are indexed by their
// keys: a mistyped letter is then one letter of difference, half a syllable is a prefix (고ㅇ of 고양이), and what
// was typed in the other layout (rhdiddl) is the word itself.
var (
	initialKeys = strings.Split("r R s e E f a q Q t T d w W c z x v g", " ")
	vowelKeys   = strings.Split("k o i O j p u P h hk ho hl y n nj np nl b m ml l", " ")
	finalKeys   = strings.Split(" r R rt s sw sg e f fr fa fq ft fx fv fg a q qt t T d w c z x v g", " ")
	// lone jamo from U+3131 ㄱ to U+3163 ㅣ
	loneKeys = strings.Split("r R rt s sw sg e E f fr fa fq ft fx fv fg a q Q qt t T d w W c z x v g "+
		"k o i O j p u P h hk ho hl y n nj np nl b m ml l", " ")
)

const (
	vowels        = 21
	firstLone     = 0x3131
	lastLone      = 0x3163
	lastLoneFinal = 0x314E // ㅎ; vowels follow
)

// keysOf is what one types for a word of Hangul; what isn't Hangul stays.
func keysOf(word string) string {
	var b strings.Builder
	b.Grow(len(word))
	for _, r := range word {
		switch {
		case r >= firstSyllable && r <= lastSyllable:
			n := int(r - firstSyllable)
			b.WriteString(initialKeys[n/finals/vowels])
			b.WriteString(vowelKeys[n/finals%vowels])
			b.WriteString(finalKeys[n%finals])
		case r >= firstLone && r <= lastLone:
			b.WriteString(loneKeys[r-firstLone])
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// initialsOf is the keys of the initial consonants of a word: rdd for 고양이 and for ㄱㅇㅇ.
func initialsOf(word string) string {
	var b strings.Builder
	for _, r := range word {
		switch {
		case r >= firstSyllable && r <= lastSyllable:
			b.WriteString(initialKeys[int(r-firstSyllable)/finals/vowels])
		case r >= firstLone && r <= lastLoneFinal:
			b.WriteString(loneKeys[r-firstLone])
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// areInitials reports a word of nothing but consonants, at least two: ㄱㅇㅇ.
func areInitials(word string) bool {
	n := 0
	for _, r := range word {
		if r < firstLone || r > lastLoneFinal {
			return false
		}
		n++
	}
	return n >= 2
}

// otherLayout is the word that the same keys give in the other layout: 안녕 for dkssud, hello for ㅗ디ㅣㅐ. It is false
// where they give none: Latin letters have to make whole syllables, and Hangul is only taken for Latin letters when
// it holds a jamo alone, as nobody writes words.
func otherLayout(word string) (string, bool) {
	if isPlainASCII(word) {
		return composed(word)
	}
	alone := false
	for _, r := range word {
		switch {
		case r >= firstLone && r <= lastLone:
			alone = true
		case r < firstSyllable || r > lastSyllable:
			return "", false
		}
	}
	if !alone || areInitials(word) && len([]rune(word)) < 4 { // ㅋㅋ, ㄱㅇㅇ
		return "", false
	}
	return strings.ToLower(keysOf(word)), true
}

// composed is what an input method makes of keys, when that is whole syllables only.
func composed(keys string) (string, bool) {
	var b strings.Builder
	rest := keysAsTyped(keys)
	for rest != "" {
		initial, vowel, final, n := syllableAt(rest)
		if n == 0 {
			return "", false
		}
		b.WriteRune(rune(firstSyllable + (initial*vowels+vowel)*finals + final))
		rest = rest[n:]
	}
	return b.String(), b.Len() > 0
}

// keysAsTyped drops the shift where it makes no difference: Rhdiddl begins a sentence.
func keysAsTyped(keys string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' && !strings.ContainsRune("RETQWOP", r) {
			return r + 'a' - 'A'
		}
		return r
	}, keys)
}

// syllableAt reads one syllable off the start of keys, as many of them as an input method would; n is 0 for none.
func syllableAt(keys string) (initial, vowel, final, n int) {
	initial = indexOf(initialKeys, keys[:1])
	if initial < 0 || len(keys) < 2 {
		return 0, 0, 0, 0
	}
	vowel, n = longestAt(vowelKeys, keys[1:])
	if n == 0 {
		return 0, 0, 0, 0
	}
	n++
	for size := min(2, len(keys)-n); size > 0; size-- {
		f := indexOf(finalKeys, keys[n:n+size])
		next := keys[n+size:]
		if f > 0 && (next == "" || indexOf(vowelKeys, next[:1]) < 0) {
			return initial, vowel, f, n + size
		}
	}
	return initial, vowel, 0, n
}

func longestAt(table []string, keys string) (index, n int) {
	for size := min(2, len(keys)); size > 0; size-- {
		if i := indexOf(table, keys[:size]); i >= 0 {
			return i, size
		}
	}
	return 0, 0
}

func indexOf(table []string, keys string) int {
	for i, k := range table {
		if k == keys && k != "" {
			return i
		}
	}
	return -1
}
