package recommend

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func learnt(t *testing.T, posts int, people ...[]int32) map[int32][]Neighbour {
	t.Helper()
	likes, all := &Likes{}, map[int32][]Neighbour{}
	for _, liked := range people {
		likes.Add(liked)
	}
	err := Neighbours(context.Background(), likes, posts, func(post int32, found []Neighbour) error { all[post] = slices.Clone(found); return nil })
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestNeighboursAreLikedByTheSamePeople(t *testing.T) {
	all := learnt(t, 5, []int32{0, 1}, []int32{0, 1}, []int32{0, 1, 2}, []int32{3, 4}, []int32{2})
	if len(all[0]) != 1 || all[0][0].Post != 1 || len(all[1]) != 1 || all[1][0].Post != 0 {
		t.Fatalf("neighbours of the first two: %v", all)
	}
	// three people like both and nothing else but one of them: cosine 1, shrunk by 3/(3+3)
	if got := all[0][0].Likeness; math.Abs(float64(got)-0.5) > 1e-6 {
		t.Errorf("likeness %v, want 0.5", got)
	}
	if len(all[2])+len(all[3])+len(all[4]) > 0 {
		t.Errorf("neighbours by one person alone: %v", all)
	}
	if got := learnt(t, 3); len(got) != 0 {
		t.Errorf("neighbours of nothing: %v", got)
	}
}

func TestNeighboursStopWhenTold(t *testing.T) {
	likes := &Likes{}
	for range 3 {
		likes.Add([]int32{0, 1})
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := Neighbours(ctx, likes, 2, func(int32, []Neighbour) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	full := errors.New("full")
	if err := Neighbours(context.Background(), likes, 2, func(int32, []Neighbour) error { return full }); !errors.Is(err, full) {
		t.Errorf("error %v", err)
	}
}

// TestOnlySoManyLikesOfAPersonCount: the newest.
func TestOnlySoManyLikesOfAPersonCount(t *testing.T) {
	all := make([]int32, mostOfPerson+1)
	for i := range all {
		all[i] = int32(i)
	}
	found := learnt(t, len(all), all, all)
	if len(found) != mostOfPerson || len(found[mostOfPerson]) != 0 || len(found[0]) != neighboursKept {
		t.Errorf("%d posts have neighbours, the last %d, the first %d", len(found), len(found[mostOfPerson]), len(found[0]))
	}
}

func TestPackedNeighboursComeBack(t *testing.T) {
	links := []link{{"abcdefghijklmno", 0.25}, {"012345678901234", 1}}
	got, err := unpack(pack(links))
	if err != nil || !slices.Equal(got, links) {
		t.Errorf("%v, %v", got, err)
	}
	if _, err := unpack([]byte("cut short")); err == nil {
		t.Error("half a row is taken for one")
	}
}

func TestTheStrongestReasonIsTold(t *testing.T) {
	now := time.Now()
	taste := &taste{now: now, tags: map[string]float64{"cats": 1, "film": 0.1}, following: map[string]bool{"friend": true},
		liked: []signal{{post: "kept", kept: true, weight: 1}, {post: "liked", weight: 1}}}
	alike := &Candidate{ID: "a", alike: 1, source: "kept", Created: now}
	tagged := &Candidate{ID: "b", Tags: []string{"film", "cats"}, Created: now}
	friend := &Candidate{ID: "c", Author: "friend", Created: now}
	hot := &Candidate{ID: "d", Likes: 100, Created: now}
	old := &Candidate{ID: "e", alike: 1, source: "liked", Created: now.Add(-365 * 24 * time.Hour)}
	all := []*Candidate{hot, friend, old, tagged, alike}
	taste.rank(all)
	order := make([]string, len(all))
	for i, c := range all {
		order[i] = c.ID + " " + c.reason.Type + " " + c.reason.Tag + c.reason.source
	}
	want := []string{"a bookmarked kept", "e liked liked", "b tag cats", "c following ", "d trending "}
	if diff := cmp.Diff(want, order); diff != "" {
		t.Error(diff)
	}
}

// TestVariety: an author with all the best posts doesn't fill the list while there are others, and does when there is nobody else.
func TestVariety(t *testing.T) {
	var all []*Candidate
	for i := range 40 {
		all = append(all, &Candidate{ID: id(int32(i)), Author: "same", Tags: []string{"one"}, score: 2 - float64(i)/1000})
	}
	for i := range 40 {
		all = append(all, &Candidate{ID: id(int32(100 + i)), Author: id(int32(i)), Tags: []string{"two"}, score: 1 - float64(i)/1000})
	}
	chosen := diverse(all, 20)
	same := 0
	for _, c := range chosen {
		if c.Author == "same" {
			same++
		}
	}
	if len(chosen) != 20 || same > ofAuthor || chosen[0].ID != "0" {
		t.Errorf("%d chosen, %d of one author, the first %s", len(chosen), same, chosen[0].ID)
	}
	if alone := diverse(all[:30], 25); len(alone) != 25 {
		t.Errorf("%d of the only author", len(alone))
	}
	if diverse(nil, 5) != nil {
		t.Error("something of nothing")
	}
}

func TestFusedRankings(t *testing.T) {
	if got := strings.Join(fuse(ranking{"a", "b", "c"}, ranking{"b", "d"}, nil), ""); got != "bacd" && got != "badc" {
		t.Errorf("fused: %s", got)
	}
}
