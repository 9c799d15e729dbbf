package recommend

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"time"
)

// A community whose tastes are known: everybody likes two of its circles most, and what is well known a little. What of their
// likes is held out is what should be recommended to them.
type invented struct {
	circles, people, posts, likes int
}

// small is a community that a test has time for.
var small = invented{circles: 12, people: 600, posts: 1200, likes: 18_000}

type community struct {
	invented
	liked, held [][]int32 // by person
	fame        []int     // by post: how many like it, of what isn't held out
}

// noise is how much of what somebody likes is of no circle of theirs.
const noise = 0.3

func (in invented) make(seed uint64) *community {
	r := rand.New(rand.NewPCG(seed, 1)) //nolint:gosec // the same community each time
	c := &community{invented: in, liked: make([][]int32, in.people), held: make([][]int32, in.people), fame: make([]int, in.posts)}
	of := in.posts / in.circles
	// famous draws a number below n, the lower the likelier, roughly as Zipf says.
	famous := func(n int) int { return int(math.Pow(float64(n), r.Float64())) - 1 }
	for person := range in.people {
		homes := [2]int{r.IntN(in.circles), r.IntN(in.circles)}
		wanted, seen := max(4, int(float64(in.likes)/float64(in.people)*(0.4+1.2*r.Float64()))), map[int32]bool{}
		for tries := 0; len(seen) < wanted && tries < 20*wanted; tries++ {
			// note: posts are numbered so that number modulo circles is the circle, and low numbers are well known
			post := famous(in.posts)
			if r.Float64() > noise {
				post = famous(of)*in.circles + homes[r.IntN(2)]
			}
			if !seen[int32(post)] {
				seen[int32(post)] = true
				c.liked[person] = append(c.liked[person], int32(post))
			}
		}
		r.Shuffle(len(c.liked[person]), func(i, j int) {
			c.liked[person][i], c.liked[person][j] = c.liked[person][j], c.liked[person][i]
		})
		cut := len(c.liked[person]) * 4 / 5
		c.liked[person], c.held[person] = c.liked[person][:cut], c.liked[person][cut:]
		for _, post := range c.liked[person] {
			c.fame[post]++
		}
	}
	return c
}

func id(post int32) string { return strconv.Itoa(int(post)) }

// neighbours are learnt from what isn't held out.
func (c *community) neighbours(t testing.TB) map[string][]link {
	t.Helper()
	likes := &Likes{}
	for _, liked := range c.liked {
		likes.Add(liked)
	}
	all := map[string][]link{}
	err := Neighbours(context.Background(), likes, c.posts, func(post int32, found []Neighbour) error {
		for _, n := range found {
			all[id(post)] = append(all[id(post)], link{id(n.Post), n.Likeness})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// judged is how well a way to recommend does: of what was held out, how much is among twenty, and how much of all posts is
// recommended to anybody.
type judged struct{ recall, coverage float64 }

func (c *community) judge(recommend func(person int) []int32) judged {
	var sum float64
	shown := map[int32]bool{}
	for person := range c.people {
		hits := 0
		for _, post := range recommend(person) {
			shown[post] = true
			if slices.Contains(c.held[person], post) {
				hits++
			}
		}
		sum += float64(hits) / float64(min(20, len(c.held[person])))
	}
	return judged{sum / float64(c.people), float64(len(shown)) / float64(c.posts)}
}

// ours recommends as the program does, tags and variety included: each post has the tag of its circle.
func (c *community) ours(neighbours map[string][]link) func(person int) []int32 {
	now := time.Now()
	return func(person int) []int32 {
		t := &taste{now: now, tags: map[string]float64{}, following: map[string]bool{}}
		liked := map[string]bool{}
		for _, post := range c.liked[person] {
			t.liked = append(t.liked, signal{post: id(post), weight: likeWeight})
			t.tags[c.tag(post)] += 1 / float64(len(c.liked[person]))
			liked[id(post)] = true
		}
		var all []*Candidate
		found := t.follow(neighbours)
		for _, one := range strongest(found, neighboursWeighed) {
			candidate := found[one.(string)] //nolint:forcetypeassert // ids
			n, _ := strconv.Atoi(candidate.ID)
			if liked[candidate.ID] {
				continue
			}
			candidate.Author, candidate.Created, candidate.Likes, candidate.Tags = id(int32(n/7)), now, c.fame[n], []string{c.tag(int32(n))}
			all = append(all, candidate)
		}
		t.rank(all)
		var posts []int32
		for _, candidate := range diverse(all, 20) {
			n, _ := strconv.Atoi(candidate.ID)
			posts = append(posts, int32(n))
		}
		return posts
	}
}

func (c *community) tag(post int32) string { return "circle " + strconv.Itoa(int(post)%c.circles) }

// popular recommends to everybody what most like and they don't yet.
func (c *community) popular() func(person int) []int32 {
	order := make([]int32, c.posts)
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortStableFunc(order, func(a, b int32) int { return c.fame[b] - c.fame[a] })
	return func(person int) (posts []int32) {
		for _, post := range order {
			if len(posts) == 20 {
				break
			}
			if !slices.Contains(c.liked[person], post) {
				posts = append(posts, post)
			}
		}
		return posts
	}
}

func (c *community) random(seed uint64) func(person int) []int32 {
	r := rand.New(rand.NewPCG(seed, 2)) //nolint:gosec // the same choice each time
	return func(int) []int32 {
		posts := make([]int32, 20)
		for i := range posts {
			posts[i] = int32(r.IntN(c.posts))
		}
		return posts
	}
}

// TestOursBeatsPopularity by a clear margin, on three communities.
func TestOursBeatsPopularity(t *testing.T) {
	for seed := range uint64(3) {
		c := small.make(seed)
		ours, popular, random := c.judge(c.ours(c.neighbours(t))), c.judge(c.popular()), c.judge(c.random(seed))
		t.Logf("recall@20, coverage: ours %.3f %.3f, popularity %.3f %.3f, random %.3f %.3f", ours.recall, ours.coverage, popular.recall, popular.coverage, random.recall, random.coverage)
		if ours.recall < 1.3*popular.recall || popular.recall < random.recall {
			t.Errorf("community %d: recall@20 of ours %.3f, of popularity %.3f, of chance %.3f", seed, ours.recall, popular.recall, random.recall)
		}
		if ours.coverage < 5*popular.coverage {
			t.Errorf("community %d: ours shows %.3f of all posts, popularity %.3f", seed, ours.coverage, popular.coverage)
		}
	}
}

// BenchmarkRecall reports how well each way recommends, on a community of some size: go test ./recommend -bench Recall -benchtime 1x.
func BenchmarkRecall(b *testing.B) {
	c := invented{circles: 40, people: 5000, posts: 8000, likes: 200_000}.make(1)
	for name, way := range map[string]func(int) []int32{
		"ours": c.ours(c.neighbours(b)), "log-likelihood": c.ours(c.byLikelihood(asLikeness)), "log-likelihood-unbounded": c.ours(c.byLikelihood(itself)),
		"popularity": c.popular(), "random": c.random(1),
	} {
		b.Run(name, func(b *testing.B) {
			var j judged
			for range b.N {
				j = c.judge(way)
			}
			b.ReportMetric(j.recall, "recall@20")
			b.ReportMetric(j.coverage, "coverage")
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*c.people), "µs/person")
		})
	}
}
