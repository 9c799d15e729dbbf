package search

import (
	"bytes"
	"strings"
	"unicode"

	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/analysis/lang/en"
	"github.com/blevesearch/bleve/v2/registry"
	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"
)

// Names under which Bleve stores the analyzers in the mapping.
const (
	textAnalyzer   = "madang_text"   // every script; Hangul, Han and Kana as bigrams
	wordAnalyzer   = "madang_word"   // Hangul words by their keys: as written, without particle or ending, as verbs
	typingAnalyzer = "madang_typing" // beginnings of words, and of their initial consonants
)

// init is needed by Bleve: a stored mapping names its analyzers and Open looks the names up.
func init() {
	for name, a := range map[string]analysis.Analyzer{
		textAnalyzer:   newTextAnalyzer(textTokenizer{indexing: true}),
		wordAnalyzer:   &analysis.DefaultAnalyzer{Tokenizer: wordTokenizer{}},
		typingAnalyzer: &analysis.DefaultAnalyzer{Tokenizer: typingTokenizer{}},
	} {
		build := func(map[string]any, *registry.Cache) (analysis.Analyzer, error) { return a, nil }
		if err := registry.RegisterAnalyzer(name, build); err != nil {
			panic(err) //nolint:forbidigo // the name is taken: a programming error, seen at the first start
		}
	}
}

func newTextAnalyzer(cut textTokenizer) analysis.Analyzer {
	return &analysis.DefaultAnalyzer{
		Tokenizer:    cut,
		TokenFilters: []analysis.TokenFilter{englishFilter{en.NewEnglishStemmerFilter()}},
	}
}

// normalize is applied to text before it is indexed or queried, so that byte offsets of tokens are offsets
// into the stored text. It composes Hangul and accents (NFC) and widens half-width Kana and jamo; case and
// full-width Latin stay as typed, because highlights show this text: fold takes them away per term.
func normalize(s string) string {
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

func isHalfWidth(r rune) bool { return r >= 0xFF61 && r <= 0xFFDC }

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

// partBreak stands between the parts of a document that are indexed as one text; no phrase reaches over it.
const (
	partBreak  = "\n\x1e\n"
	partBreaks = 100 // positions
)

// textTokenizer cuts text of any mixture of scripts into terms with exact byte offsets. indexing adds the last
// character of each run at the place of its last pair, so phrases don't notice, and leaves the offsets out: nobody
// reads them from the index, where they would take a quarter of its room.
type textTokenizer struct{ indexing bool }

func (t textTokenizer) Tokenize(text []byte) analysis.TokenStream {
	out := make(analysis.TokenStream, 0, len(text)/4)
	tokens := make([]analysis.Token, 0, len(text)/3)
	position, last := 0, 0
	scan(string(text), func(r run) {
		if bytes.IndexByte(text[last:r.start()], partBreak[1]) >= 0 {
			position += partBreaks
		}
		last = r.start()
		add := func(s span) {
			tokens = append(tokens, analysis.Token{Term: []byte(r.term(s)), Position: position, Type: r.tokenType(), KeyWord: !r.stemmable()})
			token := &tokens[len(tokens)-1]
			if !t.indexing {
				token.Start, token.End = s.start, s.end
			}
			out = append(out, token)
		}
		for _, s := range r.spans() {
			position++
			add(s)
		}
		if s, ok := r.tail(); ok && t.indexing {
			add(s)
		}
	})
	return out
}

// wordTokenizer yields, for each Hangul word, its keys, its stem's, and those of the verbs it may be a form of.
type wordTokenizer struct{}

func (wordTokenizer) Tokenize(text []byte) analysis.TokenStream {
	out := make(analysis.TokenStream, 0, len(text)/8)
	position := 0
	add := func(term string) {
		out = append(out, &analysis.Token{Term: []byte(term), Position: position, Type: analysis.AlphaNumeric})
	}
	scan(string(text), func(r run) {
		if r.class != hangul {
			return
		}
		position++
		word := r.term(r.whole())
		add(keysOf(word))
		if stem, _ := stemOf(word); stem != word {
			add(keysOf(stem))
		}
		verbs, _ := verbsOf(word)
		for _, v := range verbs {
			add(verbTerm(v))
		}
	})
	return out
}

// verbTerm keeps verbs apart from nouns of the same letters.
func verbTerm(stem string) string { return keysOf(stem) + "!" }

// englishFilter stems the tokens that may be English and leaves the others alone.
type englishFilter struct{ stemmer analysis.TokenFilter }

func (f englishFilter) Filter(in analysis.TokenStream) analysis.TokenStream {
	latin := make(analysis.TokenStream, 0, len(in))
	for _, t := range in {
		if !t.KeyWord {
			latin = append(latin, t)
		}
	}
	f.stemmer.Filter(latin) // changes the tokens themselves
	return in
}

// analyzed is what textAnalyzer makes of normalised text, without tails: for queries and highlights.
func analyzed(text string) analysis.TokenStream {
	return newTextAnalyzer(textTokenizer{}).Analyze([]byte(text))
}
