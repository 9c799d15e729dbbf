package search

import (
	"fmt"
	"math"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/blevesearch/bleve/v2/search"
	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// node is a piece of a query, made ready for one snapshot.
type node interface {
	// match finds documents of a part. Those outside of within, if it isn't nil, don't matter. The result isn't to be changed.
	match(part int, within *roaring.Bitmap) (*roaring.Bitmap, error)
	// score adds to scores what each of some documents gets. They all match, and are within what match was asked for.
	score(part int, of documents, scores []float64) error
	// bound adds to bounds what each of some documents gets at most, if it matches; it reads no lists.
	bound(part int, of documents, bounds []float64) error
	// most is how many documents there can be; what is costly to ask says more.
	most() uint64
}

// documents are some of a part, in order: as a set and as a list.
type documents struct {
	set  *roaring.Bitmap
	list []uint32
}

func documentsOf(list []uint32) documents { return documents{roaring.BitmapOf(list...), list} }

// nothing is an empty set, not to be changed.
var nothing = roaring.New()

func (d documents) and(set *roaring.Bitmap) documents {
	both := roaring.And(d.set, set)
	if both.GetCardinality() == uint64(len(d.list)) {
		return d
	}
	return documents{both, both.ToArray()}
}

// addTo adds scores of some documents of d to those of all, if there are such, and tells which got one.
func (d documents) addTo(all documents, scores, to []float64, each func(i int)) {
	at := 0
	for i, number := range d.list {
		for all.list[at] != number {
			at++
		}
		if to != nil {
			to[at] += scores[i]
		}
		if each != nil {
			each(at)
		}
	}
}

// termNode finds a term.
type termNode struct {
	termOf
	*postings
	snapshot *snapshot
	weight   float64
	says     *saturation // of its field
}

func (n *termNode) most() uint64 { return n.count }

func (n *termNode) match(part int, _ *roaring.Bitmap) (*roaring.Bitmap, error) {
	return n.sets[part], nil
}

func (n *termNode) score(part int, of documents, scores []float64) error {
	if n.weight == 0 || len(of.list) == 0 {
		return nil
	}
	n.snapshot.work.spend(len(of.list), stepScore)
	count := n.sets[part].GetCardinality()
	if count >= longList && n.isWorthDecoding(part, count, len(of.list)) {
		long, err := n.long(part)
		if err != nil {
			return err
		}
		return long.score(of.list, n.weight, scores)
	}
	postings := n.lists[part].Iterator(true, true, false, nil)
	if narrow, ok := postings.(segment.OptimizablePostingsIterator); ok && narrow.ActualBitmap() != nil && count > uint64(len(of.list)) {
		narrow.ReplaceActual(of.set)
	}
	for i := range of.list {
		posting, err := postings.Next()
		if err != nil {
			return fmt.Errorf("read list of term: %w", err)
		}
		if posting == nil || posting.Number() != uint64(of.list[i]) {
			return fmt.Errorf("%w: list of a term without a document of its set", errCorrupt)
		}
		scores[i] += n.weight * float64(n.says.of(posting))
	}
	return nil
}

// isWorthDecoding reports whether a list is decoded already, or not too long for the documents that are wanted of it.
func (n *termNode) isWorthDecoding(part int, count uint64, wanted int) bool {
	return count < veryLongList || uint64(wanted)*chunkOfList > count || n.snapshot.parts[part].columns.lists.get(n.termOf) != nil
}

func (n *termNode) bound(part int, _ documents, bounds []float64) error {
	n.snapshot.work.spend(len(bounds), stepBound)
	most := float64(search.BM25_k1) // what bm25 nears as a term grows more frequent
	if known := n.snapshot.parts[part].columns.lists.get(n.termOf); known != nil {
		most = float64(known.most)
	}
	addToAll(bounds, n.weight*most)
	return nil
}

func addToAll(sums []float64, more float64) {
	for i := range sums {
		sums[i] += more
	}
}

// long is the decoded list of a common term.
func (n *termNode) long(part int) (*list, error) {
	p := &n.snapshot.parts[part]
	if known := p.columns.lists.get(n.termOf); known != nil {
		return known, nil
	}
	dictionary, err := n.snapshot.dictionary(part, n.field)
	if err != nil {
		return nil, err
	}
	postings, err := dictionary.PostingsList([]byte(n.term), nil, nil)
	if err != nil {
		return nil, fmt.Errorf("look up term: %w", err)
	}
	n.snapshot.work.spend(int(postings.Count()), stepList)
	l, err := readList(postings, n.says)
	if err != nil {
		return nil, err
	}
	n.snapshot.columns.keep(p, n.termOf, l, roomForLists(n.snapshot.parts[len(n.snapshot.parts)-1].end))
	return l, nil
}

// wideNode finds any of many terms and says the same of each document.
type wideNode struct {
	*postings
	worth float64
}

func (n *wideNode) most() uint64 { return n.count }

func (n *wideNode) match(part int, _ *roaring.Bitmap) (*roaring.Bitmap, error) {
	return n.sets[part], nil
}

func (n *wideNode) score(_ int, _ documents, scores []float64) error {
	addToAll(scores, n.worth)
	return nil
}

func (n *wideNode) bound(part int, of documents, bounds []float64) error {
	return n.score(part, of, bounds)
}

// rankedNode finds what found finds; what better finds, too, scores higher.
type rankedNode struct {
	found  node
	better *orNode
}

func (n *rankedNode) most() uint64 { return n.found.most() }

func (n *rankedNode) match(part int, within *roaring.Bitmap) (*roaring.Bitmap, error) {
	return n.found.match(part, within)
}

func (n *rankedNode) score(part int, of documents, scores []float64) error {
	if err := n.found.score(part, of, scores); err != nil {
		return err
	}
	return n.better.score(part, of, scores)
}

func (n *rankedNode) bound(part int, of documents, bounds []float64) error {
	if err := n.found.bound(part, of, bounds); err != nil {
		return err
	}
	return n.better.bound(part, of, bounds)
}

// everyNode finds everything.
type everyNode struct {
	snapshot *snapshot
	worth    float64
}

func (n everyNode) most() uint64 { return math.MaxUint32 }

func (n everyNode) match(part int, _ *roaring.Bitmap) (*roaring.Bitmap, error) {
	return n.snapshot.parts[part].segment.DocNumbersLive(), nil
}

func (n everyNode) score(_ int, _ documents, scores []float64) error {
	addToAll(scores, n.worth)
	return nil
}

func (n everyNode) bound(part int, of documents, bounds []float64) error {
	return n.score(part, of, bounds)
}
