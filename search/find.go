package search

import (
	"context"
)

// answer is what was found: near matches behind the others, and how freely the query had to be read for those.
type answer struct {
	matches
	leniency leniency
	near     int      // how many of total are near
	parts    []string // words that compounds were taken apart into
	unknown  []string // words that were guessed at
	partial  bool     // not all was looked at, or not in all ways
	meant    string   // see inquiry.didYouMean
}

// find runs the query as typed and, while that finds nothing, more and more freely. With company, near matches follow
// where there are few; without, only where there are none.
func (ix *Index) find(ctx context.Context, q question, p parsed, req Request, company bool) (found answer, err error) {
	if p.empty() {
		return answer{}, nil
	}
	if p.kind != "" {
		req.Filter.Kinds = []string{p.kind}
	}
	err = ix.with(func(g *generation, s *snapshot) error {
		s.viewer = newViewer(req.Viewer, g.columns)
		found, err = inquiry{q, p, req.Filter, s}.answer(ctx, req.Query, company)
		return err
	})
	return found, err
}

// inquiry is a question that is put to an index in several ways.
type inquiry struct {
	question question
	parsed   parsed
	filter   Filter
	in       *snapshot
}

// answer is all that is found of what was typed.
func (s inquiry) answer(ctx context.Context, typed string, company bool) (found answer, err error) {
	s.question.most, s.question.kinds = few, s.filter.kinds()
	if len(s.parsed.words()) == 0 {
		s.question.ranked = byTime
	}
	if found, err = s.matching(ctx); err != nil {
		return found, err
	}
	matched := found.total > 0
	if !matched || company && found.total < few && s.question.ranked == byScore {
		if err := s.addNear(ctx, &found); err != nil {
			return found, err
		}
	}
	found.partial = s.in.work.cut
	if company && (!matched || found.leniency > asTyped) && s.in.work.goesOn() {
		found.meant, err = s.didYouMean(ctx, typed)
	}
	return found, err
}

func (s inquiry) matching(ctx context.Context) (found answer, err error) {
	for l := asTyped; l <= forgiving && (l == asTyped || s.in.work.goesOn()); l++ {
		c := &compiler{leniency: l, columns: s.in.columns, known: known{in: s.in}}
		s.question.query, s.question.where = c.compile(s.parsed, s.filter)
		if c.failed != nil {
			return found, c.failed
		}
		if l > asTyped && !c.loosened {
			continue // it would find nothing again
		}
		m, err := s.in.collect(ctx, s.question)
		if err != nil {
			return found, err
		}
		found = answer{matches: m, leniency: l}
		if m.total > 0 {
			break
		}
	}
	return found, nil
}

// addNear puts near matches behind what was found. Facets go on to count what matches; where nothing does, what is near.
func (s inquiry) addNear(ctx context.Context, found *answer) error {
	if !s.in.work.goesOn() {
		return nil
	}
	q := s.question
	c := &compiler{leniency: found.leniency, isNear: true, columns: s.in.columns, known: known{in: s.in}}
	if found.total == 0 {
		c.leniency = forgiving
	}
	if q.query, q.where = c.compile(s.parsed, s.filter); !c.loosened || c.failed != nil {
		return c.failed
	}
	q.but = make(map[uint64]bool, len(found.kept))
	for _, number := range found.kept {
		q.but[number] = true
	}
	q.facets = false
	q.from = min(max(0, s.question.from-found.total), nearMost)
	q.size = min(max(0, s.question.from+s.question.size-found.total), nearMost) - q.from
	q.most = nearMost
	near, err := s.in.collect(ctx, q)
	if err != nil || near.total == 0 {
		return err
	}
	if found.total == 0 && s.question.facets {
		if found.facets, err = s.in.facetsOf(near.kept); err != nil {
			return err
		}
	}
	near.stayBelow(found.matches)
	found.near, found.parts, found.unknown = len(near.kept), c.parts, c.unknown
	found.total += found.near
	found.hits = append(found.hits, near.hits...)
	return nil
}

// stayBelow lowers the scores of near matches below those of what matches, in proportion.
func (m matches) stayBelow(others matches) {
	factor := 1.0
	if others.total > 0 && m.highest >= others.lowest {
		factor = others.lowest / m.highest * belowAll
	}
	for i := range m.hits {
		m.hits[i].near = true
		m.hits[i].score *= factor
	}
}
