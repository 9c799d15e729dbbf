package feed

import (
	"math"
	"sort"
	"time"

	"madang/present"
)

// gravity is how fast a post cools, and warmth the hours that every post has at least.
// Source: the ranking of Hacker News as published with its first code, (p - 1) / (t + 2)^1.8;
// here a view is worth a tenth of a like, and nothing is subtracted for the author's own.
const (
	gravity = 1.8
	warmth  = 2.0
)

// heat is the score of a post of that age: (likes + views/10) ÷ (hours + 2)^1.8.
func heat(likes, views int, age time.Duration) float64 {
	return (float64(likes) + float64(views)/10) / math.Pow(max(age.Hours(), 0)+warmth, gravity)
}

// hottest are the first limit of posts by heat at the time now, the newer of equals first.
func hottest(posts []present.Post, now time.Time, limit int) []present.Post {
	scores := make(map[string]float64, len(posts))
	for _, p := range posts {
		created, err := time.Parse(time.RFC3339, p.CreatedAt)
		if err != nil {
			continue // never: the database writes it; without a time it is the coldest
		}
		scores[p.ID] = heat(p.LikesCount, p.ViewCount, now.Sub(created))
	}
	sort.SliceStable(posts, func(i, j int) bool {
		a, b := posts[i], posts[j]
		if scores[a.ID] != scores[b.ID] {
			return scores[a.ID] > scores[b.ID]
		}
		return a.CreatedAt > b.CreatedAt
	})
	return posts[:min(limit, len(posts))]
}
