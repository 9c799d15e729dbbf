package search

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// What holds much of a query stands behind what holds all of it; what is named exactly stays exact.
func TestNearMatches(t *testing.T) {
	ix := openTest(t, t.TempDir())
	titles := map[string]string{
		"cat": "고양이가 왔다", "street": "길고양이 급식소", "food": "사료를 샀다", "dog": "강아지 산책", "trip": "해외여행 준비", "abroad": "해외 택배", "travel": "여행 가방",
		"cafe": "서울의 조용한 카페", "guitar": "Tuning my old guitar", "both": "강아지와 고양이",
	}
	var docs []Document
	for _, id := range []string{"cat", "street", "food", "dog", "trip", "abroad", "travel", "cafe", "guitar", "both"} {
		docs = append(docs, post(id, titles[id]))
	}
	for i := range 30 {
		docs = append(docs, post(fmt.Sprint("talk", i), "어떻게 하는 방법이 있나요"))
	}
	put(t, ix, docs...)
	for _, c := range []struct{ query, matching, near string }{
		{"길고양이", "street", "both cat"},
		{"고양이사료", "", "both cat food street"},
		{"해외 여행", "trip", "abroad travel"},
		{"해외여행", "trip", "abroad travel"},
		{"서울카페", "cafe", ""},
		{"고양이 강아지", "both", "cat dog street"},
		{`"해외 택배" 여행`, "", ""},
		{`"고양이" 강아지 산책`, "", "both"},
		{"고양이 강아지 -왔다", "both", "dog street"},
		{"고양이 강아지 author:nobody", "", ""},
		{"고양이 강아지 tag:none", "", ""},
		{"고양이", "both cat street", ""},
		{"how can I tune a guitar", "", "guitar"},
		{"기타 말고 고앙이 급식소 있나요", "", "both cat street"},
		{"zzz yyy", "", ""},
	} {
		r := ask(t, ix, Request{Query: c.query, Size: maxSize, Facets: true, Highlight: true})
		wantIDs(t, c.query, matching(r), strings.Fields(c.matching)...)
		found := near(r)
		slices.Sort(found)
		wantIDs(t, c.query+", near", append([]string{}, found...), strings.Fields(c.near)...)
		if r.Near != len(found) || r.Total != len(r.Hits) {
			t.Errorf("%s: %d in all, %d near", c.query, r.Total, r.Near)
		}
		counted := len(matching(r))
		if counted == 0 {
			counted = len(found)
		}
		if counted > 0 && (len(r.Facets.Authors) != 1 || r.Facets.Authors[0].Count != counted) {
			t.Errorf("%s: facets %v", c.query, r.Facets.Authors)
		}
		if !slices.IsSortedFunc(r.Hits, func(a, b Hit) int { return cmp.Compare(b.Score, a.Score) }) {
			t.Errorf("%s: scores rise", c.query)
		}
		for _, h := range r.Hits {
			if !strings.Contains(h.Highlights["title"], "<mark>") {
				t.Errorf("%s: nothing marked in %s", c.query, h.Highlights["title"])
			}
		}
	}
	if got := ask(t, ix, Request{Query: "기타 말고 고앙이 급식소 있나요"}).DidYouMean; got != "기타 말고 고양이 급식소 있나요" {
		t.Errorf("did you mean %q", got)
	}
}

// Pages of a list with near matches fit together, and what somebody may not see is not near either.
func TestNearMatchesOnPages(t *testing.T) {
	ix := openTest(t, t.TempDir())
	var docs []Document
	for i := range 3 {
		docs = append(docs, post(fmt.Sprint("both", i), "고양이 강아지"))
	}
	for i := range 140 {
		d := post(fmt.Sprint("one", i), []string{"고양이", "강아지"}[i%2])
		d.Likes = i
		docs = append(docs, d)
	}
	secret := post("secret", "고양이 고양이")
	secret.Visibility = "private"
	put(t, ix, append(docs, secret)...)
	for _, size := range []int{1, 2, 7, 50} {
		seen, last := map[string]bool{}, 1e9
		for from := 0; ; from += size {
			r := ask(t, ix, Request{Query: "고양이 강아지", From: from, Size: size})
			if r.Total != 103 || r.Near != 100 {
				t.Fatalf("total %d, near %d", r.Total, r.Near)
			}
			for i, h := range r.Hits {
				if seen[h.ID] || h.ID == "secret" || h.Near != (from+i >= 3) || h.Score > last {
					t.Fatalf("size %d: %+v at %d after %f", size, h, from+i, last)
				}
				seen[h.ID], last = true, h.Score
			}
			if len(r.Hits) == 0 {
				break
			}
		}
		if len(seen) != 103 {
			t.Errorf("pages of %d have %d", size, len(seen))
		}
	}
	ids, err := ix.IDs(t.Context(), "고양이 강아지", Audience{}, 0)
	if err != nil || len(ids) != 3 {
		t.Errorf("as a filter: %d, %v", len(ids), err)
	}
}
