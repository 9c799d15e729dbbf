package search

import (
	"cmp"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/blevesearch/bleve/v2/search/query"
)

// portion is a query that stands for a share of a word.
type portion struct {
	query query.Query
	share float64
	of    int // the word
}

// portions finds what holds at least nearShare of the weight of several words. A score is the sum of what matched,
// times the share of the weight that it is.
type portions struct {
	planned
	parts   []portion
	weights []float64 // of each word
}

// add adds a word; one without weight nobody wrote, so it is left out.
func (p *portions) add(of []portion, weight float64) {
	for _, part := range of {
		if part.of = len(p.weights); weight > 0 {
			p.parts = append(p.parts, part)
		}
	}
	p.weights = append(p.weights, weight)
}

// isLoose reports whether it may find what holds not all of the words.
func (p *portions) isLoose() bool { return len(p.parts) > 1 || len(p.weights) > 1 }

// portions plans portions.
func (p *planner) portions(q portions) (node, error) {
	n := &portionNode{portions: q}
	for _, part := range q.parts {
		of, err := p.node(part.query)
		if err != nil {
			return nil, err
		}
		n.of = append(n.of, of)
	}
	for _, w := range q.weights {
		n.whole += w
	}
	n.heavy = heavy(q.weights, n.whole)
	n.snapshot = p.snapshot
	return n, nil
}

// heavy are the words of which a text must have a part to have nearShare of the whole: the others together aren't enough.
// They are the rare ones, so that few texts are looked at.
func heavy(weights []float64, whole float64) []bool {
	lightest := make([]int, len(weights))
	for i := range lightest {
		lightest[i] = i
	}
	slices.SortStableFunc(lightest, func(a, b int) int { return cmp.Compare(weights[a], weights[b]) })
	heavy, sum := make([]bool, len(weights)), 0.0
	for _, word := range lightest {
		sum += weights[word]
		heavy[word] = sum*(1+rounding) >= nearShare*whole
	}
	return heavy
}

// portionNode runs portions.
type portionNode struct {
	portions
	of       []node
	whole    float64 // the weight of all words
	heavy    []bool  // by word
	snapshot *snapshot
}

func (n *portionNode) most() (sum uint64) {
	for _, of := range n.of {
		sum += of.most()
	}
	return sum
}

func (n *portionNode) match(part int, within *roaring.Bitmap) (*roaring.Bitmap, error) {
	any := roaring.New()
	for at, of := range n.of {
		if !n.heavy[n.parts[at].of] {
			continue
		}
		set, err := of.match(part, within)
		if err != nil {
			return nil, err
		}
		if within != nil {
			set = roaring.And(set, within)
		}
		any.Or(set)
	}
	enough := roaring.New()
	for list := range slices.Chunk(any.ToArray(), boundedAtOnce) {
		if !n.snapshot.work.goesOn() {
			break
		}
		err := n.shares(part, documentsOf(list), nil, func(i int, share float64) {
			if share >= nearShare {
				enough.Add(list[i])
			}
		})
		if err != nil {
			return nil, err
		}
	}
	return enough, nil
}

// shares tells how much of the words' weight each document has; sums, if not nil, get the scores of what it has.
func (n *portionNode) shares(part int, all documents, sums []float64, tell func(i int, share float64)) error {
	lent, shares := lend(len(all.list))
	defer giveBack(lent)
	lentToo, held := lend(len(all.list)) // of a word
	defer giveBack(lentToo)
	for at := 0; at < len(n.of); {
		word := n.parts[at].of
		clear(held)
		for ; at < len(n.of) && n.parts[at].of == word; at++ {
			if err := n.portion(at, part, all, sums, held); err != nil {
				return err
			}
		}
		for i, h := range held {
			shares[i] += min(1, h) * n.weights[word] / n.whole
		}
	}
	for i, share := range shares {
		tell(i, share)
	}
	return nil
}

// portion adds one to what documents hold of its word and, if sums isn't nil, its scores to those.
func (n *portionNode) portion(at, part int, all documents, sums, held []float64) error {
	n.snapshot.work.spend(len(all.list), stepShare)
	set, err := n.of[at].match(part, all.set)
	if err != nil {
		return err
	}
	some := all.and(set)
	if len(some.list) == 0 {
		return nil
	}
	lent, theirs := lend(len(some.list))
	defer giveBack(lent)
	if sums != nil {
		if err := n.of[at].score(part, some, theirs); err != nil {
			return err
		}
	}
	some.addTo(all, theirs, sums, func(i int) { held[i] += n.parts[at].share })
	return nil
}

func (n *portionNode) score(part int, of documents, scores []float64) error {
	lent, sums := lend(len(of.list))
	defer giveBack(lent)
	return n.shares(part, of, sums, func(i int, share float64) { scores[i] += sums[i] * share })
}

func (n *portionNode) bound(part int, of documents, bounds []float64) error {
	for _, p := range n.of {
		if err := p.bound(part, of, bounds); err != nil {
			return err
		}
	}
	return nil
}
