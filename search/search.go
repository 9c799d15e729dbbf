package search

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/search"
)

// Limits of a request. Larger values are lowered, not refused.
const (
	defaultSize = 20
	maxSize     = 100
	maxFrom     = 10_000
	maxIDs      = 10_000
	facetSize   = 10
	facetMonths = 24
)

// Request is one search.
type Request struct {
	Query     string   // as typed, see parse
	Viewer    Audience // who asks
	Filter    Filter   // restrictions besides the query's own
	From      int      // hits to skip, at most 10,000
	Size      int      // hits to return: 20 when 0, at most 100
	Highlight bool     // fill Hit.Highlights
	Facets    bool     // fill Result.Facets
}

// Filter restricts a search. Values of one field are alternatives, fields add up.
type Filter struct {
	Tags       []string
	Authors    []string  // usernames
	MediaTypes []string  // image, audio, video
	Kinds      []string  // KindPost
	From       time.Time // created then or later; zero for no bound
	Until      time.Time // created before; zero for no bound
}

// Result is a page of hits, best first; without a word to rank by, newest first. Total and Facets count all
// hits that the viewer may see, not only the page's.
type Result struct {
	Total  int
	Hits   []Hit
	Facets Facets
}

// Hit is one document found. Highlights has "title", whole, and "content", about 200 characters around the first
// match: HTML in which <mark> is the only element and everything else is escaped.
type Hit struct {
	ID         string
	Kind       string
	Score      float64
	Highlights map[string]string
}

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

// Scored is a hit of IDs.
type Scored struct {
	ID    string
	Score float64
}

// Search answers a typed query. A query that asks for nothing finds nothing and is no error.
func (ix *Index) Search(ctx context.Context, req Request) (Result, error) {
	page := bleve.NewSearchRequestOptions(nil, clamp(req.Size, defaultSize, maxSize), clamp(req.From, 0, maxFrom), false)
	if req.Highlight {
		page.Fields = []string{fieldTitle, fieldContent}
	}
	if req.Facets {
		addFacets(page)
	}
	p := parse(req.Query, ix.zone())
	found, err := ix.find(ctx, page, p, req)
	if err != nil {
		return Result{}, err
	}
	result := Result{Total: int(found.Total), Facets: facetsOf(found), Hits: make([]Hit, 0, len(found.Hits))}
	needles := needlesOf(p)
	for _, h := range found.Hits {
		hit := Hit{Score: finite(h.Score)}
		hit.Kind, hit.ID = splitKey(h.ID)
		if req.Highlight {
			hit.Highlights = highlights(h, needles)
		}
		result.Hits = append(result.Hits, hit)
	}
	return result, nil
}

// IDs answers the same query as Search with ids alone, best first, to be used as a filter in the database.
// limit is at most 10,000.
func (ix *Index) IDs(ctx context.Context, query string, viewer Audience, limit int) ([]Scored, error) {
	page := bleve.NewSearchRequestOptions(nil, clamp(limit, maxIDs, maxIDs), 0, false)
	req := Request{Query: query, Viewer: viewer}
	found, err := ix.find(ctx, page, parse(query, ix.zone()), req)
	if err != nil {
		return nil, err
	}
	out := make([]Scored, 0, len(found.Hits))
	for _, h := range found.Hits {
		_, id := splitKey(h.ID)
		out = append(out, Scored{ID: id, Score: finite(h.Score)})
	}
	return out, nil
}

// finite is the score, or 0 where there was no word to rank by.
func finite(score float64) float64 {
	if math.IsNaN(score) || math.IsInf(score, 0) {
		return 0
	}
	return score
}

// find runs the query as typed and, when that finds nothing, once more forgivingly.
func (ix *Index) find(ctx context.Context, page *bleve.SearchRequest, p parsed, req Request) (*bleve.SearchResult, error) {
	if p.empty() {
		return &bleve.SearchResult{}, nil
	}
	g, release, err := ix.acquire()
	if err != nil {
		return nil, err
	}
	defer release()
	if ix.damaged.Load() {
		return nil, ErrDamaged
	}
	page.SortBy([]string{"-_score", "_id"}) // equals in one order, so that pages don't overlap
	if len(p.words()) == 0 {
		page.SortBy([]string{"-" + fieldCreated, "_id"})
	}
	seen := newViewer(req.Viewer)
	var found *bleve.SearchResult
	for _, c := range []*compiler{{loose: false}, {loose: true}} {
		q := c.compile(p, req.Filter)
		if c.loose && !c.loosened {
			break // it would find nothing again
		}
		found, err = g.search(ctx, page, gate{query: q, viewer: seen, failed: new(error)})
		if err != nil {
			return nil, ix.noteDamage(g, err)
		}
		if found.Total > 0 {
			break
		}
	}
	return found, nil
}

func (g *generation) search(ctx context.Context, page *bleve.SearchRequest, q gate) (found *bleve.SearchResult, err error) {
	defer rescue(&err)
	defer faultsAsPanics()()
	count, err := g.bleve.DocCount()
	if err != nil {
		return nil, fmt.Errorf("count documents: %w", err)
	}
	page.Query = q
	page.PreSearchData = map[string]any{search.BM25PreSearchDataKey: rankingStats(count)}
	found, err = g.bleve.SearchInContext(ctx, page)
	if err = errors.Join(err, *q.failed); err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	return found, nil
}

// rankingStats gives BM25 the typical field lengths of textFields. note: left to itself Bleve v2.6 divides the
// number of distinct terms by the number of documents, which nears 0 as an index grows and makes BM25 punish every
// long text.
func rankingStats(documents uint64) *search.BM25Stats {
	n := max(1, documents)
	stats := &search.BM25Stats{DocCount: float64(n), FieldCardinality: map[string]int{}}
	for _, f := range textFields() {
		stats.FieldCardinality[f.name] = f.length * int(n)
		stats.FieldCardinality[f.words] = f.length * int(n)
	}
	const joined = "*" // what Bleve calls the field of lists it has joined as sets
	for _, name := range append(keywordFields(), fieldCreated, joined) {
		stats.FieldCardinality[name] = int(n)
	}
	return stats
}

func addFacets(page *bleve.SearchRequest) {
	page.AddFacet(fieldTag, bleve.NewFacetRequest(fieldTag, facetSize))
	page.AddFacet(fieldUsername, bleve.NewFacetRequest(fieldUsername, facetSize))
	page.AddFacet(fieldMedia, bleve.NewFacetRequest(fieldMedia, facetSize))
	page.AddFacet(fieldMonth, bleve.NewFacetRequest(fieldMonth, facetMonths))
}

func facetsOf(found *bleve.SearchResult) Facets {
	counts := func(field string) []FacetCount {
		facet, asked := found.Facets[field]
		if !asked {
			return nil
		}
		var out []FacetCount
		for _, t := range facet.Terms.Terms() {
			out = append(out, FacetCount{Value: t.Term, Count: t.Count})
		}
		return out
	}
	return Facets{
		Tags: counts(fieldTag), Authors: counts(fieldUsername),
		MediaTypes: counts(fieldMedia), Months: counts(fieldMonth),
	}
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
