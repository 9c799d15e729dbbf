package search

import (
	"math"
	"sync"

	"github.com/blevesearch/bleve/v2/search"
	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// bm25 is how much a term says of a text of so many terms, after Bleve: with the root of its frequency.
func bm25(frequency, length, typical float64) float64 {
	frequent := math.Sqrt(frequency)
	return frequent * search.BM25_k1 / (frequent + search.BM25_k1*(1-search.BM25_b+search.BM25_b*length/typical))
}

// saturation is bm25 of a field, worked out beforehand for texts as they mostly are: lists have a hundred thousand documents, and
// roots and quotients were most of reading them.
type saturation struct {
	// typical is a usual number of terms, BM25's pivot. note: left to itself Bleve v2.6 divides the number of distinct terms by the
	// number of documents, which nears 0 as an index grows and makes BM25 punish every long text.
	typical float64
	usual   [8][1024]float32 // by frequency and length
}

// of is how much the term says of the posting's text.
func (s *saturation) of(posting segment.Posting) float32 {
	frequency, length := posting.Frequency(), lengthOf(posting)
	if frequency < uint64(len(s.usual)) && length < uint64(len(s.usual[0])) {
		return s.usual[frequency][length]
	}
	return float32(bm25(float64(frequency), float64(length), s.typical))
}

// lengthOf is how many terms the field of a posting's document has. Zap stores that; other segments say one by its root.
func lengthOf(posting segment.Posting) uint64 {
	if exact, ok := posting.(interface{ NormUint64() uint64 }); ok {
		return exact.NormUint64()
	}
	norm := posting.Norm()
	return uint64(math.Round(1 / (norm * norm)))
}

var saturations = sync.OnceValue(func() map[string]*saturation {
	all := map[string]*saturation{"": newSaturation(1)}
	for _, f := range textFields() {
		all[f.name] = newSaturation(float64(f.length))
	}
	return all
})

func newSaturation(typical float64) *saturation {
	s := &saturation{typical: typical}
	for frequency := range s.usual {
		for length := range s.usual[frequency] {
			s.usual[frequency][length] = float32(bm25(float64(frequency), float64(length), typical))
		}
	}
	return s
}

// saturationOf is a field's; of one that isn't searched by words, of texts of one term.
func saturationOf(field string) *saturation {
	if s, known := saturations()[field]; known {
		return s
	}
	return saturations()[""]
}
