package search

import (
	"math"
	"slices"

	"github.com/blevesearch/bleve/v2/search/query"
)

// Where few texts hold all words of a query, those that hold much of it follow: near matches, behind everything that
// matches and with lower scores. Only plain words may be missing; phrases, exclusions and fields bind.
const (
	few       = 20   // matches that need no company
	nearMost  = 100  // near matches listed; what is beyond helps nobody
	nearShare = 0.25 // of the query's weight, that a text must hold to be near
	slight    = 0.1  // of its rarity, that a word of grammar weighs
	oneIn     = 50   // documents hold a word that is guessed at, let us say
	belowAll  = 0.9  // of the lowest score of what matches, that a near match has at most
)

// nearly finds texts that hold enough of the words, each weighing by how rare it is.
func (c *compiler) nearly(words []string) query.Query {
	var shared portions
	for _, w := range words {
		shared.add(c.portionsOf(w))
	}
	if shared.isLoose() {
		c.loosened = true
	}
	return shared
}

// portionsOf is a word and, of a Hangul compound, the known words that it is made of, with its weight. Only a word that
// the index doesn't know is guessed at.
func (c *compiler) portionsOf(word string) (of []portion, weight float64) {
	defer func(l leniency, wide int) { c.leniency = l; c.wide = max(wide, min(c.wide, maxWide)) }(c.leniency, c.wide)
	pieces := piecesOf(word)
	weight = c.rarity(pieces)
	if c.isKnown(word) {
		c.leniency = asTyped
	}
	if isSlight(word) {
		defer func(wide int) { c.wide = wide }(c.wide)
		weight *= slight
		c.wide = maxWide // it looks for itself alone
	}
	whole := c.word(word)
	if weight == 0 && c.leniency == forgiving && c.finds(whole) {
		c.unknown = append(c.unknown, word)
		weight = math.Log(1 + oneIn)
	}
	of = []portion{{query: whole, share: 1}}
	if len(pieces) != 1 {
		return of, weight
	}
	for _, part := range c.partsOf(pieces[0]) {
		c.parts = append(c.parts, part.word)
		p := hangulPiece(part.word)
		of = append(of, portion{query: c.piece(p), share: part.share})
		weight = max(weight, c.rarity([]piece{p}))
	}
	return of, weight
}

// rarity is a word's inverse document frequency, that of its rarest piece; 0 for a word that no text has.
func (c *compiler) rarity(pieces []piece) float64 {
	highest := 0.0
	for _, p := range pieces {
		n := c.frequencyOf(p)
		if n == 0 {
			return 0
		}
		highest = max(highest, rarityOf(n, c.documents()))
	}
	return highest
}

// isKnown reports whether texts that the viewer may see have a word, and not only its letters within others.
func (c *compiler) isKnown(word string) bool {
	pieces := piecesOf(word)
	for _, p := range pieces {
		if p.word != "" && c.wordFrequency(p) == 0 || c.frequencyOf(p) == 0 {
			return false
		}
	}
	return len(pieces) > 0
}

func rarityOf(n, documents uint64) float64 { return math.Log(1 + float64(documents)/float64(n)) }

// frequencyOf is in how many documents a piece is, about: as a word or a form of its verb, else as its rarest term.
func (c *compiler) frequencyOf(p piece) uint64 {
	if n := c.wordFrequency(p); n > 0 {
		return n
	}
	least := uint64(math.MaxUint64)
	for _, t := range p.terms {
		least = min(least, c.frequency(fieldAll, t))
	}
	if len(p.terms) == 0 {
		return 0
	}
	return least
}

// wordFrequency is in how many documents a Hangul word stands alone, or a form of its verb; 0 for other pieces.
func (c *compiler) wordFrequency(p piece) (n uint64) {
	if p.word == "" {
		return 0
	}
	n = c.frequency(fieldWord, keysOf(p.whole()))
	for _, v := range p.verbs {
		n = max(n, c.frequency(fieldWord, keysOf(v)))
	}
	return n
}

// wordPart is a known word within a compound, and how much of its syllables it has.
type wordPart struct {
	word  string
	share float64
}

// Lengths of the compounds that are taken apart, in syllables.
const (
	shortCompound = 3
	longCompound  = 10
)

// partsOf takes a compound apart into words that stand alone somewhere: those that cover it best, longer ones rather
// than more. It needs no dictionary but the index's own, so 길고양이 is known where somebody wrote of a 고양이.
func (c *compiler) partsOf(p piece) []wordPart {
	if p.word == "" {
		return nil
	}
	known := max(c.frequency(fieldWord, keysOf(p.word)), c.frequency(fieldWord, keysOf(p.stem)))
	parts, covered := c.partsWithin(p.stem, known)
	if whole, more := c.partsWithin(p.word, known); more > covered { // 길고양이 is no 길고양 with a particle
		return whole
	}
	return parts
}

// partsWithin are the best parts of a word that known documents have, and the sum of the squares of their lengths. All
// but its last syllable is a part only if more documents have that: else it is no word but a guess at the word's stem,
// as 카메 of 카메라.
func (c *compiler) partsWithin(word string, known uint64) ([]wordPart, int) {
	syllables := []rune(word)
	n := len(syllables)
	if n < shortCompound || n > longCompound {
		return nil, 0
	}
	best, parts := make([]int, n+1), make([][]wordPart, n+1) // of the first i syllables
	for end := 1; end <= n; end++ {
		best[end], parts[end] = best[end-1], parts[end-1]
		for start := range end - 1 {
			length := end - start
			gain := best[start] + length*length
			part := string(syllables[start:end])
			if length == n || gain <= best[end] {
				continue
			}
			least := uint64(1)
			if start == 0 && length == n-1 {
				least = known + 1
			}
			if c.frequency(fieldWord, keysOf(part)) < least {
				continue
			}
			best[end] = gain
			parts[end] = append(slices.Clip(parts[start]), wordPart{part, float64(length) / float64(n)})
		}
	}
	return parts[n], best[n]
}
