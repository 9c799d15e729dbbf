package search

// piece is a part of a query word that is looked up as one: 갤럭시S25 has the pieces 갤럭시 and s|25.
type piece struct {
	terms   []string // as indexed, in order
	bigrams bool     // the terms overlap: they are a stretch of Hangul, Han or Kana
	single  bool     // one character alone: it is also found within words
	wide    bool     // it may look through the dictionary, see maxWide
	word    string   // the Hangul word as typed, if the piece is one
	stem    string   // word without particle or ending; may equal word
	verbs   []string // stems of the verb that word is a form of, if it surely is one
	weak    bool     // stem is a guess that word itself may contradict, so terms are word's
}

// piecesOf cuts a query word. A particle that clings to a foreign word or a number (React로, 2026년에) is
// left out, unless the word is nothing else.
func piecesOf(word string) []piece {
	var out []piece
	joined := false // the last piece may take further terms of other alphabets
	scan(word, func(r run) {
		switch {
		case r.class == hangul:
			joined = false
			if len(out) == 0 || !isParticle(r.term(r.whole())) {
				out = append(out, hangulPiece(r.term(r.whole())))
			}
		case r.bigrams():
			out = append(out, piece{terms: termsOfRun(r), bigrams: true, single: r.length() == 1})
			joined = false
		case joined:
			last := &out[len(out)-1]
			last.terms = append(last.terms, termsOfRun(r)...)
		default:
			out = append(out, piece{terms: termsOfRun(r)})
			joined = true
		}
	})
	return out
}

// whole is a Hangul word's own form: without its particle, where that is sure.
func (p piece) whole() string {
	if p.weak {
		return p.word
	}
	return p.stem
}

// hangulPiece matches by the stem when the cut is sure. A stem of one syllable (갔|어요) is found within words.
func hangulPiece(word string) piece {
	stem, weak := stemOf(word)
	p := piece{word: word, stem: stem, weak: weak, bigrams: true}
	p.terms = termsOf(p.whole())
	p.single = len([]rune(p.whole())) == 1
	if verbs, sure := verbsOf(word); sure {
		p.verbs = verbs
	}
	return p
}

// termsOf is the text's terms as indexed.
func termsOf(text string) []string {
	tokens := analyzed(text)
	out := make([]string, 0, len(tokens))
	for _, t := range tokens {
		out = append(out, t.term)
	}
	return out
}

func termsOfRun(r run) []string {
	return termsOf(r.text[r.start():r.end()])
}
