package present

import (
	"net/http/httptest"
	"net/url"
	"testing"
	"time"
)

func TestParsePage(t *testing.T) {
	for query, want := range map[string][2]int{
		"": {1, 20}, "page=3": {3, 20}, "page_size=7": {1, 7}, "page_size=1000": {1, 100}, "page=2&page_size=1": {2, 1},
	} {
		p, err := ParsePage(httptest.NewRequest("GET", "/x?"+query, nil))
		if err != nil || p.Number != want[0] || p.Size != want[1] || p.ByCursor {
			t.Errorf("%q: %+v, %v", query, p, err)
		}
	}
	for _, query := range []string{"page=0", "page=-1", "page=x", "page=", "page_size=0", "page_size=1.5", "cursor=!!", "cursor=bnVsbA", "cursor=e30", "cursor=W10", "cursor=W251bGxd"} {
		if _, err := ParsePage(httptest.NewRequest("GET", "/x?"+query, nil)); err == nil {
			t.Errorf("%q is taken", query)
		}
	}
}

func TestHugePageIsEmptyAndKeepsItsNeighbours(t *testing.T) {
	p, err := ParsePage(httptest.NewRequest("GET", "/x?page=9223372036854775807", nil))
	if err != nil {
		t.Fatal(err)
	}
	list := Ranked[int](p, p.Offset(), time.Time{}, 45)
	if list.Next != nil || list.Previous == nil || *list.Previous != "/x?page=3" || *list.Count != 45 {
		t.Errorf("%+v", list)
	}
}

func TestBeyondIsLexicographic(t *testing.T) {
	e := beyond([]Key{{"a", true}, {"b", false}, {"id", true}}, []any{1, 2, "x"})
	const want = "(a <= {:after0} AND ((a < {:after0} OR (a = {:after0} AND (b > {:after1} OR (b = {:after1} AND id < {:after2}))))))"
	if got := e.Build(nil, map[string]any{}); got != want {
		t.Errorf("got %s", got)
	}
}

func FuzzCursor(f *testing.F) {
	for _, seed := range []string{"", "W10", "WzEsImEiXQ", "!!", "bnVsbA", encodeCursor([]any{"2026-01-01 00:00:00.000Z", "abc"})} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		values, err := decodeCursor(s)
		if err != nil || values == nil {
			return
		}
		again, err := decodeCursor(encodeCursor(values))
		if err != nil || len(again) != len(values) {
			t.Errorf("%q → %v → %v, %v", s, values, again, err)
		}
		if _, err := ParsePage(httptest.NewRequest("GET", "/x?cursor="+url.QueryEscape(s), nil)); err != nil {
			t.Errorf("%q decodes but isn't taken: %v", s, err)
		}
	})
}
