package seed

import (
	"fmt"
	"iter"
	"slices"
	"time"

	"golang.org/x/crypto/bcrypt"

	"madang/bench/words"
	"madang/collections"
)

// Streams of the words that are drawn, so that a text doesn't change with how many others there are.
const (
	streamPeople = 100 + iota
	streamPosts
	streamComments
)

// joined is how long before the first post people began to join.
const joined = 30 * 24 * time.Hour

// Username is the name of the n-th person, counted from 0.
func Username(n int) string { return fmt.Sprintf("member%06d", n) }

// makePeople makes everybody, with one password, hashed once.
func (c *community) makePeople() error {
	hash, err := bcrypt.GenerateFromPassword([]byte(c.Password), bcrypt.DefaultCost)
	if err != nil {
		return err
	}
	start := c.Now.Add(-span - joined)
	columns := []string{"id", "username", "email", "name", "bio", "role", "locale", "verified", "password", "tokenKey", "created_at", "updated_at"}
	return c.insert(collections.Users, columns, func(yield func([]any) bool) {
		for i := range c.People {
			w, id := words.NewWriter(uint64(i), streamPeople), c.newID()
			c.people = append(c.people, id)
			at := collections.Stamp(start.Add(partOf(joined, i, c.People)))
			row := []any{
				id, Username(i), Username(i) + "@example.com", w.Korean() + " " + w.English(), w.Text(5 + w.Rand.IntN(20)), collections.RoleMember,
				[]string{"ko", "en"}[i%2], true, string(hash), c.newID() + c.newID() + c.newID(), at, at,
			}
			if !yield(row) {
				return
			}
		}
	})
}

// pair is somebody and what they like or follow, by number.
type pair struct {
	who, what int
	at        time.Time
}

// insertPairs writes pairs, the oldest first, as they would have come.
func (c *community) insertPairs(of collections.Pair, pairs []pair, whats func(int) string) error {
	slices.SortFunc(pairs, func(a, b pair) int { return a.at.Compare(b.at) })
	return c.insert(of.Collection, []string{"id", of.Who, of.What, "created_at"}, func(yield func([]any) bool) {
		for _, p := range pairs {
			if !yield([]any{c.newID(), c.people[p.who], whats(p.what), collections.Stamp(p.at)}) {
				return
			}
		}
	})
}

// makeFollows lets people follow each other: the known ones are followed by thousands, most by a few.
func (c *community) makeFollows() error {
	start := c.Now.Add(-span)
	most := max(1, len(c.people)/2)
	eager := newLot(shares(c.rand, len(c.people), 0.5))
	pairs := make([]pair, 0, c.Follows)
	for followed, n := range portion(c.rand, c.Follows, shares(c.rand, len(c.people), 0.9), most-1) {
		for who := range c.different(n, followed, eager) {
			pairs = append(pairs, pair{who, followed, start.Add(time.Duration(c.rand.Float64() * float64(span)))})
		}
	}
	return c.insertPairs(collections.FollowPairs, pairs, func(i int) string { return c.people[i] })
}

// different are n people drawn from a lot, nobody twice and not the one who is left out.
func (c *community) different(n, without int, from lot) iter.Seq[int] {
	return func(yield func(int) bool) {
		drawn := make(map[int]bool, n)
		for tries := 0; len(drawn) < n; tries++ {
			who := from.draw(c.rand)
			if tries > 2*n { // the eager ones are all there by now
				who = c.rand.IntN(len(c.people))
			}
			if who == without || drawn[who] {
				continue
			}
			drawn[who] = true
			if !yield(who) {
				return
			}
		}
	}
}
