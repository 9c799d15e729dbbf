package search

import (
	"slices"
	"testing"
)

func TestVerbsOf(t *testing.T) {
	for _, c := range []struct {
		word, stem string
		sure       bool
	}{
		{"먹다", "먹", true}, {"먹었", "먹", true}, {"갔", "", false}, {"먹었어요", "먹", true}, {"먹고", "먹", false}, {"먹는", "먹", false}, {"먹습니다", "먹", true}, {"먹어요", "먹", true},
		{"마셨다", "마시", true}, {"마십니다", "마시", true}, {"마시고", "마시", false}, {"마셔요", "마시", true}, {"마신", "마시", false},
		{"배웠습니다", "배우", true}, {"배웁니다", "배우", true}, {"봤다", "보", true}, {"왔어요", "오", true}, {"했다", "하", true}, {"갔습니다", "가", true},
		{"만드는", "만들", false}, {"만듭니다", "만들", true}, {"만들었다", "만들", true}, {"걸었다", "걷", true}, {"들었어요", "듣", true}, {"구웠다", "굽", true},
		{"예뻤어요", "예쁘", true}, {"예쁜", "예쁘", false}, {"썼다", "쓰", true}, {"빨랐다", "빠르", true}, {"지었다", "짓", true}, {"됐다", "되", true},
		{"고양이", "", false}, {"고양이다", "고양이", false}, {"최고", "최", false}, {"꽃", "", false}, {"바다", "바", true},
	} {
		stems, sure := verbsOf(c.word)
		if c.stem != "" && !slices.Contains(stems, c.stem) || sure != c.sure {
			t.Errorf("%s: %v (sure %v), want %s (sure %v)", c.word, stems, sure, c.stem, c.sure)
		}
	}
}
