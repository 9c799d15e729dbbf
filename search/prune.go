package search

import (
	"container/heap"
	"math"
)

// Where many documents match, most need no score: what a document gets at most is quickly told, since all its words are
// as rare as they are and only titles, tags and names make a difference. Those that may get most are ranked first, and
// of the others those alone that may still be among the best. The result is the same.
const (
	manyMore = 8 // times as many documents as are kept are worth it
	firstFew = 4 // times as many are ranked first
	rounding = 1e-9
)

// prune is rank for many documents.
func (c *collector) prune(root node, part int, list []uint32) error {
	lent, bounds := lend(len(list))
	defer giveBack(lent)
	if err := root.bound(part, documentsOf(list), bounds); err != nil {
		return err
	}
	p := &c.snapshot.parts[part]
	for i, number := range list {
		r, err := c.snapshot.rowIn(p, uint64(number))
		if err != nil {
			return err
		}
		bounds[i] = c.weighed(bounds[i]*c.norm*(1+rounding), r)
	}
	enough := math.Inf(-1)
	if first := firstFew * c.room(); len(list) > first {
		enough = highest(bounds, first)
	}
	if err := c.rank(root, part, c.entering(list, bounds, func(bound float64) bool { return bound > enough })); err != nil {
		return err
	}
	return c.rank(root, part, c.entering(list, bounds, func(bound float64) bool { return bound <= enough }))
}

// entering is those documents of a list that may be among the best and whose bounds are as wanted.
func (c *collector) entering(list []uint32, bounds []float64, wanted func(float64) bool) (out []uint32) {
	for i, number := range list {
		if wanted(bounds[i]) && c.mayEnter(bounds[i]) {
			out = append(out, number)
		}
	}
	return out
}

// mayEnter reports whether a document that gets no more than bound may be among the best.
func (c *collector) mayEnter(bound float64) bool {
	return len(c.best) < c.room() || bound >= c.best[0].score
}

// highest is the n-th highest of more values than n.
func highest(values []float64, n int) float64 {
	top := smallestFirst(append([]float64(nil), values[:n]...))
	heap.Init(&top)
	for _, v := range values[n:] {
		if v > top[0] {
			top[0] = v
			heap.Fix(&top, 0)
		}
	}
	return top[0]
}

// smallestFirst is a heap.
type smallestFirst []float64

// Len, Less, Swap, Push and Pop are heap.Interface.
func (h smallestFirst) Len() int           { return len(h) }
func (h smallestFirst) Less(i, j int) bool { return h[i] < h[j] }
func (h smallestFirst) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *smallestFirst) Push(v any)        { *h = append(*h, v.(float64)) }
func (h *smallestFirst) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}
