package search

import (
	"github.com/blevesearch/bleve/v2/search/query"
)

// Lengths from which typos are forgiven: Latin letters, and keys of Hangul, which two syllables have.
const (
	forgivingLetters = 4
	forgivingKeys    = 4
	verySure         = 7  // letters from which two typos are
	verySureKeys     = 11 // and keys
	longestGuess     = 40 // beyond which nothing is guessed
)

// lost stands for what a stem may have lost of a word without getting short: the e of bicycle.
const lost = "e"

// typosIn is how many letters, or keys, of a word may be wrong.
func typosIn(word string) int {
	length, once, twice := len(keysOf(word)), forgivingKeys, verySureKeys
	if isPlainASCII(word) {
		length, once, twice = len(word), forgivingLetters, verySure
	}
	switch {
	case length < once || length > longestGuess || len([]rune(word)) < 2:
		return 0
	case length < twice:
		return 1
	}
	return 2
}

// guesses are what a word may have been meant to be.
func (c *compiler) guesses(word string) (options []query.Query) {
	runs := runsOf(word)
	if len(runs) == 1 && runs[0].class == jamo && areInitials(word) {
		c.loosened = true
		return append(options, exact(fieldTyping, typedTerm(word), guessed))
	}
	if !areMendable(runs) {
		return nil
	}
	if options = c.split(runs[0]); len(options) > 0 {
		c.loosened = true
	}
	if typosIn(runs[0].text) > 0 && !c.isKnown(word) && c.mayBeWide(true) {
		c.loosened = true
		options = append(options, mistyped(runs[0])...)
	}
	return options
}

// aRun is a run of a word by itself.
type aRun struct {
	class class
	text  string
}

func runsOf(word string) (out []aRun) {
	scan(word, func(r run) { out = append(out, aRun{r.class, r.term(r.whole())}) })
	return out
}

// areMendable reports whether a word is one of Hangul or Latin letters, perhaps with a particle behind those.
func areMendable(runs []aRun) bool {
	if len(runs) == 0 || len(runs) > 2 || runs[0].class != hangul && runs[0].class != letter {
		return false
	}
	return len(runs) == 1 || runs[1].class == hangul && isParticle(runs[1].text)
}

// mistyped finds words near a typed one.
func mistyped(r aRun) (options []query.Query) {
	for _, form := range typedForms(r) {
		options = append(options, fuzzy(form.field, form.term, form.typos, guessed))
	}
	for _, neighbour := range swapped(r) {
		options = append(options, exact(fieldAll, neighbour, guessed))
	}
	return options
}

// typedForm is a term and how many of its letters, or keys, may be wrong.
type typedForm struct {
	termOf
	typos int
}

// typedForms are what words near a typed one are near to: the keys of Hangul, the stems of Latin words. A short stem of a
// long word forgives no more than a short word: else running would be near rain.
func typedForms(r aRun) (out []typedForm) {
	add := func(field, term string, typos int) {
		if typos > 0 {
			out = append(out, typedForm{termOf{field, term}, typos})
		}
	}
	switch {
	case r.class == hangul:
		for _, form := range nounsOf(r.text) {
			add(fieldWord, keysOf(form), typosIn(form))
		}
	case isPlainASCII(r.text):
		if stem := termsOf(r.text)[0]; len(stem) >= forgivingLetters {
			add(fieldAll, stem, min(typosIn(r.text), typosIn(stem+lost)))
		}
	}
	return out
}

// swapped are a Latin word's stems with two neighbours swapped, which is one slip of the fingers but two letters.
func swapped(r aRun) (out []string) {
	if r.class != letter || !isPlainASCII(r.text) {
		return nil
	}
	letters := []byte(r.text)
	for i := 1; i+1 < len(letters); i++ {
		letters[i], letters[i+1] = letters[i+1], letters[i]
		out = append(out, termsOf(string(letters))[0])
		letters[i], letters[i+1] = letters[i+1], letters[i]
	}
	return out
}

// nounsOf is a Hangul word, and its stem where a particle is sure.
func nounsOf(word string) []string {
	if stem, weak := stemOf(word); stem != word && !weak {
		return []string{word, stem}
	}
	return []string{word}
}

// split finds a Hangul word as two, where they were typed as one: 서울카페 in “서울의 카페”.
func (c *compiler) split(r aRun) (options []query.Query) {
	stem := nounsOf(r.text)
	syllables := []rune(stem[len(stem)-1])
	if r.class != hangul || len(syllables) > 8 {
		return nil
	}
	for at := 2; at+2 <= len(syllables); at++ {
		left, right := string(syllables[:at]), string(syllables[at:])
		options = append(options, all([]query.Query{
			sequence(fieldAll, termsOf(left), guessed), sequence(fieldAll, termsOf(right), guessed),
			exact(fieldWord, keysOf(left), guessed), exact(fieldWord, keysOf(right), guessed),
		}))
	}
	return options
}

// nearest is the word of a text that is nearest to a typed one, as far as that may be a typo and there is work left for
// looking; "" for none.
func nearest(typed, text string, w *work) (word string, typos int) {
	runs := runsOf(typed)
	if len(runs) == 0 || !w.goesOn() {
		return "", 0
	}
	limit := typosIn(runs[0].text)
	typos = limit + 1
	nouns := nounsOf(runs[0].text)
	w.spend(len(text), stepByte)
	scan(text, func(r run) {
		if r.class != runs[0].class || !w.goesOn() {
			return
		}
		whole := r.term(r.whole())
		for _, typed := range nouns {
			for _, form := range nounsOf(whole) {
				w.spend(len(typed)*len(form), stepKeys)
				if n := distance(keysOf(typed), keysOf(form), typos); n < typos {
					word, typos = form, n
				}
			}
		}
	})
	return word, typos
}

// distance is how many keys differ (optimal string alignment: a swap of neighbours is one); at least limit is limit.
func distance(a, b string, limit int) int {
	if len(a)-len(b) >= limit || len(b)-len(a) >= limit {
		return limit
	}
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(row[j-1]+1, last[j]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return min(last[len(b)], limit)
}

// meant are the words of a found text that mistyped ones may have been meant to be.
func meant(p parsed, text string, w *work) (words []string) {
	for _, t := range p.words() {
		if t.kind != termWord {
			continue
		}
		word, _ := nearest(t.text, text, w)
		if other, ok := otherLayout(t.text); ok && word == "" {
			word = other
		}
		if word != "" && fold(t.text) != word {
			words = append(words, word)
		}
	}
	return words
}
