package search

import (
	"container/heap"
	"fmt"
	"math"
	"slices"
	"time"
)

// How much a hit's age adds to its score, in shares: a new one gets freshest, one of an age of freshHalf half of it.
const (
	freshest  = 0.10
	freshHalf = 180 * 24 * time.Hour
)

// keep keeps those documents of a part that are among the best.
func (c *collector) keep(p *part, list []uint32) error {
	for i, number := range list {
		r, err := c.snapshot.rowIn(p, uint64(number))
		if err != nil {
			return err
		}
		m := match{number: p.first + uint64(number), score: c.weighed(c.scores[i]*c.norm, r), created: r.created}
		if len(c.best) < c.room() {
			heap.Push(c, m)
		} else if c.before(m, c.best[0]) {
			c.best[0] = m
			heap.Fix(c, 0)
		}
	}
	return nil
}

// weighed adds popularity and freshness to a score.
func (c *collector) weighed(score float64, r *row) float64 {
	if c.ranked == byWeight {
		return float64(r.weight)
	}
	if math.IsNaN(score) || math.IsInf(score, 0) {
		return 0
	}
	score *= 1 + float64(r.weight)/100
	if !c.now.IsZero() {
		age := max(0, c.now.UnixMilli()-r.created)
		half := float64(freshHalf.Milliseconds())
		score *= 1 + freshest*half/(half+float64(age))
	}
	return score
}

// before is the order of hits: by score, or by time; equals the newer first, then as indexed.
func (c *collector) before(a, b match) bool {
	if c.ranked != byTime && a.score != b.score {
		return a.score > b.score
	}
	if a.created != b.created {
		return a.created > b.created
	}
	return a.number < b.number
}

// Len, Less, Swap, Push and Pop make the best hits a heap.
func (c *collector) Len() int           { return len(c.best) }
func (c *collector) Less(i, j int) bool { return c.before(c.best[j], c.best[i]) }
func (c *collector) Swap(i, j int)      { c.best[i], c.best[j] = c.best[j], c.best[i] }
func (c *collector) Push(m any)         { c.best = append(c.best, m.(match)) }
func (c *collector) Pop() any {
	last := c.best[len(c.best)-1]
	c.best = c.best[:len(c.best)-1]
	return last
}

// page sorts the best hits and reads the ids and fields of those that are wanted.
func (c *collector) page() ([]match, error) {
	slices.SortFunc(c.best, func(a, b match) int {
		if c.before(a, b) {
			return -1
		}
		return 1
	})
	from := min(c.from, len(c.best))
	page := c.best[from:min(from+c.size, len(c.best))]
	for i := range page {
		if err := c.snapshot.read(&page[i], c.stored); err != nil {
			return nil, err
		}
	}
	return page, nil
}

// read fills in a hit's key and, where it is wanted, its text.
func (s *snapshot) read(m *match, stored bool) error {
	p, local := s.partOf(m.number)
	if !stored {
		id, err := p.segment.DocID(local)
		if err != nil {
			return fmt.Errorf("read id of hit: %w", err)
		}
		m.key = string(id)
		return nil
	}
	err := p.segment.VisitDocument(local, func(field string, _ byte, value []byte, _ []uint64) bool {
		switch field {
		case "_id":
			m.key = string(value)
		case fieldAll:
			m.text = string(value)
		}
		return true
	})
	if err != nil {
		return fmt.Errorf("read hit: %w", err)
	}
	return nil
}
