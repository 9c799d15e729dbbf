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
		if within != nil {
			set = roaring.And(set, within)
		}
		for i := n.atLeast - 1; i > 0; i-- {
			found[i].Or(roaring.And(found[i-1], set))
		}
		found[0].Or(set)
	}
	return found[n.atLeast-1], nil
}

func (n *orNode) score(part int, all documents, scores []float64) error {
	return n.sum(part, all, scores, node.score, func(node) bool { return false })
}

// rarer parts of an orNode find no more than so many times as many documents as are asked for, in the whole index.
const rarer = 2

// bound looks which documents the rarer parts find; what others find is taken for all.
func (n *orNode) bound(part int, all documents, bounds []float64) error {
	return n.sum(part, all, bounds, node.bound, func(of node) bool { return of.most() > uint64(len(all.list))*rarer })
}

// sum adds to totals what the parts give to the documents that they find; those that find them everywhere, to all.
func (n *orNode) sum(part int, all documents, totals []float64, give func(node, int, documents, []float64) error, everywhere func(node) bool) error {
	lent, sums := lend(len(all.list))
	defer giveBack(lent)
	lentToo, counts := lend(len(all.list))
	defer giveBack(lentToo)
	for _, p := range n.of {
		if everywhere(p) {
			addToAll(counts, 1)
			if err := give(p, part, all, sums); err != nil {
				return err
			}
			continue
		}
		if err := n.sumOf(p, part, all, sums, counts, give); err != nil {
			return err
		}
	}
	for i, sum := range sums {
		totals[i] += sum * counts[i] / float64(len(n.of))
	}
	return nil
}

func (n *orNode) sumOf(p node, part int, all documents, sums, counts []float64, give func(node, int, documents, []float64) error) error {
	set, err := p.match(part, all.set)
	if err != nil {
		return err
	}
	some := all.and(set)
	if len(some.list) == 0 {
		return nil
	}
	lent, theirs := lend(len(some.list))
	defer giveBack(lent)
	if err := give(p, part, some, theirs); err != nil {
		return err
	}
	some.addTo(all, theirs, sums, func(i int) { counts[i]++ })
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
// What there is no work left for doesn't count as found or, where the node says what is unwanted, does.
type filterNode struct {
	of       node
	pairs    []uint64
	holds    func(*snapshot, uint64) (bool, error)
	costs    int  // steps, for each document
	unwanted bool // what is found is left out
	snapshot *snapshot

	looked []*roaring.Bitmap // by part, documents that have been asked
	found  []*roaring.Bitmap // of them, those that hold
}

func (n *filterNode) most() uint64 { return math.MaxUint32 + n.of.most() }

func (n *filterNode) match(part int, within *roaring.Bitmap) (*roaring.Bitmap, error) {
	set, err := n.of.match(part, within)
	if err != nil {
		return nil, err
	}
	if within != nil {
		set = roaring.And(set, within)
	}
	if n.looked == nil {
		n.looked, n.found = newSets(len(n.snapshot.parts)), newSets(len(n.snapshot.parts))
	}
	left, err := n.look(part, roaring.AndNot(set, n.looked[part]))
	if err != nil {
		return nil, err
	}
	found := roaring.And(set, n.found[part])
	if n.unwanted {
		found.Or(left)
	}
	return found, nil
}

func newSets(n int) []*roaring.Bitmap {
	sets := make([]*roaring.Bitmap, n)
	for i := range sets {
		sets[i] = roaring.New()
	}
	return sets
}

// look asks documents, those first that came last, and returns what it left for want of work.
func (n *filterNode) look(part int, set *roaring.Bitmap) (left *roaring.Bitmap, err error) {
	mayHold, err := n.snapshot.sieve(part, set, n.pairs)
	if err != nil {
		return nil, err
	}
	first := n.snapshot.parts[part].first
	for it := set.ReverseIterator(); it.HasNext(); {
		number := it.Next()
		if !n.snapshot.work.goesOn() {
			set.RemoveRange(uint64(number)+1, math.MaxUint32+1)
			return set, nil
		}
		holds, err := mayHold(number)
		if holds && err == nil {
			n.snapshot.work.spend(1, n.costs)
			holds, err = n.holds(n.snapshot, first+uint64(number))
		}
		if err != nil {
			return nil, err
		}
		n.looked[part].Add(number)
		if holds {
			n.found[part].Add(number)
		}
	}
	return nothing, nil
}

func (n *filterNode) score(part int, of documents, scores []float64) error {
	return n.of.score(part, of, scores)
}

func (n *filterNode) bound(part int, of documents, bounds []float64) error {
	return n.of.bound(part, of, bounds)
}
