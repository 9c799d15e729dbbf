package search

import (
	"context"
	"math"
	"slices"
	"testing"

	"github.com/blevesearch/bleve/v2/search"
	"github.com/blevesearch/bleve/v2/search/query"
	index "github.com/blevesearch/bleve_index_api"
)

// A plan finds what Bleve's own searchers find, and scores alike.
func TestPlansFindWhatBleveFinds(t *testing.T) {
	docs, _ := judgedSet(t)
	ix := openTest(t, t.TempDir())
	for part := range slices.Chunk(docs[:400], 80) {
		var plain []Document
		for _, d := range part {
			plain = append(plain, d.Document)
		}
		put(t, ix, plain...)
		put(t, ix, plain[:9]...) // leaves deletions behind
	}
	some := query.NewDisjunctionQuery([]query.Query{exact(fieldAll, "고양", 1), exact(fieldAll, "사진", 1), exact(fieldAll, "여행", 2)})
	some.SetMin(2)
	for name, q := range map[string]query.Query{
		"term": exact(fieldAll, "고양", 1), "unknown term": exact(fieldAll, "뷁", 1), "all": sequence(fieldAll, []string{"고양", "양이"}, 1),
		"either": either([]query.Query{exact(fieldAll, "고양", 1), exact(fieldTitle, "사진", 0.5), exact(fieldAll, "없다", 1)}), "some": some,
		"prefix": prefixed(fieldAll, "고", 1), "holding": holding(fieldAll, "진", 1), "fuzzy": fuzzy(fieldWord, "rhdiddl", 2, 1),
		"without": butNot(exact(fieldAll, "고양", 1), []query.Query{exact(fieldAll, "사진", 1)}),
		"ranked": all([]query.Query{ranked(exact(fieldAll, "고양", 1), func(f textField) query.Query { return exact(f.name, "고양", f.boost) }),
			ranked(exact(fieldAll, "양이", 1), func(f textField) query.Query { return exact(f.name, "양이", f.boost) })}),
		"parsed": func() query.Query {
			q, _ := (&compiler{leniency: forgiving, columns: newColumns()}).compile(parse("고양이 OR 여행 -강아지", ix.zone()), Filter{})
			return q
		}(),
	} {
		err := ix.with(func(g *generation, s *snapshot) error {
			ours, theirs := scoresOfPlan(t, s, q), scoresOfBleve(t, g, s, q)
			if len(ours) != len(theirs) {
				t.Errorf("%s: %d documents, Bleve finds %d", name, len(ours), len(theirs))
			}
			for number, score := range theirs {
				if name == "prefix" || name == "holding" { // all score the same: see wideNode
					score = ours[number]
				}
				if math.Abs(ours[number]-score) > 1e-4*math.Abs(score) {
					t.Errorf("%s: document %d has %f, from Bleve %f", name, number, ours[number], score)
					break
				}
			}
			if name != "unknown term" && len(theirs) == 0 {
				t.Errorf("%s: nothing to compare", name)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}
}

func scoresOfPlan(t *testing.T, s *snapshot, q query.Query) map[uint64]float64 {
	p, err := newPlanner(s)
	if err != nil {
		t.Fatal(err)
	}
	root, err := p.node(q)
	if err != nil {
		t.Fatal(err)
	}
	out := map[uint64]float64{}
	for i, part := range s.parts {
		set, err := root.match(i, nil)
		if err != nil {
			t.Fatal(err)
		}
		list := set.ToArray()
		scores := make([]float64, len(list))
		if err := root.score(i, documents{set, list}, scores); err != nil {
			t.Fatal(err)
		}
		for j, number := range list {
			out[part.first+uint64(number)] = scores[j] * p.norm()
		}
	}
	return out
}

func scoresOfBleve(t *testing.T, g *generation, s *snapshot, q query.Query) map[uint64]float64 {
	n, err := s.DocCount()
	if err != nil {
		t.Fatal(err)
	}
	stats := &search.BM25Stats{DocCount: float64(n), FieldCardinality: map[string]int{}}
	for _, f := range textFields() {
		stats.FieldCardinality[f.name] = f.length * int(n)
	}
	ctx := context.WithValue(t.Context(), search.GetScoringModelCallbackKey, search.GetScoringModelCallbackFn(func() string { return index.BM25Scoring }))
	ctx = context.WithValue(ctx, search.BM25StatsKey, stats)
	searcher, err := q.Searcher(ctx, s.IndexSnapshot, g.bleve.Mapping(), search.SearcherOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer searcher.Close() //nolint:errcheck // only read
	pool := &search.SearchContext{DocumentMatchPool: search.NewDocumentMatchPool(searcher.DocumentMatchPoolSize()+1, 0), IndexReader: s.IndexSnapshot}
	out := map[uint64]float64{}
	for {
		d, err := searcher.Next(pool)
		if err != nil {
			t.Fatal(err)
		}
		if d == nil {
			return out
		}
		out[d.IndexInternalID.Value()] = d.Score
		pool.DocumentMatchPool.Put(d)
	}
}
