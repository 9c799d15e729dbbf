package text

import (
	"slices"
	"strings"
	"unicode"
)

// Reading is a text as a search for banned words reads it: folded letter by letter, without
// white space, Hangul taken apart into its jamo. For each letter it knows from which character
// and from which word it came, both counted from 0.
type Reading struct {
	Letters    []rune
	Characters []int
	Words      []int
}

// Read is s by its letters alone, digits being digits: how a pattern is read.
func Read(s string) Reading {
	var r Reading
	for i, word := range words(s) {
		r.add(word, i)
	}
	return r
}

// Readings are all ways to read s that differ: as it is, and where a word mixes Latin letters with
// others or with digits, with each look-alike as the Latin letter that it looks like; 1 is an i or an l.
// A word that is all Cyrillic, or a number, is what it is: Unicode calls that a whole-script
// confusable, and so is сок.
func Readings(s string) []Reading {
	found := words(s)
	readings := []Reading{Read(s)}
	for _, one := range []rune{'i', 'l'} {
		var r Reading
		mixed := mixedWords(found)
		for i, word := range found {
			if mixed[i] {
				word = strings.Map(func(c rune) rune { return latin(c, one) }, word)
			}
			r.add(word, i)
		}
		if !slices.ContainsFunc(readings, func(other Reading) bool { return slices.Equal(other.Letters, r.Letters) }) {
			readings = append(readings, r)
		}
	}
	return readings
}

// words are the folded words of s, none of them empty.
func words(s string) []string {
	var found []string
	for _, word := range strings.Fields(s) {
		if folded := Fold(word); folded != "" {
			found = append(found, folded)
		}
	}
	return found
}

// mixedWords says which words have a Latin letter; single letters in a row, as in “c 4 s 1 n 0”, are one word.
func mixedWords(found []string) []bool {
	mixed := make([]bool, len(found))
	for from, i := 0, 0; i < len(found); i++ {
		if i+1 < len(found) && single(found[i]) && single(found[i+1]) {
			continue
		}
		has := strings.ContainsFunc(strings.Join(found[from:i+1], ""), func(c rune) bool { return c >= 'a' && c <= 'z' })
		for ; from <= i; from++ {
			mixed[from] = has
		}
	}
	return mixed
}

func single(word string) bool { return len([]rune(word)) == 1 }

func (r *Reading) add(word string, number int) {
	for _, c := range word {
		character := 0
		if n := len(r.Characters); n > 0 {
			character = r.Characters[n-1] + 1
		}
		for _, letter := range jamo(c) {
			r.Letters = append(r.Letters, letter)
			r.Characters = append(r.Characters, character)
			r.Words = append(r.Words, number)
		}
	}
}

// lookAlikes are letters of other scripts, digits and signs that pass for a Latin letter in
// common typefaces. A choice from Unicode's confusables.txt (UTS #39): those that one finds on a
// keyboard, since a longer list catches more innocents than tricks.
var lookAlikes = func() map[rune]rune {
	table := map[rune]rune{}
	for _, pair := range []string{
		"аa", "вb", "сc", "ԁd", "еe", "ёe", "һh", "нh", "іi", "їi", "јj", "кk", "мm", "оo", "рp", "ԛq", "ѕs", "тt", "ѵv", "ԝw", "хx", "уy", // Cyrillic
		"αa", "βb", "εe", "ηn", "ιi", "κk", "νv", "οo", "ρp", "τt", "υu", "χx", "γy", // Greek
		"0o", "3e", "4a", "5s", "7t", "8b", "9g", "@a", "$s", "!i", "|l", "ıi", "ɡg", // digits, signs, Latin itself
	} {
		letters := []rune(pair)
		table[letters[0]] = letters[1]
	}
	return table
}()

func latin(c, one rune) rune {
	if c == '1' {
		return one
	}
	if l, is := lookAlikes[c]; is {
		return l
	}
	return c
}

// The letters of Hangul in the order of Unicode's syllables (chapter 3.12 of the standard); clusters
// of finals and diphthongs are written by their parts. Doubled letters stay one: 국가 is not 구까.
var (
	initials = strings.Split("ㄱ ㄲ ㄴ ㄷ ㄸ ㄹ ㅁ ㅂ ㅃ ㅅ ㅆ ㅇ ㅈ ㅉ ㅊ ㅋ ㅌ ㅍ ㅎ", " ")
	vowels   = strings.Split("ㅏ ㅐ ㅑ ㅒ ㅓ ㅔ ㅕ ㅖ ㅗ ㅗㅏ ㅗㅐ ㅗㅣ ㅛ ㅜ ㅜㅓ ㅜㅔ ㅜㅣ ㅠ ㅡ ㅡㅣ ㅣ", " ")
	finals   = strings.Split(" ㄱ ㄲ ㄱㅅ ㄴ ㄴㅈ ㄴㅎ ㄷ ㄹ ㄹㄱ ㄹㅁ ㄹㅂ ㄹㅅ ㄹㅌ ㄹㅍ ㄹㅎ ㅁ ㅂ ㅂㅅ ㅅ ㅆ ㅇ ㅈ ㅊ ㅋ ㅌ ㅍ ㅎ", " ")
)

// jamo is a syllable or a conjoining letter by its letters; any other character is itself.
// note: NFKC made conjoining letters of all others, ㅄ and ㅀ among them of old initials
func jamo(c rune) []rune {
	const firstSyllable, syllables = 0xAC00, 11172
	switch at := c - firstSyllable; {
	case at >= 0 && at < syllables:
		return []rune(initials[at/588] + vowels[at%588/28] + finals[at%28])
	case c >= 0x1100 && c <= 0x1112:
		return []rune(initials[c-0x1100])
	case c >= 0x1161 && c <= 0x1175:
		return []rune(vowels[c-0x1161])
	case c >= 0x11A8 && c <= 0x11C2:
		return []rune(finals[c-0x11A7])
	case c == 0x111A:
		return []rune("ㄹㅎ")
	case c == 0x1121:
		return []rune("ㅂㅅ")
	}
	return []rune{c}
}

// IsHangul reports whether a letter of a [Reading] is one of Hangul.
func IsHangul(letter rune) bool { return unicode.Is(unicode.Hangul, letter) }
