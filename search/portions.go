package search

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/search"
	"github.com/blevesearch/bleve/v2/search/query"
	index "github.com/blevesearch/bleve_index_api"
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

// Searcher makes it a Bleve query. Own code: Bleve counts clauses, but doesn't weigh them.
func (p portions) Searcher(ctx context.Context, r index.IndexReader, m mapping.IndexMapping, o search.SearcherOptions) (search.Searcher, error) {
	s := &portionSearcher{portions: p, held: make([]float64, len(p.weights))}
	squares := 0.0
	for _, part := range p.parts {
		inner, err := part.query.Searcher(ctx, r, m, o)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("prepare near query: %w", err), s.Close())
		}
		s.inner = append(s.inner, inner)
		squares += inner.Weight()
	}
	for _, w := range p.weights {
		s.whole += w
	}
	s.at = make([]*search.DocumentMatch, len(s.inner))
	s.SetQueryNorm(1 / math.Sqrt(squares))
	return s, nil
}

// portionSearcher goes through the documents of all parts in order.
type portionSearcher struct {
	portions
	inner []search.Searcher
	at    []*search.DocumentMatch // where each stands, nil at its end
	begun bool
	whole float64   // the weight of all words
	held  []float64 // how much of each word the document at hand has
}

// Next and the others are search.Searcher.
func (s *portionSearcher) Next(ctx *search.SearchContext) (*search.DocumentMatch, error) {
	if !s.begun {
		s.begun = true
		for i, inner := range s.inner {
			var err error
			if s.at[i], err = inner.Next(ctx); err != nil {
				return nil, err
			}
		}
	}
	for {
		first := s.first()
		if first == nil {
			return nil, nil
		}
		share, err := s.take(ctx, first)
		if err != nil {
			return nil, err
		}
		if share >= nearShare {
			first.Score *= share
			return first, nil
		}
		ctx.DocumentMatchPool.Put(first)
	}
}

// first is the document that comes first of those where the parts stand.
func (s *portionSearcher) first() (first *search.DocumentMatch) {
	for _, d := range s.at {
		if d != nil && (first == nil || d.IndexInternalID.Compare(first.IndexInternalID) < 0) {
			first = d
		}
	}
	return first
}

// take adds up what the parts that stand at a document give it, moves them on and tells the share of all words that it holds.
func (s *portionSearcher) take(ctx *search.SearchContext, first *search.DocumentMatch) (share float64, err error) {
	clear(s.held)
	score := 0.0
	for i, d := range s.at {
		if d == nil || d != first && d.IndexInternalID.Compare(first.IndexInternalID) != 0 {
			continue
		}
		part := s.parts[i]
		score += d.Score
		s.held[part.of] = min(1, s.held[part.of]+part.share)
		if s.at[i], err = s.inner[i].Next(ctx); err != nil {
			return 0, err
		}
		if d != first {
			ctx.DocumentMatchPool.Put(d)
		}
	}
	first.Score = score
	for i, held := range s.held {
		share += held * s.weights[i]
	}
	return share / s.whole, nil
}

func (s *portionSearcher) Advance(ctx *search.SearchContext, id index.IndexInternalID) (*search.DocumentMatch, error) {
	for i, d := range s.at {
		if s.begun && (d == nil || d.IndexInternalID.Compare(id) >= 0) {
			continue
		}
		if d != nil {
			ctx.DocumentMatchPool.Put(d)
		}
		var err error
		if s.at[i], err = s.inner[i].Advance(ctx, id); err != nil {
			return nil, err
		}
	}
	s.begun = true
	return s.Next(ctx)
}

func (s *portionSearcher) Close() (err error) {
	for _, inner := range s.inner {
		err = errors.Join(err, inner.Close())
	}
	return err
}

func (s *portionSearcher) Weight() (sum float64) {
	for _, inner := range s.inner {
		sum += inner.Weight()
	}
	return sum
}

func (s *portionSearcher) SetQueryNorm(norm float64) {
	for _, inner := range s.inner {
		inner.SetQueryNorm(norm)
	}
}

func (s *portionSearcher) Count() (sum uint64) {
	for _, inner := range s.inner {
		sum += inner.Count()
	}
	return sum
}

func (s *portionSearcher) Min() int { return 0 }

func (s *portionSearcher) Size() (sum int) {
	for _, inner := range s.inner {
		sum += inner.Size()
	}
	return sum
}

func (s *portionSearcher) DocumentMatchPoolSize() int {
	sum := len(s.inner)
	for _, inner := range s.inner {
		sum += inner.DocumentMatchPoolSize()
	}
	return sum
}
