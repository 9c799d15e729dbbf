package recommend

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
)

const idLength = 15 // of a record

// pack writes links as they are stored: 15 bytes of id and 4 of likeness (IEEE 754, little endian) each.
func pack(links []link) []byte {
	out := make([]byte, 0, len(links)*(idLength+4))
	for _, l := range links {
		out = append(out, l.post...)
		out = binary.LittleEndian.AppendUint32(out, math.Float32bits(l.likeness))
	}
	return out
}

var errPacked = errors.New("neighbours of a post are cut short")

func unpack(raw []byte) ([]link, error) {
	const size = idLength + 4
	if len(raw)%size != 0 {
		return nil, errPacked
	}
	links := make([]link, 0, len(raw)/size)
	for ; len(raw) > 0; raw = raw[size:] {
		links = append(links, link{string(raw[:idLength]), math.Float32frombits(binary.LittleEndian.Uint32(raw[idLength:]))})
	}
	return links, nil
}

// neighboursOf reads the stored neighbours of posts.
func neighboursOf(app core.App, posts []any) (map[string][]link, error) {
	var rows []struct {
		Post       string `db:"post"`
		Neighbours []byte `db:"neighbours"`
	}
	err := app.DB().Select("post", "neighbours").From("post_neighbours").Where(dbx.In("post", posts...)).All(&rows)
	if err != nil {
		return nil, fmt.Errorf("read neighbours: %w", err)
	}
	all := make(map[string][]link, len(rows))
	for _, r := range rows {
		if all[r.Post], err = unpack(r.Neighbours); err != nil {
			return nil, fmt.Errorf("read neighbours of %s: %w", r.Post, err)
		}
	}
	return all, nil
}

// A step is a post of a walk, and why it is there. Names are short: a walk is stored.
type step struct {
	Post   string `json:"p"`
	Author string `json:"a"`
	Why    string `json:"w"`
	Of     string `json:"o,omitempty"` // the post or tag that is why
}

// walksKept is how many lists of somebody may be read on at once, in as many tabs.
const walksKept = 5

// saveWalk keeps a list that somebody began to read, in the transaction of app.
func saveWalk(app core.App, user string, began time.Time, steps []step) error {
	raw, err := json.Marshal(steps)
	if err != nil {
		return err
	}
	_, err = app.DB().NewQuery(`INSERT INTO recommendation_walks (user, began, posts) VALUES ({:user}, {:began}, {:posts})
		ON CONFLICT (user, began) DO UPDATE SET posts = excluded.posts`).
		Bind(dbx.Params{"user": user, "began": began.UnixMilli(), "posts": string(raw)}).Execute()
	if err != nil {
		return fmt.Errorf("keep a list of recommendations: %w", err)
	}
	_, err = app.DB().NewQuery(`DELETE FROM recommendation_walks WHERE user = {:user} AND began NOT IN
		(SELECT began FROM recommendation_walks WHERE user = {:user} ORDER BY began DESC LIMIT {:kept})`).
		Bind(dbx.Params{"user": user, "kept": walksKept}).Execute()
	return err
}

// loadWalk is a list that somebody began to read; the newest when began is zero. It is nil when it is no longer kept.
func loadWalk(app core.App, user string, began time.Time) ([]step, error) {
	q := app.DB().Select("posts").From("recommendation_walks").Where(dbx.HashExp{"user": user}).OrderBy("began DESC").Limit(1)
	if !began.IsZero() {
		q.AndWhere(dbx.HashExp{"began": began.UnixMilli()})
	}
	var found []string
	if err := q.Column(&found); err != nil || len(found) == 0 {
		return nil, err
	}
	var steps []step
	if err := json.Unmarshal([]byte(found[0]), &steps); err != nil {
		return nil, fmt.Errorf("read a list of recommendations: %w", err)
	}
	return steps, nil
}

const (
	// sitting is for how long being shown again is the same time.
	sitting = 30 * time.Minute
	// skippedAfter is at which time a post was skipped, when nothing came of showing it.
	skippedAfter = 3
	// skippedFor is for how long what was skipped stays away.
	skippedFor = 30 * 24 * time.Hour
)

// remember notes in the transaction of app that posts were shown to somebody.
func remember(app core.App, user string, posts []string, now time.Time) error {
	ids := make([]any, len(posts))
	for i, id := range posts {
		ids[i] = id
	}
	there := app.DB().Select("id").From("posts").Where(dbx.In("id", ids...)).Build()
	_, err := app.DB().NewQuery(`INSERT INTO recommendation_shown (user, post, times, shown_at) SELECT {:user}, id, 1, {:now} FROM posts WHERE id IN (` + there.SQL() + `)
		ON CONFLICT (user, post) DO UPDATE SET times = recommendation_shown.times + 1, shown_at = excluded.shown_at
		WHERE recommendation_shown.shown_at < {:before}`).
		Bind(there.Params()).Bind(dbx.Params{"user": user, "now": collections.Stamp(now), "before": collections.Stamp(now.Add(-sitting))}).Execute()
	if err != nil {
		return fmt.Errorf("note what was recommended: %w", err)
	}
	return nil
}

// Forget drops what is kept to recommend something to somebody, in the transaction of app.
func Forget(app core.App, user string) error {
	for _, table := range []string{"recommendation_walks", "recommendation_shown"} {
		if _, err := app.DB().Delete(table, dbx.HashExp{"user": user}).Execute(); err != nil {
			return fmt.Errorf("forget recommendations: %w", err)
		}
	}
	return nil
}

// ForgetPost drops what is kept of a post that goes, in the transaction of app. Lists in which it stands pass it over.
func ForgetPost(app core.App, post string) error {
	for _, table := range []string{"post_neighbours", "recommendation_shown"} {
		if _, err := app.DB().Delete(table, dbx.HashExp{"post": post}).Execute(); err != nil {
			return fmt.Errorf("forget recommendations: %w", err)
		}
	}
	return nil
}

// Sweep drops what is too old to be of use.
func (s *Service) Sweep(app core.App) error {
	now := s.Now()
	if _, err := app.DB().Delete("recommendation_shown", dbx.NewExp("shown_at < {:then}", dbx.Params{"then": collections.Stamp(now.Add(-skippedFor))})).Execute(); err != nil {
		return fmt.Errorf("drop old recommendations: %w", err)
	}
	if _, err := app.DB().Delete("recommendation_walks", dbx.NewExp("began < {:then}", dbx.Params{"then": now.Add(-24 * time.Hour).UnixMilli()})).Execute(); err != nil {
		return fmt.Errorf("drop old recommendations: %w", err)
	}
	return nil
}
