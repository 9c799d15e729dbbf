package search

import (
	"strings"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2/search/query"
)

// adjacent finds, of what all finds, the texts in which the terms stand next to each other. It reads the stored texts:
// positions in the index would take a third of its room, for phrases alone.
type adjacent struct {
	planned
	all    query.Query
	terms  []string
	anchor anchor
}

func (a adjacent) holds(s *snapshot, number uint64) (bool, error) {
	m := match{number: number}
	if err := s.read(&m, true); err != nil {
		return false, err
	}
	return a.anchor.holds(m.text, func(part string) bool { return standTogether(a.terms, part) }), nil
}

// anchor is letters that every text with the terms has as they are, so that only what is around them is cut into terms.
type anchor struct {
	letters string   // lower case; "" for none
	others  []string // of the other terms, that must be around
	reach   int      // bytes around them that the terms may take
}

// slack is how much of a text may stand between terms, in bytes, besides themselves.
const slack = 64

func anchorOf(terms []string) (a anchor) {
	for _, t := range terms {
		a.reach += len(t) + 1
		letters := t
		switch r := []rune(t); {
		case len(r) > 1 && r[0] >= firstSyllable && r[0] <= lastSyllable:
		case isPlainASCII(t) && len(t) > 3:
			letters = t[:len(t)-1] // the last of a stem may be another in the word: happi, happy
		default:
			continue
		}
		if len(letters) > len(a.letters) {
			a.letters, letters = letters, a.letters
		}
		if letters != "" {
			a.others = append(a.others, letters)
		}
	}
	a.reach += slack
	return a
}

// surrounds reports whether the letters of all other terms are in a part of a text.
func (a anchor) surrounds(part string) bool {
	for _, letters := range a.others {
		if indexFolded(part, letters) < 0 {
			return false
		}
	}
	return true
}

// holds looks where the anchor stands, in whole words around it.
func (a anchor) holds(text string, look func(part string) bool) bool {
	if a.letters == "" || strings.IndexByte(text, fullWidth) >= 0 || strings.Contains(text, invisible) || isPlainASCII(a.letters) && hasAccents(text) {
		return look(text)
	}
	for from := 0; ; {
		at := indexFolded(text[from:], a.letters)
		if at < 0 {
			return false
		}
		at += from
		start, end := max(0, at-a.reach), min(len(text), at+len(a.letters)+a.reach)
		if start > 0 {
			start = strings.LastIndexByte(text[:start], ' ') + 1
		}
		if next := strings.IndexByte(text[end:], ' '); next >= 0 {
			end += next
		} else {
			end = len(text)
		}
		if part := text[start:end]; a.surrounds(part) && look(part) {
			return true
		}
		from = at + len(a.letters)
	}
}

// Signs of texts whose letters may be written otherwise: full-width Latin, and joiners between letters.
const (
	fullWidth = 0xEF       // first byte of U+F000 to U+FFFF in UTF-8
	invisible = "\xE2\x80" // first bytes of U+2000 to U+203F
)

// hasAccents reports whether a text may have Latin letters with marks, which terms are without: by the first bytes of
// U+00C0 to U+037F and of U+1E00 to U+1EFF.
func hasAccents(text string) bool {
	for i := range len(text) {
		if b := text[i]; b >= 0xC3 && b <= 0xCD || b == 0xE1 && i+1 < len(text) && text[i+1] >= 0xB8 && text[i+1] <= 0xBB {
			return true
		}
	}
	return false
}

// indexFolded is strings.Index for a text of any case, by ASCII's rules.
func indexFolded(text, lower string) int {
	if !isPlainASCII(lower) {
		return strings.Index(text, lower)
	}
	for i := 0; i+len(lower) <= len(text); i++ {
		if text[i]|0x20 == lower[0] && strings.EqualFold(text[i:i+len(lower)], lower) {
			return i
		}
	}
	return -1
}

// standTogether reports whether the terms follow each other in text, within one of its parts.
func standTogether(terms []string, text string) bool {
	var begun []int // how many terms of each match that is under way have been seen
	found, last := false, 0
	scan(text, func(r run) {
		if found {
			return
		}
		if strings.IndexByte(text[last:r.start()], partBreak[1]) >= 0 {
			begun = begun[:0]
		}
		last = r.start()
		r.each(func(s span) {
			going := begun[:0]
			for _, seen := range append(begun, 0) {
				switch {
				case !isTermAt(r, s, terms[seen]):
				case seen+1 == len(terms):
					found = true
				default:
					going = append(going, seen+1)
				}
			}
			begun = going
		})
	})
	return found
}

// isTermAt compares without stemming words that begin otherwise.
func isTermAt(r run, s span, wanted string) bool {
	if r.class != letter {
		return r.term(s) == wanted
	}
	if first := r.text[s.start]; wanted == "" || first < utf8.RuneSelf && first|0x20 != wanted[0] {
		return false
	}
	term := r.term(s)
	if isStemmable(term) {
		term = stemEnglish(term)
	}
	return term == wanted
}
