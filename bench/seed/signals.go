package seed

import (
	"maps"
	"slices"
	"time"

	"madang/bench/words"
	"madang/collections"
)

// fames are how well known each post is, as far as everybody may see it: those that nobody else sees are of no one's choice.
func (c *community) fames() []float64 {
	weights := make([]float64, len(c.posts))
	for i, p := range c.posts {
		if p.open {
			weights[i] = p.fame
		}
	}
	return weights
}

// makeLikes lets people like public posts: few are liked by thousands, half by hardly anybody.
func (c *community) makeLikes() error {
	eager := newLot(shares(c.rand, len(c.people), 0.5))
	pairs := make([]pair, 0, c.Likes)
	for liked, n := range portion(c.rand, c.Likes, c.fames(), max(1, len(c.people)/3)) {
		for who := range c.different(n, -1, eager) {
			pairs = append(pairs, pair{who, liked, c.between(c.posts[liked].at)})
		}
	}
	return c.insertPairs(collections.LikePairs, pairs, func(i int) string { return c.posts[i].id })
}

// quartersOfViews is in how many quarters of an hour a post is looked at, about.
const quartersOfViews = 8

// makeViews rolls up views: some five for each like, in a few quarters of an hour after the post.
func (c *community) makeViews() error {
	counts := portion(c.rand, 5*c.Likes, c.fames(), 5*c.Likes)
	return c.insert("post_views", []string{"post", "quarter", "views"}, func(yield func([]any) bool) {
		for i, n := range counts {
			quarters := map[string]int{}
			for left := n; left > 0; {
				part := min(left, 1+n/quartersOfViews)
				quarters[collections.Quarter(c.between(c.posts[i].at))] += part
				left -= part
			}
			for _, quarter := range slices.Sorted(maps.Keys(quarters)) {
				if !yield([]any{c.posts[i].id, quarter, quarters[quarter]}) {
					return
				}
			}
		}
	})
}

// makeComments lets people comment public posts, every third time in reply to another's comment.
func (c *community) makeComments() error {
	eager := newLot(shares(c.rand, len(c.people), 0.7))
	type comment struct {
		id, parent, post string
		at               time.Time
	}
	comments := make([]comment, 0, c.Comments)
	for i, n := range portion(c.rand, c.Comments, c.fames(), c.Comments) {
		first := len(comments)
		for range n {
			made := comment{id: c.newID(), post: c.posts[i].id, at: c.between(c.posts[i].at)}
			if above := len(comments) - first; above > 0 && c.rand.IntN(3) == 0 {
				if to := comments[first+c.rand.IntN(above)]; to.parent == "" {
					made.parent, made.at = to.id, c.between(to.at)
				}
			}
			comments = append(comments, made)
		}
	}
	slices.SortFunc(comments, func(a, b comment) int { return a.at.Compare(b.at) })
	columns := []string{"id", "post", "author", "content", "parent", "created_at", "updated_at"}
	return c.insert(collections.Comments, columns, func(yield func([]any) bool) {
		for i, made := range comments {
			w, at := words.NewWriter(uint64(i), streamComments), collections.Stamp(made.at)
			if !yield([]any{made.id, made.post, c.people[eager.draw(c.rand)], w.Text(3 + w.Rand.IntN(30)), made.parent, at, at}) {
				return
			}
		}
	})
}
