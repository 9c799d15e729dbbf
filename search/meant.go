package search

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/blevesearch/bleve/v2/search/query"
	index "github.com/blevesearch/bleve_index_api"
)

// mostMeanings is how many terms near a mistyped word are looked at.
const mostMeanings = 5

// didYouMean is a typed query with each of its words that no text has, so far as the viewer may know, as it was meant:
// in the other keyboard layout, or with its typos mended, in the words of public texts. It is "" where nothing is mended.
func (s inquiry) didYouMean(ctx context.Context, typed string) (string, error) {
	c := &compiler{leniency: forgiving, columns: s.in.columns, known: known{in: s.in}}
	mended := typed
	for _, t := range s.parsed.words() {
		if t.kind != termWord || !s.in.work.goesOn() || c.isKnown(t.text) {
			continue
		}
		word, err := s.meaning(ctx, c, t.text)
		if err != nil {
			return "", err
		}
		if word != "" && fold(t.text) != word {
			mended = strings.Replace(mended, t.text, word, 1)
		}
	}
	if mended == typed {
		return "", c.failed
	}
	return mended, c.failed
}

// meaning is what a word was meant to be; "" where that isn't clear.
func (s inquiry) meaning(ctx context.Context, c *compiler, word string) (string, error) {
	if other, ok := otherLayout(word); ok {
		text, err := s.publicText(ctx, c, c.pieces(piecesOf(other)))
		if text != "" || err != nil {
			return other, err
		}
	}
	terms, err := s.termsNear(c, word)
	if err != nil {
		return "", err
	}
	for _, of := range terms[:min(mostMeanings, len(terms))] {
		if !s.in.work.goesOn() {
			break
		}
		text, err := s.publicText(ctx, c, exact(of.field, of.term, 1))
		if err != nil {
			return "", err
		}
		if meant, _ := nearest(word, text, &s.in.work); meant != "" {
			return meant, nil
		}
	}
	return "", nil
}

// publicText is the best known of the public texts that a query finds, "" for none.
func (s inquiry) publicText(ctx context.Context, c *compiler, q query.Query) (string, error) {
	where := append(s.filter.conditions(c.columns), func(r *row) bool { return r.access == rowPublic })
	found, err := s.in.collect(ctx, question{query: q, kinds: s.filter.kinds(), where: where, size: 1, stored: true, ranked: byWeight})
	if err != nil || len(found.hits) == 0 {
		return "", err
	}
	return found.hits[0].text, nil
}

// termsNear are the terms that a word may be a typo of: the nearest first, of those the commonest.
func (s inquiry) termsNear(c *compiler, word string) ([]termOf, error) {
	runs := runsOf(word)
	if !areMendable(runs) {
		return nil, nil
	}
	if typosIn(runs[0].text) == 0 || !c.mayBeWide(true) {
		return nil, nil
	}
	type candidate struct {
		termOf
		typos uint8
		count uint64
	}
	var all []candidate
	for _, of := range typedForms(runs[0]) {
		terms, err := s.in.termsLike(of.termOf, of.typos)
		if err != nil {
			return nil, err
		}
		for _, neighbour := range swapped(runs[0]) {
			terms = append(terms, index.DictEntry{Term: neighbour, EditDistance: 1})
		}
		for _, entry := range terms {
			near := termOf{of.field, entry.Term}
			found, err := s.in.postings(near)
			if err != nil {
				return nil, err
			}
			if found.count > 0 {
				all = append(all, candidate{near, entry.EditDistance, found.count})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.typos, b.typos), cmp.Compare(b.count, a.count), cmp.Compare(a.term, b.term))
	})
	out := make([]termOf, len(all))
	for i, a := range all {
		out[i] = a.termOf
	}
	return out, nil
}
