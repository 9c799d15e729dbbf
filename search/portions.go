package search

import (
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
	return n, nil
}

// portionNode runs portions.
type portionNode struct {
	portions
	of    []node
	whole float64 // the weight of all words
}

func (n *portionNode) most() (sum uint64) {
	for _, of := range n.of {
		sum += of.most()
	}
	return sum
}

func (n *portionNode) match(part int, within *roaring.Bitmap) (*roaring.Bitmap, error) {
	any := roaring.New()
	for _, of := range n.of {
		set, err := of.match(part, within)
		if err != nil {
			return nil, err
		}
		any.Or(set)
	}
	if within != nil {
		any.And(within)
	}
	all := documents{any, any.ToArray()}
	shares, err := n.shares(part, all, nil)
	if err != nil {
		return nil, err
	}
	enough := roaring.New()
	for i, share := range shares {
		if share >= nearShare {
			enough.Add(all.list[i])
		}
	}
	return enough, nil
}

// shares is how much of the words' weight each document has; sums, if not nil, get the scores of what it has.
func (n *portionNode) shares(part int, all documents, sums []float64) ([]float64, error) {
	held := make([]float64, len(n.weights)*len(all.list)) // of each word, by document
	for at, of := range n.of {
		set, err := of.match(part, all.set)
		if err != nil {
			return nil, err
		}
		some := all.and(set)
		theirs := make([]float64, len(some.list))
		if sums != nil && len(some.list) > 0 {
			if err := of.score(part, some, theirs); err != nil {
				return nil, err
			}
		}
		p := n.parts[at]
		to := sums
		if to == nil {
			to = make([]float64, len(all.list))
		}
		some.addTo(all, theirs, to, func(i int) {
			h := &held[i*len(n.weights)+p.of]
			*h = min(1, *h+p.share)
		})
	}
	shares := make([]float64, len(all.list))
	for i := range shares {
		for word, weight := range n.weights {
			shares[i] += held[i*len(n.weights)+word] * weight / n.whole
		}
	}
	return shares, nil
}

func (n *portionNode) score(part int, of documents, scores []float64) error {
	sums := make([]float64, len(of.list))
	shares, err := n.shares(part, of, sums)
	if err != nil {
		return err
	}
	for i, share := range shares {
		scores[i] += sums[i] * share
	}
	return nil
}

func (n *portionNode) bound(part int, of documents, bounds []float64) error {
	for _, p := range n.of {
		if err := p.bound(part, of, bounds); err != nil {
			return err
		}
	}
	return nil
}
