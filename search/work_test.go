package search

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// crowded has so many documents that all have the same words, in a few variations, which is as dear to search as can be.
func crowded(t *testing.T, documents int) *Index {
	t.Helper()
	ix := openTest(t, t.TempDir())
	for first := 0; first < documents; first += BatchSize {
		var docs []Document
		for i := range BatchSize {
			d := post(fmt.Sprintf("p%05d", first+i), "고양이 사진")
			d.Content = []string{"강아지와 바다 여행", "여행 강아지 바다", "바다 강아지의 여행 하늘"}[i%3] + fmt.Sprintf(" the running cat %d", i%7)
			d.MediaTypes = mediaTypes()[:i%2]
			docs = append(docs, d)
		}
		put(t, ix, docs...)
	}
	return ix
}

// dear are queries that must look at all of a crowd.
func dear() []string {
	all := strings.Fields("고양이 사진 강아지 바다 여행 하늘 the running cat")
	return []string{
		"고양이", "고", "the", `"강아지 바다"`, `"고양이"`, `바다 -"강아지 바다"`, `바다 -"없는 말"`, `436 "강아지 바다" OR 고양이`, `"the cat" OR has:image`, "has:image",
		"고양이 사진 강아지 없는말이다 xyzzyq", "the catt qrunning 강아쥐", strings.Join(slices.Repeat(all, 4)[:maxQueryTerms], " "), strings.Join(all, " OR "), "dkssud rhdiddl cat xyzzyq",
	}
}

// answered is what a stranger finds with so much work, and what was left of it.
func answered(t *testing.T, ix *Index, typed string, w work, size int) (found answer, left int64) {
	t.Helper()
	err := ix.with(func(g *generation, s *snapshot) (err error) {
		s.viewer, s.work = newViewer(Audience{}, g.columns), w
		found, err = inquiry{question{size: size, facets: true}, parse(typed, ix.zone()), Filter{}, s}.answer(context.Background(), typed, true)
		left = s.work.left
		return err
	})
	if err != nil {
		t.Fatalf("%s: %v", typed, err)
	}
	return found, left
}

// Beyond what it may do, a search takes no more work where there is more to find. What it then says is true: it finds
// nothing that it wouldn't find with more work, and tells that there may be more.
func TestASearchEndsEarly(t *testing.T) {
	little := work{left: 300_000, kept: 150_000}
	some, more := crowded(t, 2*BatchSize), crowded(t, 5*BatchSize)
	const much = 1.5 // times: what it looks up, and the last step
	for _, typed := range dear() {
		_, before := answered(t, some, typed, little, 20)
		found, after := answered(t, more, typed, little, 20)
		if spent, allowed := little.left-after, little.left-before; float64(spent) > much*float64(max(allowed, little.left)) {
			t.Errorf("%s: %d steps among %d, %d among %d", typed, allowed, 2*BatchSize, spent, 5*BatchSize)
		}
		all, _ := answered(t, more, typed, newWork(), maxFrom)
		if all.partial {
			t.Errorf("%s: ends early among few", typed)
		}
		if found.total > all.total || found.total < all.total && !found.partial {
			t.Errorf("%s: finds %d of %d, partial: %v", typed, found.total, all.total, found.partial)
		}
		there := map[string]bool{}
		for _, m := range all.hits {
			there[m.key] = true
		}
		for _, m := range found.hits {
			if !there[m.key] && all.near == 0 {
				t.Errorf("%s: with less work it finds %s, too", typed, m.key)
			}
		}
	}
}

// What a text must have a part of to be near is enough to look for: without any of it no text has enough.
func TestHeavyWords(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	for range 300 {
		weights, whole := make([]float64, 1+r.IntN(9)), 0.0
		for i := range weights {
			weights[i] = r.ExpFloat64()
			whole += weights[i]
		}
		heavy := heavy(weights, whole)
		for held := range 1 << len(weights) {
			sum, any := 0.0, false
			for i, w := range weights {
				if held>>i&1 == 1 {
					sum, any = sum+w/whole, any || heavy[i]
				}
			}
			if sum >= nearShare && !any {
				t.Fatalf("%v of %v is enough, and nothing of it heavy: %v", held, weights, heavy)
			}
		}
	}
}

// Marks are looked for as long as there is work left; the text is shown in any case.
func TestHighlightsEndEarly(t *testing.T) {
	content := strings.Repeat("가가가가 고양이 ", 3000)
	needles := needlesOf(parse(strings.Repeat("고양이가나다라 ", 8)+strings.Repeat("가", 400), nil))
	for _, n := range needles {
		if len(n.forms) > shorterForms || len(n.forms[0]) > longestForm {
			t.Errorf("%d forms, the longest of %d terms", len(n.forms), len(n.forms[0]))
		}
	}
	w := workForMarks()
	var last map[string]string
	for range 100 {
		last = highlights("제목", content, needles, w)
	}
	if w.left < -2*scanBytes {
		t.Errorf("%d steps too many", -w.left)
	}
	if last["title"] != "제목" || !strings.HasPrefix(last["content"], "가가가가 고양이") {
		t.Errorf("without work left: %v", last)
	}
}
