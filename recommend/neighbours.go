package recommend

import (
	"context"
	"math"
	"slices"
)

// Bounds of the work, whatever the place's size.
const (
	// most of a person's likes that count, the newest: somebody who likes everything says little, and pairs grow with the square.
	mostOfPerson = 200
	// most of a post's likers that are looked at, evenly chosen; the rest is reckoned from them.
	mostOfPost = 4000
	// neighboursKept of each post.
	neighboursKept = 30
	// fewestTogether is how many people must like both of two posts: one alone would show through.
	fewestTogether = 2
	// doubt draws pairs with few people towards 0: n people count n/(n+doubt).
	doubt = 3.0
)

// Likes is who likes what, both by numbers that count from 0.
type Likes struct {
	posts  []int32 // of person p: posts[starts[p]:starts[p+1]]
	starts []int32
}

// Add adds a person by the posts that they like, the newest like first, each once.
func (l *Likes) Add(posts []int32) {
	if len(l.starts) == 0 {
		l.starts = append(l.starts, 0)
	}
	l.posts = append(l.posts, posts[:min(len(posts), mostOfPerson)]...)
	l.starts = append(l.starts, int32(len(l.posts))) //nolint:gosec // 2^31 likes don't fit in memory
}

// People is how many there are.
func (l *Likes) People() int { return max(0, len(l.starts)-1) }

func (l *Likes) of(person int32) []int32 { return l.posts[l.starts[person]:l.starts[person+1]] }

// Neighbour is a post that the same people like, and how alike the two are: above 0, at most 1.
type Neighbour struct {
	Post     int32
	Likeness float32
}

// Neighbours gives to each the neighbours of every post that has any, the most alike first, of posts numbered below n.
// An error of each ends it, and so does ctx.
//
// It is item-to-item collaborative filtering. How alike two posts are is the cosine of who likes them, everybody counting
// 1/√(how much they like), so that a few people who like everything don't join all with all (M. Deshpande, G. Karypis,
// “Item-based top-N recommendation algorithms”, ACM TOIS 22(1), 2004), shrunk where few people stand behind it (R. Bell,
// Y. Koren, “Scalable collaborative filtering with jointly derived neighborhood interpolation weights”, ICDM 2007).
//
// Work is at most n × 4,000 × 200 steps; memory is 8 bytes a like and 12 a post, and one post's neighbours.
func Neighbours(ctx context.Context, l *Likes, n int, each func(post int32, found []Neighbour) error) error {
	m := newMatrix(l, n)
	for post := range int32(n) { //nolint:gosec // posts are numbered by int32
		if post%256 == 0 && ctx.Err() != nil {
			return context.Cause(ctx)
		}
		found := m.neighbours(post)
		if len(found) == 0 {
			continue
		}
		if err := each(post, found); err != nil {
			return err
		}
	}
	return nil
}

// matrix is the likes read from both sides.
type matrix struct {
	likes  *Likes
	people []int32   // of post i: people[starts[i]:starts[i+1]]
	starts []int32   //
	weight []float32 // of a person
	norm   []float64 // of a post: the weights of its likers

	// of the post at hand, by the other post
	shared   []float32
	together []int32
	touched  []int32
}

func newMatrix(l *Likes, n int) *matrix {
	m := &matrix{likes: l, starts: make([]int32, n+1), people: make([]int32, len(l.posts)), norm: make([]float64, n),
		weight: make([]float32, l.People()), shared: make([]float32, n), together: make([]int32, n)}
	for _, post := range l.posts {
		m.starts[post+1]++
	}
	for i := range n {
		m.starts[i+1] += m.starts[i]
	}
	next := slices.Clone(m.starts)
	for person := range int32(l.People()) { //nolint:gosec // people are numbered by int32
		liked := l.of(person)
		m.weight[person] = float32(1 / math.Sqrt(float64(max(1, len(liked)))))
		for _, post := range liked {
			m.people[next[post]] = person
			next[post]++
			m.norm[post] += float64(m.weight[person])
		}
	}
	return m
}

func (m *matrix) neighbours(post int32) []Neighbour {
	likers := m.people[m.starts[post]:m.starts[post+1]]
	if len(likers) < fewestTogether {
		return nil
	}
	step := max(1, len(likers)/mostOfPost)
	for i := 0; i < len(likers); i += step {
		person := likers[i]
		for _, other := range m.likes.of(person) {
			if m.together[other] == 0 {
				m.touched = append(m.touched, other)
			}
			m.together[other]++
			m.shared[other] += m.weight[person]
		}
	}
	var found []Neighbour
	for _, other := range m.touched {
		if together := float64(m.together[other]) * float64(step); other != post && m.together[other] >= fewestTogether {
			cosine := float64(m.shared[other]) * float64(step) / math.Sqrt(m.norm[post]*m.norm[other])
			found = append(found, Neighbour{other, float32(min(1, cosine) * together / (together + doubt))})
		}
		m.together[other], m.shared[other] = 0, 0
	}
	m.touched = m.touched[:0]
	slices.SortFunc(found, func(a, b Neighbour) int {
		switch {
		case a.Likeness != b.Likeness && a.Likeness > b.Likeness:
			return -1
		case a.Likeness != b.Likeness:
			return 1
		}
		return int(a.Post - b.Post)
	})
	return found[:min(len(found), neighboursKept)]
}
