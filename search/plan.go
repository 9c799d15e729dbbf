package search

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/search"
	"github.com/blevesearch/bleve/v2/search/query"
	index "github.com/blevesearch/bleve_index_api"
)

// planner turns Bleve's queries into nodes, which run set by set: first which documents of a part match – intersections
// and unions of the bitmaps that a segment keeps for each term –, then, of those that the viewer may see, how well.
// Bleve's own searchers step through all lists at once, document by document, and score what nobody may see.
type planner struct {
	snapshot  *snapshot
	documents float64
	weights   float64 // sum of the squares of the weights of all terms
	unwanted  bool    // what is planned now is to be left out
}

func newPlanner(s *snapshot) (*planner, error) {
	n, err := s.publicDocuments()
	if err != nil {
		return nil, err
	}
	return &planner{snapshot: s, documents: float64(max(1, n))}, nil
}

// norm makes scores of different queries comparable, as Bleve does.
func (p *planner) norm() float64 {
	if p.weights == 0 {
		return 1
	}
	return 1 / math.Sqrt(p.weights)
}

var errUnplanned = errors.New("query of a kind that is not planned")

func (p *planner) node(q query.Query) (node, error) {
	switch q := q.(type) {
	case *query.TermQuery:
		return p.term(q.FieldVal, q.Term, q.Boost())
	case *query.ConjunctionQuery:
		return p.all(q.Conjuncts)
	case *query.DisjunctionQuery:
		return p.either(q)
	case *query.BooleanQuery:
		return p.boolean(q)
	case *query.PrefixQuery:
		return p.prefixed(q)
	case *query.RegexpQuery:
		return p.regexp(q)
	case *query.FuzzyQuery:
		return p.fuzzy(q)
	case *query.MatchAllQuery:
		return everyNode{p.snapshot, q.Boost()}, nil
	case adjacent:
		of, err := p.node(q.all)
		return &filterNode{of: of, pairs: surePairs(q.terms), holds: q.holds, costs: stepText, unwanted: p.unwanted, snapshot: p.snapshot}, err
	case portions:
		return p.portions(q)
	case valued:
		return &filterNode{of: everyNode{p.snapshot, 0}, holds: q.holds, costs: stepRow, unwanted: p.unwanted, snapshot: p.snapshot}, nil
	}
	return nil, fmt.Errorf("%w: %T", errUnplanned, q)
}

// term is a term of a field and where it is. Its weight is Bleve's: BM25's with the typical lengths of fields.
func (p *planner) term(field, term string, boost float64) (*termNode, error) {
	of := termOf{field, term}
	found, err := p.snapshot.postings(of)
	if err != nil {
		return nil, err
	}
	return &termNode{termOf: of, postings: found, snapshot: p.snapshot, weight: p.weigh(boost, found.count), says: saturationOf(field)}, nil
}

// weigh is the weight of what is in count documents.
func (p *planner) weigh(boost float64, count uint64) float64 {
	idf := math.Log(1 + (p.documents-float64(count)+0.5)/(float64(count)+0.5))
	p.weights += boost * idf * boost * idf
	return boost * idf * idf
}

func (p *planner) nodes(queries []query.Query) ([]node, error) {
	out := make([]node, len(queries))
	for i, q := range queries {
		var err error
		if out[i], err = p.node(q); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (p *planner) all(queries []query.Query) (node, error) {
	parts, err := p.nodes(queries)
	if err != nil {
		return nil, err
	}
	return newAndNode(parts), nil
}

func (p *planner) either(q *query.DisjunctionQuery) (*orNode, error) {
	parts, err := p.nodes(q.Disjuncts)
	return &orNode{of: parts, atLeast: max(1, int(q.Min))}, err
}

// boolean is what must, ranked by what should, without what must not.
func (p *planner) boolean(q *query.BooleanQuery) (node, error) {
	found, err := p.wanted(q)
	if err != nil || q.MustNot == nil {
		return found, err
	}
	before := *p
	p.unwanted = true
	unwanted, err := p.node(q.MustNot)
	*p = before
	return &butNode{found, unwanted}, err
}

func (p *planner) wanted(q *query.BooleanQuery) (node, error) {
	should, ranked := q.Should.(*query.DisjunctionQuery)
	switch {
	case q.Must == nil && !ranked:
		return everyNode{p.snapshot, 0}, nil
	case q.Must == nil:
		return p.either(should)
	}
	must, err := p.node(q.Must)
	if err != nil || !ranked {
		return must, err
	}
	better, err := p.either(should)
	return &rankedNode{must, better}, err
}

func (p *planner) prefixed(q *query.PrefixQuery) (node, error) {
	return p.wide(excerptOf{"prefix", q.FieldVal, q.Prefix, 0}, q.Boost(), func() (index.FieldDict, error) {
		return p.snapshot.FieldDictPrefix(q.FieldVal, []byte(q.Prefix))
	})
}

func (p *planner) regexp(q *query.RegexpQuery) (node, error) {
	return p.wide(excerptOf{"regexp", q.FieldVal, q.Regexp, 0}, q.Boost(), func() (index.FieldDict, error) {
		return p.snapshot.FieldDictRegexp(q.FieldVal, q.Regexp)
	})
}

// wide finds any term of a dictionary's excerpt as if all of them were one, that each text has once.
func (p *planner) wide(of excerptOf, boost float64, look func() (index.FieldDict, error)) (node, error) {
	found, err := p.snapshot.union(of, look)
	if err != nil {
		return nil, err
	}
	typical := saturationOf(of.field).typical
	return &wideNode{found, p.weigh(boost, found.count) * bm25(1, typical, typical)}, nil
}

// fuzzy finds any term near what was typed that is in a document the viewer may see; those farther from it weigh less.
func (p *planner) fuzzy(q *query.FuzzyQuery) (node, error) {
	of := termOf{q.FieldVal, q.Term}
	terms, err := p.snapshot.termsLike(of, q.Fuzziness)
	if err != nil {
		return nil, err
	}
	out := &orNode{atLeast: 1}
	for _, entry := range terms {
		found, err := p.snapshot.postings(termOf{of.field, entry.Term})
		if err != nil {
			return nil, err
		}
		if found.count == 0 {
			continue
		}
		term, err := p.term(of.field, entry.Term, q.Boost()/float64(entry.EditDistance+1))
		if err != nil {
			return nil, err
		}
		out.of = append(out.of, term)
	}
	return out, nil
}

// planned is embedded by queries of ours that stand among Bleve's and that a planner knows.
type planned struct{}

// Searcher is never asked for.
func (planned) Searcher(context.Context, index.IndexReader, mapping.IndexMapping, search.SearcherOptions) (search.Searcher, error) {
	return nil, errUnplanned
}
