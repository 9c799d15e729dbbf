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
			if !mayHave(column, surePairs(terms[from:to])) {
				t.Errorf("it seems not to have %q", terms[from:to])
			}
		}
	}
	wrong := 0
	for i := range 1000 {
		if mayHave(column, surePairs([]string{"고양", fmt.Sprint(i)})) {
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
