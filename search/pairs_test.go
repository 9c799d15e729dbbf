package search

import (
	"fmt"
	"slices"
	"testing"

	index "github.com/blevesearch/bleve_index_api"
)

// A filter may have every phrase of its text, and few others.
func TestPairs(t *testing.T) {
	text := "고양이 밥을 주는 iPhone15 사진, Happy cats! 🎉🎉 ㅋㅋㅋ 京都の夜 2026년에 か゛き"
	var column []byte
	newBuilder().document("post/1", post("1", text)).VisitFields(func(f index.Field) {
		if c, ok := f.(columnField); ok && f.Name() == fieldPairs {
			column = c.column
		}
	})
	if slices.Max(column) >= 1<<columnBits {
		t.Error("a byte has more bits than a column may")
	}
	terms := termsOf(text)
	for from := range terms {
		for to := from + 1; to <= len(terms); to++ {
			if !hasAll(column, surePairs(terms[from:to])) {
				t.Errorf("it seems not to have %q", terms[from:to])
			}
		}
	}
	wrong := 0
	for i := range 1000 {
		if hasAll(column, surePairs([]string{"고양", fmt.Sprint(i)})) {
			wrong++
		}
	}
	if wrong > 50 {
		t.Errorf("%d of 1,000 pairs that it has not seem to be there", wrong)
	}
	if got := len(surePairs(termsOf("고양이 사진 찍기"))); got != 2 {
		t.Errorf("%d sure pairs, want 2", got)
	}
}

// Filters outlast the merging of segments.
func TestPairsInMergedSegments(t *testing.T) {
	ix := openTest(t, t.TempDir())
	each := func(yield func(Document) error) error {
		for i := range 2*bulkSize + 100 {
			title := "고양이 그림 사진"
			if i%100 == 0 {
				title = "그림 고양이 사진"
			}
			if err := yield(post(fmt.Sprint(i), title)); err != nil {
				return err
			}
		}
		return nil
	}
	if err := ix.Rebuild(t.Context(), each, 1, nil); err != nil {
		t.Fatal(err)
	}
	if got := ask(t, ix, Request{Query: `"고양이 사진"`}).Total; got != 21 {
		t.Errorf("found %d, want 21", got)
	}
}
