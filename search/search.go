package search

import (
	"context"
	"errors"
	"time"
)

// Limits of a request. Larger values are lowered, not refused.
const (
	defaultSize = 20
	maxSize     = 100
	maxFrom     = 10_000
	maxIDs      = 10_000
)

// Request is one search.
type Request struct {
	Query     string    // as typed, see parse
	Viewer    Audience  // who asks
	Filter    Filter    // restrictions besides the query's own
	From      int       // hits to skip, at most 10,000
	Size      int       // hits to return: 20 when 0, at most 100
	Highlight bool      // fill Hit.Highlights
	Facets    bool      // fill Result.Facets
	Now       time.Time // what is recent is recent then; zero to rank without regard to it
}

// Filter restricts a search. Values of one field are alternatives, fields add up.
type Filter struct {
	Tags       []string
	Authors    []string  // usernames
	MediaTypes []string  // image, audio, video
	Kinds      []string  // posts alone when empty; type: in the query wins over it
	From       time.Time // created then or later; zero for no bound
	Until      time.Time // created before; zero for no bound
}

// Result is a page of hits, best first; without a word to rank by, newest first. Total and Facets count all
// hits that the viewer may see, not only the page's.
//
// DidYouMean is another query, when nothing matched as typed and that one is what was found instead: typos mended, or
// the other keyboard layout. Its words are of public texts that the viewer sees.
type Result struct {
	Total      int
	Hits       []Hit
	Facets     Facets
	DidYouMean string
}

// Hit is one document found. Highlights has "title", whole, and "content", about 200 characters around the first
// match: HTML in which <mark> is the only element and everything else is escaped.
type Hit struct {
	ID         string
	Kind       string
	Score      float64
	Highlights map[string]string
}

// Scored is a hit of IDs.
type Scored struct {
	ID    string
	Score float64
}

// Search answers a typed query. A query that asks for nothing finds nothing and is no error.
func (ix *Index) Search(ctx context.Context, req Request) (Result, error) {
	q := question{from: clamp(req.From, 0, maxFrom), size: clamp(req.Size, defaultSize, maxSize), facets: req.Facets, now: req.Now}
	q.stored = true
	p := parse(req.Query, ix.zone())
	found, err := ix.find(ctx, q, p, req)
	if err != nil {
		return Result{}, err
	}
	result := Result{Total: found.total, Facets: found.facets, Hits: make([]Hit, 0, len(found.hits))}
	needles := needlesOf(p)
	for _, m := range found.hits {
		if found.leniency > asTyped {
			other, words := meant(p, req.Query, m.text)
			for _, w := range words {
				needles = append(needles, needlesOf(parsed{clauses: []clause{{w}}})...)
			}
			if result.DidYouMean == "" && len(words) > 0 && m.public {
				result.DidYouMean = other
			}
		}
		result.Hits = append(result.Hits, hitOf(m, needles, req.Highlight))
	}
	return result, nil
}

func hitOf(m match, needles []needle, highlight bool) Hit {
	hit := Hit{Score: m.score}
	hit.Kind, hit.ID = splitKey(m.key)
	if highlight {
		title, content := partsOf(m.text)
		hit.Highlights = highlights(title, content, needles)
	}
	return hit
}

// IDs answers the same query as Search with ids of posts alone, best first, to be used as a filter in the database.
// limit is at most 10,000.
func (ix *Index) IDs(ctx context.Context, query string, viewer Audience, limit int) ([]Scored, error) {
	p := parse(query, ix.zone())
	p.kind = ""
	found, err := ix.find(ctx, question{size: clamp(limit, maxIDs, maxIDs)}, p, Request{Query: query, Viewer: viewer})
	if err != nil {
		return nil, err
	}
	out := make([]Scored, 0, len(found.hits))
	for _, m := range found.hits {
		_, id := splitKey(m.key)
		out = append(out, Scored{ID: id, Score: m.score})
	}
	return out, nil
}

// answer is what was found, and how freely the query had to be read for it.
type answer struct {
	matches
	leniency leniency
}

// find runs the query as typed and, while that finds nothing, more and more freely.
func (ix *Index) find(ctx context.Context, q question, p parsed, req Request) (answer, error) {
	if p.empty() {
		return answer{}, nil
	}
	if p.kind != "" {
		req.Filter.Kinds = []string{p.kind}
	}
	var found answer
	err := ix.with(func(g *generation, s *snapshot) error {
		q.viewer = newViewer(req.Viewer, g.columns)
		if len(p.words()) == 0 {
			q.ranked = byTime
		}
		for l := asTyped; l <= forgiving; l++ {
			c := &compiler{leniency: l, columns: g.columns}
			q.query, q.where = c.compile(p, req.Filter)
			if l > asTyped && !c.loosened {
				continue // it would find nothing again
			}
			m, err := s.collect(ctx, q)
			if err != nil {
				return err
			}
			found = answer{m, l}
			if m.total > 0 {
				break
			}
		}
		return nil
	})
	return found, err
}

// with lends the index as it is now to use. What damaged files do to reading them becomes ErrDamaged.
func (ix *Index) with(use func(*generation, *snapshot) error) error {
	g, release, err := ix.acquire()
	if err != nil {
		return err
	}
	defer release()
	if ix.damaged.Load() {
		return ErrDamaged
	}
	if err := g.with(use); err != nil {
		return ix.noteDamage(g, err)
	}
	return nil
}

func (g *generation) with(use func(*generation, *snapshot) error) (err error) {
	defer rescue(&err)
	defer faultsAsPanics()()
	s, err := snapshotOf(g.bleve, g.columns)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return use(g, s)
}

func (ix *Index) zone() *time.Location {
	if ix.Zone == nil {
		return time.UTC
	}
	return ix.Zone
}

func clamp(n, whenUnset, highest int) int {
	if n <= 0 {
		return whenUnset
	}
	return min(n, highest)
}
