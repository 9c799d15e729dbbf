package search

import (
	"container/heap"
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/blevesearch/bleve/v2/search/query"
)

// How much a hit's age adds to its score, in shares: a new one gets freshest, one of an age of freshHalf half of it.
const (
	freshest  = 0.10
	freshHalf = 180 * 24 * time.Hour
)

// question is a compiled query with everything that is decided per hit.
type question struct {
	query  query.Query
	where  []condition // on a hit's values; all must hold
	from   int         // hits to skip
	size   int
	most   int             // at least as many of the best are kept
	but    map[uint64]bool // documents that are left out
	ranked ranking
	now    time.Time // for freshness; zero for none
	facets bool
	stored bool // bring the text along
}

// ranking is the order of hits; equals the newer first.
type ranking uint8

const (
	byScore  ranking = iota
	byTime           // the newest first
	byWeight         // the most popular first
)

// condition decides by a hit's values.
type condition func(*row) bool

// match is a hit of a question.
type match struct {
	number  uint64
	score   float64
	created int64
	key     string
	text    string
	near    bool
}

// matches are the wanted hits of a question, best first, and what there is besides.
type matches struct {
	total  int
	hits   []match
	kept   []uint64 // the numbers of the best, the first question.most at least
	facets Facets

	highest, lowest float64 // scores of the kept
}

// collect answers a question. Own code rather than Bleve's collector: it reads each hit's values once, from memory, for
// visibility, ranking and facets, and ids only of the hits that are wanted.
func (s *snapshot) collect(ctx context.Context, q question) (found matches, err error) {
	p, err := newPlanner(s)
	if err != nil {
		return found, err
	}
	root, err := p.node(q.query)
	if err != nil {
		return found, err
	}
	c := &collector{question: q, snapshot: s, counts: newCounts(), norm: p.norm()}
	defer c.counts.release()
	for part := range s.parts {
		if err := c.take(ctx, root, part); err != nil {
			return found, err
		}
	}
	found.total = c.total
	if q.facets {
		found.facets = c.counts.facets(s.columns)
	}
	if found.hits, err = c.page(); err != nil || q.most == 0 || len(c.best) == 0 {
		return found, err
	}
	for _, m := range c.best {
		found.kept = append(found.kept, m.number)
	}
	found.highest, found.lowest = c.best[0].score, c.best[len(c.best)-1].score
	return found, nil
}

// collector keeps the best hits in a heap, the worst of them first.
type collector struct {
	question
	snapshot *snapshot
	counts   *counts
	norm     float64 // of scores
	total    int
	best     []match
	seen     []uint32 // room for the documents of a part
	scores   []float64
}

// take counts what a part has and keeps the best of it.
func (c *collector) take(ctx context.Context, root node, part int) error {
	set, err := root.match(part, nil)
	if err != nil {
		return err
	}
	seen, err := c.admit(ctx, &c.snapshot.parts[part], set)
	switch {
	case err != nil || c.room() == 0 || len(seen.list) == 0:
		return err
	case c.ranked == byScore && len(seen.list) > manyMore*c.room():
		return c.prune(root, part, seen)
	}
	return c.rank(root, part, seen)
}

// rank keeps the best of some documents of a part.
func (c *collector) rank(root node, part int, some documents) error {
	c.scores = append(c.scores[:0], make([]float64, len(some.list))...)
	if c.ranked == byScore && len(some.list) > 0 {
		if err := root.score(part, some, c.scores); err != nil {
			return err
		}
	}
	return c.keep(&c.snapshot.parts[part], some.list)
}

// room is how many of the best are kept.
func (c *collector) room() int { return max(c.from+c.size, c.most) }

// checkEvery is how many documents are looked at between looks at the context.
const checkEvery = 1024

// admit counts those documents of a set that the viewer may see, and returns them.
func (c *collector) admit(ctx context.Context, p *part, set *roaring.Bitmap) (documents, error) {
	c.seen = c.seen[:0]
	var some [checkEvery]uint32
	for it := set.ManyIterator(); ; {
		n := it.NextMany(some[:])
		if n == 0 {
			break
		}
		if err := ctx.Err(); err != nil {
			return documents{}, err
		}
		for _, number := range some[:n] {
			r, err := c.snapshot.rowIn(p, uint64(number))
			if err != nil {
				return documents{}, err
			}
			if !c.snapshot.viewer.sees(r) || !holds(c.where, r) || c.but[p.first+uint64(number)] {
				continue
			}
			c.seen = append(c.seen, number)
			if c.facets {
				c.counts.add(r)
			}
		}
	}
	c.total += len(c.seen)
	if uint64(len(c.seen)) < set.GetCardinality() {
		set = roaring.BitmapOf(c.seen...)
	}
	return documents{set, c.seen}, nil
}

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

func holds(where []condition, r *row) bool {
	for _, c := range where {
		if !c(r) {
			return false
		}
	}
	return true
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
