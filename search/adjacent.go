package search

import (
	"context"
	"fmt"
	"strings"

	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/search"
	"github.com/blevesearch/bleve/v2/search/query"
	"github.com/blevesearch/bleve/v2/search/searcher"
	index "github.com/blevesearch/bleve_index_api"
)

// adjacent finds, of what all finds, the texts in which the terms stand next to each other. It reads the stored texts:
// positions in the index would take a third of its room, for phrases alone.
type adjacent struct {
	all      query.Query
	terms    []string
	snapshot *snapshot
}

// Searcher makes it a Bleve query.
func (a adjacent) Searcher(ctx context.Context, r index.IndexReader, m mapping.IndexMapping, o search.SearcherOptions) (search.Searcher, error) {
	all, err := a.all.Searcher(ctx, r, m, o)
	if err != nil {
		return nil, fmt.Errorf("prepare phrase: %w", err)
	}
	return searcher.NewFilteringSearcher(ctx, all, func(_ *search.SearchContext, d *search.DocumentMatch) bool {
		m := match{number: d.IndexInternalID.Value()}
		if err := a.snapshot.read(&m, true); err != nil {
			a.snapshot.failed = err
			return false
		}
		return standTogether(a.terms, m.text)
	}), nil
}

// standTogether reports whether the terms follow each other in text, within one of its parts.
func standTogether(terms []string, text string) bool {
	var begun []int // how many terms of each match that is under way have been seen
	found, last := false, 0
	scan(text, func(r run) {
		if found {
			return
		}
		if strings.IndexByte(text[last:r.start()], partBreak[1]) >= 0 {
			begun = begun[:0]
		}
		last = r.start()
		for _, s := range r.spans() {
			going := begun[:0]
			for _, seen := range append(begun, 0) {
				if !isTermAt(r, s, terms[seen]) {
					continue
				}
				if seen+1 == len(terms) {
					found = true
					return
				}
				going = append(going, seen+1)
			}
			begun = going
		}
	})
	return found
}

// isTermAt compares without stemming words that begin otherwise.
func isTermAt(r run, s span, wanted string) bool {
	if !r.stemmable() {
		return r.term(s) == wanted
	}
	if wanted == "" || r.text[s.start]|0x20 != wanted[0] {
		return false
	}
	return stemEnglish(r.term(s)) == wanted
}
