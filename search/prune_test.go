package search

import (
	"fmt"
	"testing"

	"github.com/blevesearch/bleve/v2/search/query"
)

// Pruning keeps what ranking everything keeps, and no document gets more than its bound.
func TestPruningKeepsTheBest(t *testing.T) {
	ix := openTest(t, t.TempDir())
	for i := range 3 {
		var docs []Document
		for j := range BatchSize {
			docs = append(docs, benchPost(i*BatchSize+j))
		}
		put(t, ix, docs...)
	}
	for _, typed := range []string{"고양이", "고양이 사진", "the 고양이", "고양이 OR 사진", "고", "고양이 -the", `"고양이 사진"`, "고양이의 the 강아지", "cat"} {
		err := ix.with(func(_ *generation, s *snapshot) error {
			c := &compiler{columns: s.columns, known: known{in: s}}
			compiled, where := c.compile(parse(typed, ix.zone()), Filter{})
			for _, q := range []query.Query{compiled, nearQuery(s, typed)} {
				checkBounds(t, s, q, typed)
				question := question{query: q, where: where, size: 20}
				pruned, err := s.collect(t.Context(), question)
				if err != nil {
					return err
				}
				question.most = BatchSize * 3 // too many to prune
				all, err := s.collect(t.Context(), question)
				if err != nil {
					return err
				}
				if got, want := fmt.Sprint(pruned.hits), fmt.Sprint(all.hits); got != want {
					t.Errorf("%s: pruned to\n%s, want\n%s", typed, got, want)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func nearQuery(s *snapshot, typed string) query.Query {
	c := &compiler{columns: s.columns, known: known{in: s}, isNear: true, leniency: forgiving}
	q, _ := c.compile(parse(typed, nil), Filter{})
	return q
}

func checkBounds(t *testing.T, s *snapshot, q query.Query, typed string) {
	p, err := newPlanner(s)
	if err != nil {
		t.Fatal(err)
	}
	root, err := p.node(q)
	if err != nil {
		t.Fatal(err)
	}
	for part := range s.parts {
		set, err := root.match(part, nil)
		if err != nil {
			t.Fatal(err)
		}
		some := documents{set, set.ToArray()}
		scores, bounds := make([]float64, len(some.list)), make([]float64, len(some.list))
		if err := root.bound(part, some, bounds); err != nil {
			t.Fatal(err)
		}
		if err := root.score(part, some, scores); err != nil {
			t.Fatal(err)
		}
		for i := range scores {
			if scores[i] > bounds[i]*(1+rounding) {
				t.Fatalf("%s: a score of %f, and a bound of %f", typed, scores[i], bounds[i])
			}
		}
	}
}
