package search

import (
	"fmt"
	"slices"
	"testing"
)

func TestVerify(t *testing.T) {
	source, _, f := follow(t)
	for i := range 4 {
		d := post(fmt.Sprint(i), "글")
		d.Tags = []string{"나", "가", "나"}
		d.MediaTypes = []string{"video", "image"}
		source.save(d)
	}
	verify := func() (out []string) {
		n, err := f.Verify(t.Context(), func(d Difference) { out = append(out, d.ID+" "+d.What) })
		if err != nil || n != len(source.posts) {
			t.Fatalf("%d documents, %v", n, err)
		}
		slices.Sort(out)
		return out
	}
	if got := verify(); got != nil {
		t.Errorf("in order, but %v", got)
	}
	source.set(func(m *memory) { // behind the log's back
		d := m.posts["0"]
		d.Hidden = true
		m.posts["0"] = d
		d = m.posts["1"]
		d.Title = "다른 글"
		m.posts["1"] = d
		delete(m.posts, "2")
		m.posts["9"] = post("9", "새 글")
	})
	if got := fmt.Sprint(verify()); got != "[0 stale 1 stale 2 surplus 9 missing]" {
		t.Errorf("got %s", got)
	}
}
