package search

import (
	"cmp"
	"math"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
)

// andNode finds what all of its parts find.
type andNode struct{ of []node } // the rarest first

func newAndNode(of []node) node {
	if len(of) == 1 {
		return of[0]
	}
	slices.SortStableFunc(of, func(a, b node) int { return cmp.Compare(a.most(), b.most()) })
	return &andNode{of}
}

func (n *andNode) most() uint64 {
	if len(n.of) == 0 {
		return 0
	}
	return n.of[0].most()
}

func (n *andNode) match(part int, within *roaring.Bitmap) (*roaring.Bitmap, error) {
	var found *roaring.Bitmap
	if within != nil && within.GetCardinality() < n.most() {
		found = within
	}
	for _, of := range n.of {
		set, err := of.match(part, within)
		if err != nil {
			return nil, err
		}
		if found != nil {
			set = roaring.And(found, set)
		}
		if set.IsEmpty() {
			return nothing, nil
		}
		found, within = set, set
	}
	if found == nil {
		return nothing, nil
	}
	return found, nil
}

func (n *andNode) score(part int, of documents, scores []float64) error {
	for _, p := range n.of {
		if err := p.score(part, of, scores); err != nil {
			return err
		}
	}
	return nil
}

func (n *andNode) bound(part int, of documents, bounds []float64) error {
	for _, p := range n.of {
		if err := p.bound(part, of, bounds); err != nil {
			return err
		}
	}
	return nil
}

// orNode finds what at least so many of its parts find. A document's score is the sum of theirs times the share of them
// that find it; none where none does.
type orNode struct {
	of      []node
	atLeast int
}

func (n *orNode) most() (sum uint64) {
	for _, of := range n.of {
		sum += of.most()
	}
	return sum
}

func (n *orNode) match(part int, within *roaring.Bitmap) (*roaring.Bitmap, error) {
	switch {
	case n.atLeast > len(n.of):
		return nothing, nil
	case len(n.of) == 1:
		return n.of[0].match(part, within)
	}
	found := make([]*roaring.Bitmap, n.atLeast) // by at least 1, 2, … parts
	for i := range found {
		found[i] = roaring.New()
	}
	for _, of := range n.of {
		set, err := of.match(part, within)
		if err != nil {
			return nil, err
		}
		for i := n.atLeast - 1; i > 0; i-- {
			found[i].Or(roaring.And(found[i-1], set))
		}
		found[0].Or(set)
	}
	return found[n.atLeast-1], nil
}

func (n *orNode) score(part int, all documents, scores []float64) error {
	sums, counts := make([]float64, len(all.list)), make([]int, len(all.list))
	for _, p := range n.of {
		set, err := p.match(part, all.set)
		if err != nil {
			return err
		}
		some := all.and(set)
		if len(some.list) == 0 {
			continue
		}
		theirs := make([]float64, len(some.list))
		if err := p.score(part, some, theirs); err != nil {
			return err
		}
		some.addTo(all, theirs, sums, func(i int) { counts[i]++ })
	}
	for i, sum := range sums {
		scores[i] += sum * float64(counts[i]) / float64(len(n.of))
	}
	return nil
}

// rarer parts of an orNode find no more than so many times as many documents as are asked for, in the whole index.
const rarer = 2

// bound looks which documents the rarer parts find; what others find is taken for all.
func (n *orNode) bound(part int, all documents, bounds []float64) error {
	sums, counts := make([]float64, len(all.list)), make([]int, len(all.list))
	everywhere := 0
	for _, p := range n.of {
		if p.most() > uint64(len(all.list))*rarer {
			everywhere++
			if err := p.bound(part, all, sums); err != nil {
				return err
			}
			continue
		}
		set, err := p.match(part, all.set)
		if err != nil {
			return err
		}
		some := all.and(set)
		theirs := make([]float64, len(some.list))
		if err := p.bound(part, some, theirs); err != nil {
			return err
		}
		some.addTo(all, theirs, sums, func(i int) { counts[i]++ })
	}
	for i, sum := range sums {
		bounds[i] += sum * float64(counts[i]+everywhere) / float64(len(n.of))
	}
	return nil
}

// butNode finds what is wanted and not unwanted.
type butNode struct{ wanted, unwanted node }

func (n *butNode) most() uint64 { return n.wanted.most() }

func (n *butNode) match(part int, within *roaring.Bitmap) (*roaring.Bitmap, error) {
	found, err := n.wanted.match(part, within)
	if err != nil || found.IsEmpty() {
		return found, err
	}
	unwanted, err := n.unwanted.match(part, found)
	if err != nil {
		return nil, err
	}
	return roaring.AndNot(found, unwanted), nil
}

func (n *butNode) score(part int, of documents, scores []float64) error {
	return n.wanted.score(part, of, scores)
}

func (n *butNode) bound(part int, of documents, bounds []float64) error {
	return n.wanted.bound(part, of, bounds)
}

// filterNode finds those documents of another node that hold, which is costly to find out; only what may have the pairs can.
type filterNode struct {
	of       node
	pairs    []uint64
	holds    func(*snapshot, uint64) (bool, error)
	snapshot *snapshot

	asked int // the part that found is of, from 1; to score asks again
	found *roaring.Bitmap
}

func (n *filterNode) most() uint64 { return math.MaxUint32 + n.of.most() }

func (n *filterNode) match(part int, within *roaring.Bitmap) (*roaring.Bitmap, error) {
	if n.asked == part+1 {
		return n.found, nil
	}
	set, err := n.of.match(part, within)
	if err != nil {
		return nil, err
	}
	if within != nil {
		set = roaring.And(set, within)
	}
	if set, err = n.snapshot.sieve(part, set, n.pairs); err != nil {
		return nil, err
	}
	found, first := roaring.New(), n.snapshot.parts[part].first
	for it := set.Iterator(); it.HasNext(); {
		number := it.Next()
		ok, err := n.holds(n.snapshot, first+uint64(number))
		if err != nil {
			return nil, err
		}
		if ok {
			found.Add(number)
		}
	}
	n.asked, n.found = part+1, found
	return found, nil
}

func (n *filterNode) score(part int, of documents, scores []float64) error {
	return n.of.score(part, of, scores)
}

func (n *filterNode) bound(part int, of documents, bounds []float64) error {
	return n.of.bound(part, of, bounds)
}
