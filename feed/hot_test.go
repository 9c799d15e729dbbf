package feed

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"madang/present"
)

func TestHeatFallsWithAgeAndRisesWithLikes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		likes, views := rapid.IntRange(0, 1_000_000).Draw(t, "likes"), rapid.IntRange(0, 1_000_000).Draw(t, "views")
		age := time.Duration(rapid.Int64Range(0, int64(10*365*24*time.Hour)).Draw(t, "age"))
		h := heat(likes, views, age)
		if h < 0 || heat(likes+1, views, age) <= h || heat(likes, views+10, age) <= h {
			t.Fatalf("%d likes, %d views, %v: %g, one more isn't hotter", likes, views, age, h)
		}
		if likes+views > 0 && heat(likes, views, age+time.Hour) >= h {
			t.Fatalf("%d likes, %d views, %v: doesn't cool", likes, views, age)
		}
	})
}

func TestHottestPutsAFreshLikeBeforeAnOldOne(t *testing.T) {
	now := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	at := func(hours int) string { return now.Add(-time.Duration(hours) * time.Hour).Format(time.RFC3339) }
	posts := []present.Post{
		{ID: "old", LikesCount: 20, CreatedAt: at(72)}, {ID: "fresh", LikesCount: 5, CreatedAt: at(1)},
		{ID: "cold", CreatedAt: at(2)}, {ID: "colder", CreatedAt: at(3)},
	}
	got := hottest(posts, now, 3)
	if len(got) != 3 || got[0].ID != "fresh" || got[1].ID != "old" || got[2].ID != "cold" {
		t.Errorf("%v", got)
	}
}
