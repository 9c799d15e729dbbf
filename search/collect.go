package search

import (
	"context"
	"slices"
	"time"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/blevesearch/bleve/v2/search/query"
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

func holds(where []condition, r *row) bool {
	for _, c := range where {
		if !c(r) {
			return false
		}
	}
	return true
}
