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
// Where few match, near matches follow, at most 100 of them and with lower scores than all that match. Total counts
// them too, Near alone; Facets count what matches or, where nothing does, what is near.
//
// IsPartial says that the search ended early, since it would have been too much work: there may be more hits than Total
// says and Facets count, and better ones.
//
// DidYouMean is another query, when nothing matched as typed: words that no text has with their typos mended, or in the
// other keyboard layout. Its words are of public texts that the viewer sees.
type Result struct {
	Total      int
	Near       int
	Hits       []Hit
	Facets     Facets
	DidYouMean string
	IsPartial  bool
}

// Hit is one document found. Highlights has "title", whole, and "content", about 200 characters around the first
// match: HTML in which <mark> is the only element and everything else is escaped.
type Hit struct {
	ID         string
	Kind       string
	Score      float64
	Near       bool // it holds much of the query, not all
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
	found, err := ix.find(ctx, q, p, req, true)
	if err != nil {
		return Result{}, err
	}
	result := Result{Total: found.total, Near: found.near, Facets: found.facets, DidYouMean: found.meant, IsPartial: found.partial, Hits: make([]Hit, 0, len(found.hits))}
	needles, marks := append(needlesOf(p), needlesOf(parsedWords(found.parts))...), workForMarks()
	for _, m := range found.hits {
		if mistaken := found.mistaken(p, m); !mistaken.empty() {
			needles = append(needles, needlesOf(parsedWords(meant(mistaken, m.text, marks)))...)
		}
		result.Hits = append(result.Hits, hitOf(m, needles, req.Highlight, marks))
	}
	return result, nil
}

// mistaken is what of a query a hit may have other words for: all of it, where that was read freely; of a near match,
// the words that nobody else wrote.
func (a answer) mistaken(p parsed, m match) parsed {
	switch {
	case m.near:
		return parsedWords(a.unknown)
	case a.leniency > asTyped:
		return p
	}
	return parsed{}
}

func hitOf(m match, needles []needle, highlight bool, marks *work) Hit {
	hit := Hit{Score: m.score, Near: m.near}
	hit.Kind, hit.ID = splitKey(m.key)
	if highlight {
		title, content := partsOf(m.text)
		hit.Highlights = highlights(title, content, needles, marks)
	}
	return hit
}

// IDs answers the same query as Search with ids of posts alone, best first, to be used as a filter in the database. Near
// matches are among them only where nothing matches: another order couldn't put them last.
// limit is at most 10,000.
func (ix *Index) IDs(ctx context.Context, query string, viewer Audience, limit int) ([]Scored, error) {
	p := parse(query, ix.zone())
	p.kind = ""
	found, err := ix.find(ctx, question{size: clamp(limit, maxIDs, maxIDs)}, p, Request{Query: query, Viewer: viewer}, false)
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
	filled, err := g.isFilled()
	if err != nil {
		return ix.noteDamage(g, err)
	}
	if !filled {
		return ErrUnfilled
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
