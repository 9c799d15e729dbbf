package seed

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/text"
)

// Size is how many there are of each.
type Size struct{ People, Posts, Likes, Follows, Comments, Media int }

// Times is a community n times as large.
func (s Size) Times(n int) Size {
	return Size{n * s.People, n * s.Posts, n * s.Likes, n * s.Follows, n * s.Comments, n * s.Media}
}

// Of is a community of so many people, everything else in proportion.
func (s Size) Of(people int) Size {
	part := func(n int) int { return n * people / s.People }
	return Size{people, part(s.Posts), part(s.Likes), part(s.Follows), part(s.Comments), part(s.Media)}
}

// Usual is the size that the benchmarks are told for.
var Usual = Size{People: 10_000, Posts: 100_000, Likes: 1_000_000, Follows: 200_000, Comments: 300_000, Media: 5_000}

// span is the time over which all was written; it ends with Options.Now.
const span = 90 * 24 * time.Hour

// Options say what to make. The same ones make the same community, but for its pictures' ids.
type Options struct {
	Size
	Pictures int // how many are drawn; the other media are copies of them
	Seed     uint64
	Password string    // of every person
	Now      time.Time // the newest post is a moment old then
	Markdown *text.Markdown
}

// ErrNotEmpty is an instance that somebody has joined.
var ErrNotEmpty = errors.New("there are people here already; it takes an empty instance")

// Fill makes the community. It writes table by table: after an error the data folder is good for nothing.
// progress hears what is being made. The search index isn't told: it has to be rebuilt.
func Fill(ctx context.Context, app core.App, o Options, progress func(what string)) error {
	if n, err := app.CountRecords(collections.Users); err != nil || n > 0 {
		return errors.Join(err, ErrNotEmpty)
	}
	c := &community{ctx: ctx, app: app, Options: o, rand: rand.New(rand.NewPCG(o.Seed, 1))}
	if err := c.open(); err != nil {
		return err
	}
	for _, step := range []struct {
		what string
		do   func() error
	}{
		{"people", c.makePeople}, {"follows", c.makeFollows}, {"posts", c.makePosts}, {"media", c.makeMedia}, {"likes", c.makeLikes},
		{"comments", c.makeComments}, {"views", c.makeViews}, {"counters", c.count},
	} {
		progress(step.what)
		if err := step.do(); err != nil {
			return fmt.Errorf("make %s: %w", step.what, err)
		}
	}
	return nil
}

// community is what has been made so far, as far as later rows need it. Its people and posts are numbered, the older first.
type community struct {
	Options
	ctx    context.Context
	app    core.App
	db     *sql.DB
	rand   *rand.Rand
	people []string // ids
	posts  []post
}

type post struct {
	id, author string
	at         time.Time
	open       bool // everybody may see it
	fame       float64
}

// open takes the connection that writes. Indexes of a million random ids don't fit into what it usually holds in memory, and
// what SQLite notes of a statement, so as to take it back, mustn't be there: a statement that changes every post notes them all.
func (c *community) open() error {
	db, ok := c.app.NonconcurrentDB().(*dbx.DB)
	if !ok {
		return errors.New("the database can't be written in bulk inside of a transaction")
	}
	c.db = db.DB()
	_, err := c.db.ExecContext(c.ctx, "PRAGMA cache_size = -400000; PRAGMA temp_store = FILE")
	return err
}

// count sets every counter, and tells SQLite how the rows are spread.
func (c *community) count() error {
	if err := collections.SetCounters(c.app); err != nil {
		return err
	}
	return collections.TakeStatistics(c.app.NonconcurrentDB())
}

// partOf is the i-th of n equal parts of d; d*i alone would be more than a Duration holds.
func partOf(d time.Duration, i, n int) time.Duration {
	return time.Duration(float64(d) * float64(i) / float64(n))
}

// between is a moment after from, sooner likelier than later: within a day for the half of what is drawn.
func (c *community) between(from time.Time) time.Time {
	const half = 24 * time.Hour
	at := from.Add(time.Duration(c.rand.ExpFloat64() * float64(half) / 0.693))
	if at.After(c.Now) { // as likely any moment that is left
		at = from.Add(time.Duration(c.rand.Float64() * float64(c.Now.Sub(from))))
	}
	return at
}

// newID is a record id as random as the program's, but drawn from the seed.
func (c *community) newID() string {
	const alphabet = "abcdefghijklmnopqrstuvwxyz0123456789"
	id := make([]byte, 15)
	for i := range id {
		id[i] = alphabet[c.rand.IntN(len(alphabet))]
	}
	return string(id)
}
