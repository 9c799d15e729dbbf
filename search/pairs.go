package search

import (
	"fmt"
	"math/bits"
	"unicode"
	"unicode/utf8"

	"github.com/RoaringBitmap/roaring/v2"
	segment "github.com/blevesearch/scorch_segment_api/v2"
	"github.com/cespare/xxhash/v2"
)

// A text keeps a Bloom filter of which terms follow each other at the ends of its words. A phrase of common words is then
// looked for in a hundredth of the texts that have them all: reading a text takes some 15 µs, asking its filter 0.2.
const (
	pairBits   = 10 // of a filter for each pair
	pairHashes = 5  // bits that a pair sets; with ten for each, one in a hundred that isn't there seems to be
	columnBits = 7  // of a column's bytes, which are never index.DocValueTermSeparator
	worthPairs = 8  // documents in a thousand from which on asking filters first is faster: a thousand are read at once
)

// anyText is a term that all filters have beside them. note: zapx v17.2 drops the columns of fields without terms when it
// merges, and garbles those that aren't compressed.
const anyText = "."

// pairs are those of a text that is read term by term.
type pairs struct {
	last   uint64 // hash of the last term of the word before; 0 for none
	hashes []uint64
}

// follow adds a word that begins and ends with these terms.
func (p *pairs) follow(first, last string) {
	if p.last != 0 {
		p.hashes = append(p.hashes, pairOf(p.last, xxhash.Sum64String(first)))
	}
	p.last = xxhash.Sum64String(last)
}

func (p *pairs) reset() { p.last, p.hashes = 0, p.hashes[:0] }

func pairOf(first, second uint64) uint64 {
	return (bits.RotateLeft64(first, 21) ^ second) * 0x9E3779B97F4A7C15 // 2⁶⁴ over the golden ratio, which spreads
}

// filter is the pairs as a column; nil where there are none.
func (p *pairs) filter() []byte {
	if len(p.hashes) == 0 {
		return nil
	}
	column := make([]byte, (len(p.hashes)*pairBits+columnBits-1)/columnBits)
	for _, hash := range p.hashes {
		eachBit(hash, len(column), func(at int, bit byte) bool {
			column[at] |= bit
			return true
		})
	}
	return column
}

// eachBit hands over the places of a pair's bits in a column of so many bytes, while use says so.
func eachBit(hash uint64, size int, use func(at int, bit byte) bool) {
	at, step := uint32(hash), uint32(hash>>32)|1
	for range pairHashes {
		bit := int(uint64(at) * uint64(size*columnBits) >> 32)
		if !use(bit/columnBits, 1<<(bit%columnBits)) {
			return
		}
		at += step
	}
}

// hasAll reports whether a filter may be of a text with all of these pairs.
func hasAll(column []byte, wanted []uint64) bool {
	held := len(column) > 0
	for i := 0; held && i < len(wanted); i++ {
		eachBit(wanted[i], len(column), func(at int, bit byte) bool {
			held = column[at]&bit != 0
			return held
		})
	}
	return held
}

// surePairs are the pairs of a phrase that stand at the ends of words wherever the phrase does.
func surePairs(terms []string) (out []uint64) {
	for i := 1; i < len(terms); i++ {
		if !mayOverlap(terms[i-1], terms[i]) {
			out = append(out, pairOf(xxhash.Sum64String(terms[i-1]), xxhash.Sum64String(terms[i])))
		}
	}
	return out
}

// mayOverlap reports whether two terms may be of one word: pictures, and two letters of a script that is cut into pairs,
// where the one ends as the other begins or a mark may have hidden that.
func mayOverlap(first, second string) bool {
	begins, _ := utf8.DecodeRuneInString(first)
	ends, _ := utf8.DecodeLastRuneInString(first)
	next, _ := utf8.DecodeRuneInString(second)
	if classOf(begins) == letter || classOf(begins) == digit || classOf(begins) != classOf(next) {
		return false
	}
	return classOf(begins) == emoji || ends == next || unicode.IsMark(ends)
}

// sieve tells of a document whether it may have all wanted pairs, by its filter, where asking those of a set is worth it.
func (s *snapshot) sieve(part int, set *roaring.Bitmap, wanted []uint64) (mayHave func(number uint32) (bool, error), err error) {
	p := s.parts[part]
	if len(wanted) == 0 || set.GetCardinality() < worthPairs*(1+(p.end-p.first)/blockSize) {
		return func(uint32) (bool, error) { return true, nil }, nil
	}
	values, ok := p.segment.Segment().(segment.DocValueVisitable)
	if !ok {
		return nil, errForeign
	}
	var state segment.DocVisitState
	return func(number uint32) (has bool, err error) {
		s.work.spend(1, stepPairs)
		state, err = values.VisitDocValues(uint64(number), []string{fieldPairs}, func(_ string, column []byte) {
			has = has || string(column) != anyText && hasAll(column, wanted)
		}, state)
		if err != nil {
			return false, fmt.Errorf("read pairs: %w", err)
		}
		return has, nil
	}, nil
}
