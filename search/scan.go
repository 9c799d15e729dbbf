package search

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// class says how a stretch of text is cut into terms.
type class uint8

const (
	separator class = iota // spaces, punctuation: between terms
	hangul                 // syllables: bigrams
	jamo                   // ㅋㅋ, ㅠㅠ: bigrams, apart from syllables so 고양이ㅋㅋ ends in 고양이
	cjk                    // Han and Kana: bigrams
	letter                 // any other alphabet: whole words
	digit                  // whole numbers
	emoji                  // one term per picture
)

// run is a longest stretch of one class. cuts are the byte offsets of its characters, plus its end;
// a character takes its combining marks and joiners with it.
type run struct {
	class class
	text  string // the whole text, not only the run
	cuts  []int
}

type span struct{ start, end int }

func (r run) start() int  { return r.cuts[0] }
func (r run) end() int    { return r.cuts[len(r.cuts)-1] }
func (r run) length() int { return len(r.cuts) - 1 }
func (r run) whole() span { return span{r.start(), r.end()} }

// bigrams reports whether the run's script has words that are not set apart by spaces.
func (r run) bigrams() bool { return r.class == hangul || r.class == jamo || r.class == cjk }

// each hands over the stretches that become terms: overlapping pairs, or a single character that stands alone;
// emoji one by one; else the whole run.
func (r run) each(use func(span)) {
	size := r.length() // characters per term
	switch {
	case r.bigrams():
		size = min(2, r.length())
	case r.class == emoji:
		size = 1
	}
	for i := 0; i+size <= r.length(); i++ {
		use(span{r.cuts[i], r.cuts[i+size]})
	}
}

// term is the indexed form of a stretch, without the accents of Latin letters. English possessives and apostrophes go:
// cat’s → cat, don't → dont.
func (r run) term(s span) string {
	if r.class == hangul && r.isPlain() {
		return r.text[s.start:s.end]
	}
	t := fold(r.text[s.start:s.end])
	if r.class != letter {
		return t
	}
	t = strings.ReplaceAll(withoutAccents(t), "’", "'")
	t = strings.TrimSuffix(t, "'s")
	return strings.ReplaceAll(t, "'", "")
}

// isPlain reports, of a run of Hangul, that none of its syllables has a mark or anything invisible with it.
func (r run) isPlain() bool { return r.end()-r.start() == syllableBytes*r.length() }

// syllableBytes is how many a syllable has in UTF-8.
const syllableBytes = 3

// isStemmable reports whether a term of letters may be an English word. Two letters have no ending to lose.
func isStemmable(term string) bool { return len(term) > 2 && isPlainASCII(term) }

// scan walks the text once and hands over its runs in order. The run's cuts are valid only during emit.
func scan(text string, emit func(run)) {
	cur := run{text: text, cuts: make([]int, 0, 64)}
	flush := func(end int) {
		if cur.class != separator {
			cur.cuts = append(cur.cuts, end)
			emit(cur)
		}
		cur.class, cur.cuts = separator, cur.cuts[:0]
	}
	for i, n := 0, 0; i < len(text); i += n {
		var r rune
		if r, n = rune(text[i]), 1; r >= utf8.RuneSelf {
			r, n = utf8.DecodeRuneInString(text[i:])
		}
		if cur.class != separator && mayJoin(r) && joins(cur, r, i, n) {
			continue
		}
		c := classOf(r)
		if c != cur.class {
			flush(i)
			cur.class = c
		}
		if c != separator {
			cur.cuts = append(cur.cuts, i)
		}
	}
	flush(len(text))
}

// mayJoin is false for what most text is made of, which joins nothing: see joins.
func mayJoin(r rune) bool {
	if r < utf8.RuneSelf {
		return r == '\'' || r == '#' || r == '+'
	}
	return r < firstSyllable || r > lastSyllable
}

// joins reports whether r belongs to the run's last character (a mark, a joiner, the other half of a flag)
// or, in a word, is punctuation that is part of it.
func joins(cur run, r rune, at, size int) bool {
	if isInvisible(r) || unicode.IsMark(r) {
		return true
	}
	switch cur.class {
	case letter:
		return isApostrophe(r) && letterAt(cur.text, at+size) || isCodeSuffix(cur, at)
	case emoji:
		last := cur.text[cur.cuts[len(cur.cuts)-1]:at]
		return strings.HasSuffix(last, "\u200D") && isEmoji(r) || isRegional(r) && isHalfFlag(last)
	}
	return false
}

func isApostrophe(r rune) bool { return r == '\'' || r == '’' }

func letterAt(text string, at int) bool {
	r, _ := utf8.DecodeRuneInString(text[at:])
	return classOf(r) == letter
}

// isCodeSuffix keeps C#, F#, C++ and g++ whole: a one-letter word, then the sign, then no further word.
func isCodeSuffix(cur run, at int) bool {
	word := cur.text[cur.start():at]
	rest := cur.text[at:]
	signs := "#"
	if strings.HasPrefix(rest, "++") || word[len(word)-1] == '+' && rest[0] == '+' {
		signs = "+"
	} else if rest[0] != '#' {
		return false
	}
	if len(strings.TrimRight(word, "+")) != 1 || len(word) > 2 {
		return false
	}
	after, _ := utf8.DecodeRuneInString(strings.TrimLeft(rest, signs))
	return classOf(after) != letter && classOf(after) != digit
}

func isHalfFlag(s string) bool {
	r, n := utf8.DecodeRuneInString(s)
	return isRegional(r) && n == len(s)
}

func isRegional(r rune) bool { return r >= 0x1F1E6 && r <= 0x1F1FF }
func isSkinTone(r rune) bool { return r >= 0x1F3FB && r <= 0x1F3FF }

func isEmoji(r rune) bool {
	switch {
	case r >= 0x1F000:
		return unicode.Is(unicode.So, r)
	case r >= 0x2300 && r <= 0x23FF, r >= 0x2600 && r <= 0x27BF, r >= 0x2B00 && r <= 0x2BFF:
		return unicode.Is(unicode.So, r)
	}
	return false
}

func classOf(r rune) class {
	switch {
	case r < 0x80:
		return classOfASCII(r)
	case isSyllable(r):
		return hangul
	case r >= 0x3131 && r <= 0x318E:
		return jamo
	case r == 'ー', unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana):
		return cjk
	case isEmoji(r):
		return emoji
	case unicode.IsLetter(r):
		return letter
	case unicode.IsNumber(r):
		return digit
	}
	return separator
}

func classOfASCII(r rune) class {
	switch {
	case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z':
		return letter
	case '0' <= r && r <= '9':
		return digit
	}
	return separator
}
