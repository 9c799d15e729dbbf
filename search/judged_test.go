package search

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"maps"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/registry"
	bq "github.com/blevesearch/bleve/v2/search/query"
	"github.com/pocketbase/dbx"
	_ "modernc.org/sqlite" // FTS5, to compare with
)

// engine is something that answers queries with ids of documents, best first.
type engine struct {
	name string
	find func(query string, limit int) ([]string, error)
}

// quality is how well an engine answers, averaged over queries.
type quality struct{ ndcg, recall, empty float64 }

// BenchmarkQuality prints nDCG@10, recall@20 and the share of queries that find nothing, over the judged set,
// beside a plain bigram index and SQLite's FTS5 with trigrams; and the same over the queries held out.
func BenchmarkQuality(b *testing.B) {
	docs, queries := judgedSet(b)
	engines := []engine{oursOver(b, docs), bigramsOver(b, docs, "all"), bigramsOver(b, docs, "any"), trigramsOver(b, docs)}
	for _, set := range []string{"judged", "held-out"} {
		asked := heldOut(queries, set == "held-out")
		b.Logf("%s: %d documents, %d queries", set, len(docs), len(asked))
		for _, e := range engines {
			b.Run(set+"/"+e.name, func(b *testing.B) {
				byKind := map[string]quality{}
				for b.Loop() {
					byKind = judge(b, e, docs, asked)
				}
				var line strings.Builder
				for _, k := range kindsOf(asked) {
					fmt.Fprintf(&line, "%s %.2f/%.2f  ", k, byKind[k].ndcg, byKind[k].recall)
				}
				b.Logf("%-12s nDCG@10/recall@20: %s", e.name, line.String())
				b.ReportMetric(byKind[""].ndcg, "nDCG@10")
				b.ReportMetric(byKind[""].recall, "recall@20")
				b.ReportMetric(byKind[""].empty, "zero-results")
			})
		}
	}
}

// heldOut is the queries that are held out, or the others.
func heldOut(queries []judgedQuery, which bool) []judgedQuery {
	return slices.DeleteFunc(slices.Clone(queries), func(q judgedQuery) bool { return q.heldOut != which })
}

func kindsOf(queries []judgedQuery) (kinds []string) {
	for _, q := range queries {
		if !slices.Contains(kinds, q.kind) {
			kinds = append(kinds, q.kind)
		}
	}
	return kinds
}

// TestQuality holds what the decision record promises: ours is clearly better than bigrams alone, for no kind of query
// worse, and finds something for every query.
func TestQuality(t *testing.T) {
	docs, queries := judgedSet(t)
	ours := judge(t, oursOver(t, docs), docs, queries)
	for _, way := range []string{"all", "any"} {
		plain := judge(t, bigramsOver(t, docs, way), docs, queries)
		if ours[""].ndcg < plain[""].ndcg+0.15 {
			t.Errorf("nDCG@10 %.3f, bigrams (%s) %.3f", ours[""].ndcg, way, plain[""].ndcg)
		}
		for _, kind := range kindsOf(queries) {
			if ours[kind].ndcg < plain[kind].ndcg {
				t.Errorf("%s: nDCG@10 %.3f, bigrams (%s) %.3f", kind, ours[kind].ndcg, way, plain[kind].ndcg)
			}
		}
	}
	if ours[""].empty > 0 {
		t.Errorf("nothing is found for %.0f %% of the queries", 100*ours[""].empty)
	}
}

// judge asks every query and averages, for all under "" and by kind.
func judge(t testing.TB, e engine, docs []judgedDoc, queries []judgedQuery) map[string]quality {
	byID := map[string]judgedDoc{}
	for _, d := range docs {
		byID[d.ID] = d
	}
	sums, counts := map[string]quality{}, map[string]float64{}
	for _, q := range queries {
		ids, err := e.find(q.text, 20)
		if err != nil {
			t.Fatalf("%s, %q: %v", e.name, q.text, err)
		}
		grades := make([]int, len(ids))
		for i, id := range ids {
			grades[i] = q.relevance(byID[id])
		}
		var all []int
		for _, d := range docs {
			if g := q.relevance(d); g > 0 {
				all = append(all, g)
			}
		}
		for _, k := range []string{"", q.kind} {
			s := sums[k]
			s.ndcg += ndcg(grades, all, 10)
			s.recall += recall(grades, len(all), 20)
			if len(ids) == 0 {
				s.empty++
			}
			sums[k] = s
			counts[k]++
		}
	}
	for k := range maps.Keys(sums) {
		n := counts[k]
		sums[k] = quality{sums[k].ndcg / n, sums[k].recall / n, sums[k].empty / n}
	}
	return sums
}

// ndcg is the normalised discounted cumulative gain of the first n, with gains of 2^grade - 1 (Burges et al. 2005).
func ndcg(found, all []int, n int) float64 {
	ideal := slices.Clone(all)
	slices.SortFunc(ideal, func(a, b int) int { return cmp.Compare(b, a) })
	best := gain(ideal, n)
	if best == 0 {
		return 0
	}
	return gain(found, n) / best
}

