package search

import (
	"slices"
	"strings"
	"unicode"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/english"
	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"
)

// normalize is applied to text before it is indexed or queried, so that byte offsets of tokens are offsets
// into the stored text. It composes Hangul and accents (NFC) and widens half-width Kana and jamo; case and
// full-width Latin stay as typed, because highlights show this text: fold takes them away per term.
func normalize(s string) string {
	if strings.IndexFunc(s, mayNormalize) < 0 {
		return s
	}
	if strings.IndexFunc(s, isHalfWidth) >= 0 {
		s = strings.Map(func(r rune) rune {
			if wide := width.LookupRune(r).Wide(); isHalfWidth(r) && wide != 0 {
				return wide
			}
			return r
		}, s)
	}
	return norm.NFC.String(strings.ToValidUTF8(s, "\uFFFD"))
}

// mayNormalize is false for what most text is made of, which is valid, composed and composes with nothing else that is:
// Latin letters, syllables, Han, Kana, and the usual punctuation.
func mayNormalize(r rune) bool { return r >= firstMark && (r < 0x2010 || r > 0x2027) && mayFold(r) }

// firstMark is the first character that composes with one before it (U+0300).
const firstMark = 0x300

func isHalfWidth(r rune) bool { return r >= 0xFF61 && r <= 0xFFDC }

// KeyOf is what two queries that differ in case, width and space alone have in common.
func KeyOf(query string) string { return strings.Join(strings.Fields(fold(normalize(query))), " ") }

// fold makes the indexed form of a term: full-width to normal, lower case, nothing invisible.
func fold(s string) string {
	if isPlainASCII(s) {
		return strings.ToLower(s)
	}
	if strings.IndexFunc(s, mayFold) < 0 {
		return s
	}
	s = strings.Map(func(r rune) rune {
		if isInvisible(r) {
			return -1
		}
		return unicode.ToLower(unicode.ToUpper(r)) // both: ς and σ, ſ and s, K and k meet
	}, width.Fold.String(s))
	return norm.NFC.String(s)
}

// mayFold is false for what most text here is made of and has no other form: syllables, Han, Kana.
func mayFold(r rune) bool {
	switch {
	case r >= firstSyllable && r <= lastSyllable, r >= 0x3041 && r <= 0x3096, r >= 0x30A1 && r <= 0x30FA, r >= 0x4E00 && r <= 0x9FFF:
		return false
	}
	return true
}

func isPlainASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// isInvisible reports what no reader sees and so no term keeps: joiners, variation selectors, skin tones.
func isInvisible(r rune) bool {
	return unicode.Is(unicode.Cf, r) || r >= 0xFE00 && r <= 0xFE0F || r == 0x20E3 || isSkinTone(r)
}

// withoutAccents takes the marks off Latin letters, which many type without them: café is cafe, Ríos rios. Other
// alphabets have marks that make another letter: й, ガ.
func withoutAccents(s string) string {
	if isPlainASCII(s) {
		return s
	}
	latin := false
	return norm.NFC.String(strings.Map(func(r rune) rune {
		if unicode.IsMark(r) && latin {
			return -1
		}
		latin = unicode.Is(unicode.Latin, r)
		return r
	}, norm.NFD.String(s)))
}

// formsOf is what a Hangul word is known by: the stem without particle or ending, the word itself where it has none or
// that is unsure, and the stems of the verbs that it may be a form of.
func formsOf(word string) []string {
	forms := make([]string, 0, 4)
	add := func(form string) {
		if !slices.Contains(forms, form) {
			forms = append(forms, form)
		}
	}
	stem, weak := stemOf(word)
	if weak {
		add(word)
	}
	add(stem)
	verbs, _ := verbsOf(word)
	for _, v := range verbs {
		add(v)
	}
	return forms
}

// stemEnglish takes English endings off a folded word (Porter's second stemmer, snowballstem.org).
func stemEnglish(word string) string {
	env := snowballstem.NewEnv(word)
	english.Stem(env)
	return env.Current()
}

// placed is a term and where it stands in its text.
type placed struct {
	term string
	span
}

// analyzed cuts text of any mixture of scripts into terms with exact byte offsets.
func analyzed(text string) []placed {
	return analyzedFor(text, func(byte) bool { return true })
}

// analyzedFor is analyzed, but that it stems only those English words whose first letter is wanted:
// stemming, which no first letter is changed by, takes the most time.
func analyzedFor(text string, wanted func(first byte) bool) []placed {
	out := make([]placed, 0, len(text)/4)
	scan(text, func(r run) {
		r.each(func(s span) {
			term := r.term(s)
			if r.class == letter && isStemmable(term) && wanted(term[0]) {
				term = stemEnglish(term)
			}
			out = append(out, placed{term, s})
		})
	})
	return out
}
