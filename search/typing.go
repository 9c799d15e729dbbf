package search

// How much of a word's beginning is indexed, in keys and in consonants. What is typed beyond is compared with the
// words themselves.
const (
	longestBeginning = 8
	longestInitials  = 5
)

// Marks that keep beginnings of Hangul words, of their initial consonants and of Latin words apart.
const (
	typedHangul   = "."
	typedInitials = ":"
)

// typingTerms hands over the beginnings of a word: 고양이 as .r .rh .rhd … and :rd :rdd, React as r re rea ….
func typingTerms(r run, add func(string)) {
	word := r.term(r.whole())
	if r.class != hangul {
		for _, b := range beginnings(word, longestBeginning) {
			add(b)
		}
		return
	}
	for _, b := range beginnings(keysOf(word), longestBeginning) {
		add(typedHangul + b)
	}
	for _, b := range beginnings(initialsOf(word), longestInitials) {
		if len(b) > 1 { // the first consonant alone is a beginning of the word as well
			add(typedInitials + b)
		}
	}
}

// givenName is a Korean name of three or four syllables without the first, which is the family's: 민지 of 김민지.
func givenName(r run) (given run, ok bool) {
	if r.class != hangul || r.length() < 3 || r.length() > 4 {
		return run{}, false
	}
	return run{class: hangul, text: r.text, cuts: r.cuts[1:]}, true
}

// beginnings are a word's first 1, 2, … characters, at most limit of them.
func beginnings(word string, limit int) []string {
	var out []string
	for i := range word {
		if i > 0 {
			out = append(out, word[:i])
		}
		if len(out) == limit {
			return out
		}
	}
	if word == "" {
		return nil
	}
	return append(out, word)
}

// typedTerms is how a partly typed text is looked up in fieldTyping: a term for each of its words.
func typedTerms(typed string) []string {
	var out []string
	var jamoBefore string // 고 and then ㅇ: one word
	end := -1
	scan(typed, func(r run) {
		word := r.term(r.whole())
		touching := end == r.start()
		end = r.end()
		switch r.class {
		case hangul, jamo:
			if touching && jamoBefore != "" {
				word = jamoBefore + word
				out = out[:len(out)-1]
			}
			jamoBefore = word
			out = append(out, typedTerm(word))
		default:
			jamoBefore = ""
			out = append(out, first(word, longestBeginning))
		}
	})
	return out
}

func typedTerm(word string) string {
	if areInitials(word) {
		return typedInitials + first(initialsOf(word), longestInitials)
	}
	return typedHangul + first(keysOf(word), longestBeginning)
}

func first(s string, n int) string { return truncateRunes(s, n) }