func gain(grades []int, n int) float64 {
	sum := 0.0
	for i, g := range grades[:min(n, len(grades))] {
		sum += (math.Exp2(float64(g)) - 1) / math.Log2(float64(i)+2)
	}
	return sum
}

// recall is how many of the relevant documents, as far as they fit into n, are among the first n.
func recall(found []int, relevant, n int) float64 {
	hits := 0
	for _, g := range found[:min(n, len(found))] {
		if g > 0 {
			hits++
		}
	}
	return float64(hits) / float64(max(1, min(relevant, n)))
}

func oursOver(t testing.TB, docs []judgedDoc) engine {
	ix, err := Open(t.TempDir(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := ix.Close(); err != nil {
			t.Error(err)
		}
	})
	plain := make([]Document, len(docs))
	for i, d := range docs {
		plain[i] = d.Document
	}
	for batch := range slices.Chunk(plain, BatchSize) {
		put(t, ix, batch...)
	}
	return engine{"ours", func(query string, limit int) ([]string, error) {
		r, err := ix.Search(context.Background(), Request{Query: query, Size: limit})
		ids := []string{}
		for _, h := range r.Hits {
			ids = append(ids, h.ID)
		}
		return ids, err
	}}
}

// bigramAnalyzer is the name of our terms for Bleve.
const bigramAnalyzer = "bigrams"

type bigramTokenizer struct{}

func (bigramTokenizer) Tokenize(text []byte) (out analysis.TokenStream) {
	for i, t := range analyzed(string(text)) {
		out = append(out, &analysis.Token{Term: []byte(t.term), Start: t.start, End: t.end, Position: i + 1})
	}
	return out
}

var registerBigrams = sync.OnceValue(func() error {
	return registry.RegisterAnalyzer(bigramAnalyzer, func(map[string]any, *registry.Cache) (analysis.Analyzer, error) {
		return &analysis.DefaultAnalyzer{Tokenizer: bigramTokenizer{}}, nil
	})
})

// bigramsOver is the plain baseline: title, text and tags cut into bigrams, English stemmed, BM25 as Bleve has it,
// without operators. way says whether all terms of a query have to match or any.
func bigramsOver(t testing.TB, docs []judgedDoc, way string) engine {
	if err := registerBigrams(); err != nil {
		t.Fatal(err)
	}
	m := bleve.NewIndexMapping()
	m.DefaultAnalyzer = bigramAnalyzer
	m.ScoringModel = "bm25"
	b, err := bleve.New(t.TempDir()+"/bigrams", m)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	batch := b.NewBatch()
	for _, d := range docs {
		text := normalize(d.Title + "\n" + d.Content + "\n" + strings.Join(d.Tags, " "))
		if err := batch.Index(d.ID, map[string]any{"text": text}); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Batch(batch); err != nil {
		t.Fatal(err)
	}
	return engine{"bigram-" + way, func(query string, limit int) ([]string, error) {
		q := bleve.NewMatchQuery(normalize(query))
		q.SetField("text")
		q.Analyzer = bigramAnalyzer
		if way == "all" {
			q.SetOperator(bq.MatchQueryOperatorAnd)
		}
		found, err := b.Search(bleve.NewSearchRequestOptions(q, limit, 0, false))
		if err != nil {
			return nil, err
		}
		var ids []string
		for _, h := range found.Hits {
			ids = append(ids, h.ID)
		}
		return ids, nil
	}}
}

// trigramsOver is SQLite's FTS5 with its trigram tokenizer, ranked by its bm25. Words shorter than three
// characters, which it can't look up, are looked for with LIKE, as its documentation advises.
func trigramsOver(t testing.TB, docs []judgedDoc) engine {
	db, err := dbx.Open("sqlite", ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	db.DB().SetMaxOpenConns(1)
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	run := func(sql string, params dbx.Params) {
		t.Helper()
		if _, err := db.NewQuery(sql).Bind(params).Execute(); err != nil {
			t.Fatal(err)
		}
	}
	run("CREATE VIRTUAL TABLE docs USING fts5(id UNINDEXED, text, tokenize='trigram')", nil)
	for _, d := range docs {
		run("INSERT INTO docs (id, text) VALUES ({:id}, {:text})",
			dbx.Params{"id": d.ID, "text": d.Title + "\n" + d.Content + "\n" + strings.Join(d.Tags, " ")})
	}
	return engine{"fts5-trigram", func(query string, limit int) (ids []string, err error) {
		var long, where []string
		params := dbx.Params{"limit": limit}
		for i, word := range strings.Fields(strings.ReplaceAll(query, `"`, "")) {
			if len([]rune(word)) >= 3 {
				long = append(long, `"`+word+`"`)
				continue
			}
			name := fmt.Sprintf("w%d", i)
			where = append(where, "text LIKE '%' || {:"+name+"} || '%'")
			params[name] = word
		}
		order := "id"
		if len(long) > 0 {
			where, order = append(where, "docs MATCH {:match}"), "bm25(docs)"
			params["match"] = strings.Join(long, " ")
		}
		err = db.NewQuery("SELECT id FROM docs WHERE " + strings.Join(where, " AND ") + " ORDER BY " + order + " LIMIT {:limit}").
			Bind(params).Column(&ids)
		return ids, err
	}}
}
