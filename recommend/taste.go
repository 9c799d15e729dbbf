package recommend

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/pocketbase/pocketbase/core"
)

// Candidate is a post that may be recommended to somebody, with what speaks for it.
type Candidate struct {
	ID, Author string
	Tags       []string
	Created    time.Time
	Likes      int
	Views      int

	alike  float64 // how alike it is to what they like, see taste.follow
	source string  // the post that it is most alike to
	weight float64 // of that source alone
	score  float64
	reason Reason
}

// How much speaks for a post: its neighbours, its tags, its author, and how it does in the whole place. They were chosen on
// the synthetic community of `make bench-recommend`, where what people like together tells the most.
const (
	byNeighbours = 1.0
	byTags       = 0.45
	byAuthor     = 0.35
	byHeat       = 0.25

	// halfLife is in which time a post loses half of what its age can take away, which is half of all.
	halfLife = 14 * 24 * time.Hour
)

// taste is what somebody likes, as far as it is known.
type taste struct {
	now       time.Time
	liked     []signal
	tags      map[string]float64 // how much of what they like has the tag; followed ones 1
	followed  map[string]bool    // tags that they follow
	following map[string]bool    // authors
}

// signal is a post that somebody liked or keeps.
type signal struct {
	post   string
	kept   bool // bookmarked
	weight float64
}

// link is a neighbour as it is stored.
type link struct {
	post     string
	likeness float32
}

// posts are the ids of what was liked.
func posts(signals []signal) []any {
	ids := make([]any, len(signals))
	for i, s := range signals {
		ids[i] = s.post
	}
	return ids
}

// alike are the neighbours of what they like, by id.
func (t *taste) alike(app core.App) (map[string]*Candidate, error) {
	neighbours, err := neighboursOf(app, posts(t.liked))
	return t.follow(neighbours), err
}

// follow adds up, over what they like, how alike its neighbours are: the score of item-to-item filtering (see [Neighbours]).
// The newest signals come first, and the later ones count less, down to half.
func (t *taste) follow(neighbours map[string][]link) map[string]*Candidate {
	found := map[string]*Candidate{}
	for i, s := range t.liked {
		weight := s.weight * (1 - 0.5*float64(i)/float64(len(t.liked)))
		for _, n := range neighbours[s.post] {
			c := found[n.post]
			if c == nil {
				c = &Candidate{ID: n.post}
				found[n.post] = c
			}
			gain := weight * float64(n.likeness)
			c.alike += gain
			if gain > c.weight {
				c.weight, c.source = gain, s.post
			}
		}
	}
	return found
}

// rank scores the candidates and orders them, the best first.
func (t *taste) rank(all []*Candidate) {
	var mostAlike, hottest float64
	for _, c := range all {
		mostAlike, hottest = max(mostAlike, c.alike), max(hottest, t.heat(c))
	}
	for _, c := range all {
		t.score(c, max(mostAlike, math.SmallestNonzeroFloat64), max(hottest, math.SmallestNonzeroFloat64))
	}
	slices.SortFunc(all, func(a, b *Candidate) int {
		return cmp.Or(cmp.Compare(b.score, a.score), b.Created.Compare(a.Created), cmp.Compare(a.ID, b.ID))
	})
}

func (t *taste) score(c *Candidate, mostAlike, hottest float64) {
	alike, heat := byNeighbours*c.alike/mostAlike, byHeat*t.heat(c)/hottest
	tags, tag := t.tagged(c)
	author := 0.0
	if t.following[c.Author] {
		author = byAuthor
	}
	age := max(0, t.now.Sub(c.Created))
	c.score = (alike + byTags*tags + author + heat) * (0.5 + 0.5*math.Exp2(-float64(age)/float64(halfLife)))
	switch strongest := max(alike, byTags*tags, author, heat); {
	case strongest == alike && alike > 0:
		c.reason = t.becauseOf(c.source)
	case strongest == byTags*tags && tags > 0:
		c.reason = Reason{Type: becauseTag, Tag: tag}
	case strongest == author && author > 0:
		c.reason = Reason{Type: becauseAuthor}
	default:
		c.reason = Reason{Type: becauseTrending}
	}
}

func (t *taste) becauseOf(source string) Reason {
	for _, s := range t.liked {
		if s.post == source && s.kept {
			return Reason{Type: becauseKept, source: source}
		}
	}
	return Reason{Type: becauseLiked, source: source}
}

// tagged is how much of what they like has tags of the post, at most 1, and the tag that says the most.
func (t *taste) tagged(c *Candidate) (sum float64, most string) {
	for _, tag := range c.Tags {
		if w := t.tags[tag]; w > 0 {
			sum += w
			if most == "" || w > t.tags[most] {
				most = tag
			}
		}
	}
	return min(1, sum), most
}

// heat is how a post does in the whole place: log(1 + likes + views/10), halved every two days.
func (t *taste) heat(c *Candidate) float64 {
	age := max(0, t.now.Sub(c.Created))
	return math.Log1p(float64(c.Likes)+float64(c.Views)/10) * math.Exp2(-age.Hours()/48)
}

// byAlike orders by how alike they are to what somebody likes, the most alike first.
func byAlike(all []*Candidate) {
	slices.SortFunc(all, func(a, b *Candidate) int {
		return cmp.Or(cmp.Compare(b.alike, a.alike), cmp.Compare(a.ID, b.ID))
	})
}
