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
	kinds  []string    // that alone are looked at; none for all
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
	c := &collector{question: q, snapshot: s, counts: newCounts(), norm: p.norm(), seen: make([][]uint32, len(s.parts))}
	defer c.counts.release()
	order := s.smallestFirst()
	for _, part := range order {
		if err := c.count(ctx, root, part); err != nil {
			return found, err
		}
	}
	for _, part := range order {
		if err := c.take(root, part); err != nil {
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
	seen     [][]uint32 // what was counted, by part
	scores   []float64
}

// Documents are ranked a few at a time: that takes little memory, and it ends soon when there is no work left.
const (
	boundedAtOnce = 4096
	rankedAtOnce  = 1024
)

// count finds and counts what a part has.
func (c *collector) count(ctx context.Context, root node, part int) error {
	within, err := c.snapshot.scope(part, c.kinds)
	if err != nil {
		return err
	}
	set, err := root.match(part, within)
	if err != nil {
		return err
	}
	if within != nil {
		set = roaring.And(set, within)
	}
	defer func(kept int64) { c.snapshot.work.kept = kept }(c.snapshot.work.kept)
	c.snapshot.work.kept = forRanks
	return c.admit(ctx, part, set)
}

// take keeps the best of what was counted in a part.
func (c *collector) take(root node, part int) (err error) {
	if c.room() == 0 {
		return nil
	}
	for list := range slices.Chunk(c.seen[part], boundedAtOnce) {
		if !c.mayRank() {
			return nil
		}
		if c.ranked == byScore && (len(list) > manyMore*c.room() || len(c.best) == c.room()) {
			err = c.prune(root, part, list)
		} else {
			err = c.rank(root, part, list)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// mayRank reports whether there is work left for ranking more. Something is ranked in any case.
func (c *collector) mayRank() bool {
	work := &c.snapshot.work
	if c.ranked != byScore || len(c.best) == 0 || work.left > 0 {
		return true
	}
	work.cut = true
	return false
}

// rank keeps the best of some documents of a part.
func (c *collector) rank(root node, part int, list []uint32) error {
	for some := range slices.Chunk(list, rankedAtOnce) {
		if !c.mayRank() {
			return nil
		}
		c.scores = append(c.scores[:0], make([]float64, len(some))...)
		if c.ranked == byScore {
			if err := root.score(part, documentsOf(some), c.scores); err != nil {
				return err
			}
		}
		if err := c.keep(&c.snapshot.parts[part], some); err != nil {
			return err
		}
	}
	return nil
}

// room is how many of the best are kept.
func (c *collector) room() int { return max(c.from+c.size, c.most) }

// checkEvery is how many documents are looked at between looks at the context.
const checkEvery = 1024

// admit counts those documents of a set that the viewer may see, and keeps them as seen, until there is no work left. It
// begins at the end of the part, where what came last is.
func (c *collector) admit(ctx context.Context, part int, set *roaring.Bitmap) error {
	p, looked := &c.snapshot.parts[part], 0
	var seen []uint32
	for it := set.ReverseIterator(); it.HasNext(); looked++ {
		if looked%checkEvery == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
			if !c.snapshot.work.goesOn() {
				break
			}
		}
		number := it.Next()
		c.snapshot.work.spend(1, stepRow)
		r, err := c.snapshot.rowIn(p, uint64(number))
		if err != nil {
			return err
		}
		if !c.snapshot.viewer.sees(r) || !holds(c.where, r) || c.but[p.first+uint64(number)] {
			continue
		}
		seen = append(seen, number)
		if c.facets {
			c.counts.add(r)
		}
	}
	slices.Reverse(seen)
	c.seen[part], c.total = seen, c.total+len(seen)
	return nil
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
