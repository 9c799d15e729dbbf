package search

import (
	"fmt"

	"github.com/blevesearch/bleve/v2/search/query"
)

// known is what a compiler asks an index for before it decides how to read a query. What fails is kept in failed.
type known struct {
	in     *snapshot // nil in tests that only compile
	failed error
}

// frequency is in how many documents a term is; 0 without an index.
func (k *known) frequency(field, term string) uint64 {
	if k.in == nil || k.failed != nil {
		return 0
	}
	found, err := k.in.postings(termOf{field, term})
	if err != nil {
		k.failed = err
		return 0
	}
	return found.count
}

// documents is how many there are, deleted ones among them; 0 without an index.
func (k *known) documents() uint64 {
	if k.in == nil || len(k.in.parts) == 0 {
		return 0
	}
	return k.in.parts[len(k.in.parts)-1].end
}

// finds reports whether a query finds anything, whoever may see it; it may, without an index.
func (k *known) finds(q query.Query) bool {
	if k.in == nil {
		return true
	}
	found, err := k.in.findsAny(q)
	if err != nil {
		k.failed = fmt.Errorf("look for guesses: %w", err)
	}
	return found
}

func (s *snapshot) findsAny(q query.Query) (bool, error) {
	p, err := newPlanner(s)
	if err != nil {
		return false, err
	}
	root, err := p.node(q)
	if err != nil {
		return false, err
	}
	for part := range s.parts {
		if set, err := root.match(part, nil); err != nil || !set.IsEmpty() {
			return err == nil, err
		}
	}
	return false, nil
}
