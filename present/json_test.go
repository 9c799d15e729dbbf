package present

import (
	"encoding/json/jsontext"
	"encoding/json/v2"
	"math/rand"
	"reflect"
	"slices"
	"testing"
	"testing/quick"
)

// TestByHandIsAsByReflection: what is written by hand is what encoding/json/v2 writes, whatever its fields hold.
func TestByHandIsAsByReflection(t *testing.T) {
	r := rand.New(rand.NewSource(47)) //nolint:gosec // of a test
	odd := []string{"", "plain", "한국어 ✓", "\"quotes\" and \\", "\x00\x1f\x7f\n\r\t\b\f", "</script>&", "\u2028\u2029\ufffd", "no \xff UTF-8 \xed\xa0\x80"}
	same := func(v any) {
		t.Helper()
		want, err := json.Marshal(v, jsontext.AllowInvalidUTF8(true))
		if err != nil {
			t.Fatal(err)
		}
		if got, byHand := appendJSON(nil, v); !byHand || string(got) != string(want) {
			t.Fatalf("by hand (%v)\n%s\nby reflection\n%s", byHand, got, want)
		}
	}
	for n := range 300 {
		one, _ := quick.Value(reflect.TypeFor[PostDetail](), r)
		list, _ := quick.Value(reflect.TypeFor[List[Post]](), r)
		post, posts := one.Interface().(PostDetail), list.Interface().(List[Post])
		post.Title, post.Content, post.Tags = odd[n%len(odd)], odd[r.Intn(len(odd))], odd[:n%len(odd)]
		if n%3 == 0 {
			post.Media, posts.Results = nil, nil
		}
		for i := range post.Media {
			post.Media[i].Duration = []float64{0, 1, 12.345, 1e-7, 1e21, -3.5}[r.Intn(6)]
		}
		same(&post)
		same(posts)
	}
}

// TestTagsAreReadAsJSON whether or not a stored list is as the server writes it.
func TestTagsAreReadAsJSON(t *testing.T) {
	for stored, want := range map[string][]string{
		"": {}, "null": {}, "[]": {}, `[""]`: {""}, `["a"]`: {"a"}, `["a","나무"]`: {"a", "나무"}, `["a", "b"]`: {"a", "b"}, ` ["a"] `: {"a"},
		`["a\"b","c"]`: {`a"b`, "c"}, `["a,b"]`: {"a,b"}, `["a","b`: {}, `{"a":"b"}`: {},
	} {
		if got := tagsOf(stored); !slices.Equal(got, want) || got == nil {
			t.Errorf("%s is %q, want %q", stored, got, want)
		}
	}
}
