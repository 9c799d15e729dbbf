package recommend

import (
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
)

// known is what posts are ranked by – whose, of which tags, since when, how well they do –, kept for some minutes: the same
// posts are looked at for many lists, and each is a page of the database. It decides nothing about who may be shown one, which is
// asked of each page of a list ([eligible]).
type known struct {
	once sync.Once
	by   *lru.Cache[string, card]

	mu     sync.Mutex
	newest []Candidate // of the place, public
	last   string      // id of the newest of them
	at     time.Time   // when they were read
}

// card is a public post as it was.
type card struct {
	Candidate
	at time.Time
}

const (
	cardsKept  = 16_384 // some 300 bytes each
	cardsFresh = 10 * time.Minute
	// newestFresh is for how long the newest are the newest while there is no newer one.
	newestFresh = time.Minute
)

// candidateColumns are those of a [candidateRow].
var candidateColumns = []string{"posts.id", "posts.author", "posts.tags", "posts.created_at", "posts.likes_count", "posts.view_count"}

// inPublic is the condition on the table posts for what everybody may see.
func inPublic() dbx.Expression { return collections.Viewer{}.Visible() }

// load reads candidates.
func load(app core.App, q func(*dbx.SelectQuery)) ([]Candidate, error) {
	query := app.DB().Select(candidateColumns...).From("posts")
	q(query)
	var rows []candidateRow
	if err := query.All(&rows); err != nil {
		return nil, fmt.Errorf("look for posts to recommend: %w", err)
	}
	found := make([]Candidate, len(rows))
	for i, r := range rows {
		found[i] = r.candidate()
	}
	return found, nil
}

// these are those of the posts that everybody may see, in any order.
func (k *known) these(app core.App, ids []any, now time.Time) ([]Candidate, error) {
	k.once.Do(func() { k.by, _ = lru.New[string, card](cardsKept) }) // the error is of a size below 1
	found, missing := make([]Candidate, 0, len(ids)), []any{}
	for _, id := range ids {
		c, there := k.by.Get(id.(string)) //nolint:forcetypeassert // ids are
		if !there || now.Sub(c.at) >= cardsFresh {
			missing = append(missing, id)
			continue
		}
		found = append(found, c.Candidate)
	}
	if len(missing) == 0 {
		return found, nil
	}
	read, err := load(app, func(q *dbx.SelectQuery) { q.Where(dbx.In("posts.id", missing...)).AndWhere(inPublic()) })
	for _, c := range read {
		k.by.Add(c.ID, card{c, now})
	}
	return append(found, read...), err
}

// newestOfAll are the newest posts that everybody may see; the slice is not to be changed.
func (k *known) newestOfAll(app core.App, now time.Time) ([]Candidate, error) {
	var last string
	err := app.DB().Select("id").From("posts").Where(inPublic()).OrderBy("created_at DESC", "id DESC").Limit(1).Row(&last)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("look for the newest post: %w", err)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.last == last && now.Sub(k.at) < newestFresh {
		return k.newest, nil
	}
	newest, err := load(app, func(q *dbx.SelectQuery) {
		q.Where(inPublic()).OrderBy("posts.created_at DESC", "posts.id DESC").Limit(newestLookedAt)
	})
	if err == nil {
		k.newest, k.last, k.at = newest, last, now
	}
	return newest, err
}
