package search

import (
	"cmp"
	"math/bits"
	"slices"
	"sync"
)

const (
	facetSize   = 10
	facetMonths = 24
)

// Facets are the commonest values among all hits, most frequent first. Tags and usernames are in lower case.
type Facets struct {
	Tags       []FacetCount
	Authors    []FacetCount
	MediaTypes []FacetCount
	Months     []FacetCount // YYYY-MM
}

// FacetCount is a value and the number of hits that have it.
type FacetCount struct {
	Value string
	Count int
}

// tally counts numbers of names.
type tally struct {
	n    []int32
	seen []uint32
}

func (t *tally) add(name uint32) {
	if name == 0 {
		return
	}
	for int(name) >= len(t.n) {
		t.n = append(t.n, make([]int32, max(1024, len(t.n)))...)
	}
	if t.n[name]++; t.n[name] == 1 {
		t.seen = append(t.seen, name)
	}
}

func (t *tally) reset() {
	for _, name := range t.seen {
		t.n[name] = 0
	}
	t.seen = t.seen[:0]
}

// top are the commonest names; equals in alphabetical order.
func (t *tally) top(c *columns, size int) []FacetCount {
	out := make([]FacetCount, 0, len(t.seen))
	least := t.leastOf(size)
	for _, name := range t.seen {
		if n := t.n[name]; n >= least {
			out = append(out, FacetCount{c.name(name), int(n)})
		}
	}
	slices.SortFunc(out, func(a, b FacetCount) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Value, b.Value))
	})
	return out[:min(size, len(out))]
}

// leastOf is the count of the size-th commonest name, 0 where there are fewer.
func (t *tally) leastOf(size int) int32 {
	best := make([]int32, size+1) // the largest first, and room for one more
	for _, name := range t.seen {
		n := t.n[name]
		at := size
		for ; at > 0 && best[at-1] < n; at-- {
			best[at] = best[at-1]
		}
		best[at] = n
	}
	return best[size-1]
}

// counts are the tallies of one search, kept for the next one.
type counts struct {
	tags, authors, months tally
	media                 [8]int
}

var sparecounts = sync.Pool{New: func() any { return new(counts) }}

func newCounts() *counts { return sparecounts.Get().(*counts) }

func (c *counts) release() {
	c.tags.reset()
	c.authors.reset()
	c.months.reset()
	c.media = [8]int{}
	sparecounts.Put(c)
}

func (c *counts) add(r *row) {
	for _, t := range r.tags {
		c.tags.add(t)
	}
	c.authors.add(r.username)
	c.months.add(r.month)
	for m := r.media; m != 0; m &= m - 1 {
		c.media[bits.TrailingZeros8(m)]++
	}
}

func (c *counts) facets(names *columns) Facets {
	f := Facets{
		Tags: c.tags.top(names, facetSize), Authors: c.authors.top(names, facetSize), Months: c.months.top(names, facetMonths),
	}
	for i, m := range mediaTypes() {
		if c.media[i] > 0 {
			f.MediaTypes = append(f.MediaTypes, FacetCount{m, c.media[i]})
		}
	}
	slices.SortStableFunc(f.MediaTypes, func(a, b FacetCount) int { return cmp.Compare(b.Count, a.Count) })
	return f
}

// facetsOf are the facets of some documents.
func (s *snapshot) facetsOf(numbers []uint64) (Facets, error) {
	c := newCounts()
	defer c.release()
	for _, n := range numbers {
		r, err := s.rowOf(n)
		if err != nil {
			return Facets{}, err
		}
		c.add(r)
	}
	return c.facets(s.columns), nil
}
