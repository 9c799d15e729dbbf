package search

import (
	"fmt"

	"github.com/RoaringBitmap/roaring/v2"
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

// documents is how many public ones there are, let us say at least one; 0 without an index.
func (k *known) documents() uint64 {
	if k.in == nil || k.failed != nil {
		return 0
	}
	n, err := k.in.publicDocuments()
	k.failed = err
	return max(1, n)
}

// finds reports whether a query finds anything that the viewer sees; it may, without an index.
func (k *known) finds(q query.Query) bool {
	if k.in == nil || k.failed != nil {
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
		set, err := root.match(part, nil)
		if err != nil {
			return false, err
		}
		if sees, err := s.seesAny(part, set); err != nil || sees {
			return sees, err
		}
	}
	return false, nil
}

// seesAny reports whether the viewer sees any document of a set.
func (s *snapshot) seesAny(part int, set *roaring.Bitmap) (bool, error) {
	for it := set.Iterator(); it.HasNext(); {
		s.work.spend(1, stepRow)
		r, err := s.rowIn(&s.parts[part], uint64(it.Next()))
		if err != nil || s.viewer.sees(r) {
			return err == nil, err
		}
	}
	return false, nil
}
