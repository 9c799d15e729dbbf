package recommend

import (
	"cmp"
	"math"
	"slices"
	"testing"
)

// logLikelihood is how surprising it is that two posts are liked together as often as they are, were there nothing between
// them: of n people both like both, only a the one, only b the other. Source: T. Dunning, “Accurate methods for the statistics
// of surprise and coincidence”, Computational Linguistics 19(1), 1993.
func logLikelihood(both, a, b, n float64) float64 {
	entropy := func(counts ...float64) (h float64) {
		sum := 0.0
		for _, k := range counts {
			if sum += k; k > 0 {
				h += k * math.Log(k)
			}
		}
		return h - sum*math.Log(max(1, sum))
	}
	neither := n - both - a - b
	return max(0, 2*(entropy(both, a, b, neither)-entropy(both+a, b+neither)-entropy(both+b, a+neither)))
}

// TestLogLikelihood by the two examples that tell what it is: independence is no surprise, and always together is the most.
func TestLogLikelihood(t *testing.T) {
	if got := logLikelihood(1, 9, 9, 100); math.Abs(got) > 1e-9 {
		t.Errorf("of two that have nothing to do with each other: %v", got)
	}
	// ten of twenty like both, the others neither: 2·20·ln 2
	if got := logLikelihood(10, 0, 0, 20); math.Abs(got-40*math.Ln2) > 1e-9 {
		t.Errorf("of two that are always liked together: %v", got)
	}
}

// byLikelihood learns the neighbours by [logLikelihood] in place of the cosine; likeness says how much a ratio speaks for a post.
func (c *community) byLikelihood(likeness func(ratio float64) float32) map[string][]link {
	likes := &Likes{}
	for _, liked := range c.liked {
		likes.Add(liked)
	}
	m := newMatrix(likes, c.posts)
	people := float64(likes.People())
	size := func(post int32) float64 { return float64(m.starts[post+1] - m.starts[post]) }
	all := map[string][]link{}
	for post := range int32(c.posts) {
		together := map[int32]int{}
		for _, person := range m.people[m.starts[post]:m.starts[post+1]] {
			for _, other := range likes.of(person) {
				together[other]++
			}
		}
		type found struct {
			post  int32
			ratio float64
		}
		var ranked []found
		for other, n := range together {
			both := float64(n)
			if other == post || n < fewestTogether || both*people <= size(post)*size(other) {
				continue // less often than by chance is a surprise as well, but no neighbour
			}
			ranked = append(ranked, found{other, logLikelihood(both, size(post)-both, size(other)-both, people)})
		}
		slices.SortFunc(ranked, func(a, b found) int {
			return cmp.Or(cmp.Compare(b.ratio, a.ratio), cmp.Compare(a.post, b.post))
		})
		for _, one := range ranked[:min(len(ranked), neighboursKept)] {
			all[id(post)] = append(all[id(post)], link{id(one.post), likeness(one.ratio)})
		}
	}
	return all
}

// asLikeness is a ratio between 0 and 1, as Apache Mahout makes a similarity of it.
func asLikeness(ratio float64) float32 { return float32(1 - 1/(1+ratio)) }

func itself(ratio float64) float32 { return float32(ratio) }

// TestCosineIsNoWorseThanLikelihood is why the program learns by the cosine (docs/decisions/0030-recommendations.md): should a
// change of it lose to the ratios, this says so.
func TestCosineIsNoWorseThanLikelihood(t *testing.T) {
	c := small.make(0)
	cosine, ratio := c.judge(c.ours(c.neighbours(t))), c.judge(c.ours(c.byLikelihood(asLikeness)))
	t.Logf("recall@20, coverage: cosine %.3f %.3f, log-likelihood ratio %.3f %.3f", cosine.recall, cosine.coverage, ratio.recall, ratio.coverage)
	if cosine.recall < ratio.recall {
		t.Errorf("recall@20 by cosine %.3f, by log-likelihood ratio %.3f", cosine.recall, ratio.recall)
	}
}
