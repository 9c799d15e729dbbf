package recommend

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
)

// Bounds of what is looked at for one list.
const (
	likesLookedAt     = 80
	bookmarksLookedAt = 30
	newestLookedAt    = 250
	followedLookedAt  = 40
	neighboursWeighed = 150
	walkLength        = 100
)

// eligible is the condition on the table posts for what may be recommended to v: what they may see and want to read, by
// others, what they neither liked, keep nor dismissed – the post, its author or one of its tags – and haven't skipped.
// It is asked of every page of a list.
func eligible(v collections.Viewer, now time.Time) dbx.Expression {
	return dbx.And(recommendable(v),
		dbx.NewExp(`posts.author != {:viewer}
			AND NOT EXISTS (SELECT 1 FROM likes x WHERE x.user = {:viewer} AND x.post = posts.id)
			AND NOT EXISTS (SELECT 1 FROM bookmarks x WHERE x.user = {:viewer} AND x.post = posts.id)
			AND NOT EXISTS (SELECT 1 FROM recommendation_shown x WHERE x.user = {:viewer} AND x.post = posts.id AND x.times >= {:skipped} AND x.shown_at < {:sitting})`,
			dbx.Params{"viewer": v.ID, "skipped": skippedAfter, "sitting": collections.Stamp(now.Add(-sitting))}))
}

// recommendable is what of that holds for a post beside another: seen, wanted and not dismissed. Staff are recommended
// no more than everybody: what they see by their office is no reading.
func recommendable(v collections.Viewer) dbx.Expression {
	if v.ID == "" {
		return collections.Viewer{}.Visible()
	}
	reader := collections.Viewer{ID: v.ID}
	return dbx.And(dbx.HashExp{"posts.status": collections.Published, "posts.is_hidden": false}, dbx.NewExp("posts.visibility != 'private'"),
		reader.Visible(), reader.Wanted("posts.author"),
		dbx.NewExp(`NOT EXISTS (SELECT 1 FROM not_interested n WHERE n.user = {:viewer} AND n.post = posts.id)
			AND NOT EXISTS (SELECT 1 FROM not_interested n WHERE n.user = {:viewer} AND n.target = posts.author)
			AND NOT EXISTS (SELECT 1 FROM not_interested n JOIN tags t ON t.id = n.tag JOIN post_tags pt ON pt.tag = t.name
				WHERE n.user = {:viewer} AND n.tag != '' AND pt.post = posts.id)`, dbx.Params{"viewer": v.ID}))
}

// gather makes somebody's list: what speaks for each post is asked once, whatever there is of each.
func (s *Service) gather(app core.App, v collections.Viewer) ([]*Candidate, error) {
	t, err := tasteOf(app, v, s.Now())
	if err != nil {
		return nil, err
	}
	alike, err := t.alike(app)
	if err != nil {
		return nil, err
	}
	all, err := s.candidates(app, v, strongest(alike, neighboursWeighed))
	if err != nil {
		return nil, err
	}
	for _, c := range all {
		if a := alike[c.ID]; a != nil {
			c.alike, c.source, c.weight = a.alike, a.source, a.weight
		}
	}
	t.rank(all)
	return diverse(all, walkLength), nil
}

// tasteOf is what is known of somebody.
func tasteOf(app core.App, v collections.Viewer, now time.Time) (*taste, error) {
	t := &taste{now: now, tags: map[string]float64{}, followed: map[string]bool{}, following: map[string]bool{}}
	var err error
	if t.liked, err = signalsOf(app, v); err != nil {
		return nil, err
	}
	if err := t.readTags(app, v); err != nil {
		return nil, fmt.Errorf("read somebody's tags: %w", err)
	}
	var following []string
	if err := app.DB().Select("following").From("follows").Where(dbx.HashExp{"follower": v.ID}).OrderBy("created_at DESC").Limit(2000).Column(&following); err != nil {
		return nil, fmt.Errorf("read whom somebody follows: %w", err)
	}
	for _, id := range following {
		t.following[id] = true
	}
	return t, nil
}

// signalsOf are what somebody liked and keeps, of each the newest first.
func signalsOf(app core.App, v collections.Viewer) ([]signal, error) {
	var done []struct {
		Post string `db:"post"`
		Kept bool   `db:"kept"`
	}
	err := app.DB().NewQuery(`SELECT post, kept FROM (SELECT post, 0 AS kept, created_at FROM likes WHERE user = {:me} ORDER BY created_at DESC, id DESC LIMIT {:likes})
		UNION ALL SELECT post, kept FROM (SELECT post, 1 AS kept, created_at FROM bookmarks WHERE user = {:me} ORDER BY created_at DESC, id DESC LIMIT {:kept})`).
		Bind(dbx.Params{"me": v.ID, "likes": likesLookedAt, "kept": bookmarksLookedAt}).All(&done)
	if err != nil {
		return nil, fmt.Errorf("read what somebody likes: %w", err)
	}
	signals := make([]signal, len(done))
	for i, d := range done {
		weight := likeWeight
		if d.Kept {
			weight = bookmarkWeight
		}
		signals[i] = signal{post: d.Post, kept: d.Kept, weight: weight}
	}
	return signals, nil
}

func (t *taste) readTags(app core.App, v collections.Viewer) error {
	liked := posts(t.liked)
	var tags []struct {
		Tag string `db:"tag"`
		N   int    `db:"n"`
	}
	err := app.DB().Select("tag", "COUNT(*) AS n").From("post_tags").Where(dbx.In("post", liked...)).GroupBy("tag").All(&tags)
	if err != nil {
		return err
	}
	for _, r := range tags {
		t.tags[r.Tag] = float64(r.N) / float64(len(liked))
	}
	var followed []string
	if err := app.DB().NewQuery("SELECT t.name FROM tag_follows f JOIN tags t ON t.id = f.tag WHERE f.user = {:me}").Bind(dbx.Params{"me": v.ID}).Column(&followed); err != nil {
		return err
	}
	for _, tag := range followed {
		t.tags[tag], t.followed[tag] = 1, true
	}
	return nil
}

// strongest are the ids of those that are the most alike.
func strongest(found map[string]*Candidate, n int) []any {
	all := make([]*Candidate, 0, len(found))
	for _, c := range found {
		all = append(all, c)
	}
	byAlike(all)
	ids := make([]any, 0, n)
	for _, c := range all[:min(n, len(all))] {
		ids = append(ids, c.ID)
	}
	return ids
}

// candidateRow is a candidate as the database has it.
type candidateRow struct {
	ID      string `db:"id"`
	Author  string `db:"author"`
	Tags    string `db:"tags"`
	Created string `db:"created_at"`
	Likes   int    `db:"likes_count"`
	Views   int    `db:"view_count"`
}

func (r candidateRow) candidate() Candidate {
	c := Candidate{ID: r.ID, Author: r.Author, Likes: r.Likes, Views: r.Views}
	_ = json.Unmarshal([]byte(r.Tags), &c.Tags)                  // written by the server; null leaves none
	c.Created, _ = time.Parse(collections.TimeLayout, r.Created) // likewise
	return c
}

// candidates are posts to recommend to v: those named, the newest of whom they follow, and the newest of the place. Much of what
// isn't for them is left out, but not all: [eligible] is asked of each page, since asking it of hundreds would take too long.
func (s *Service) candidates(app core.App, v collections.Viewer, named []any) ([]*Candidate, error) {
	out, err := excluded(app, v)
	if err != nil {
		return nil, err
	}
	now := s.Now()
	ofNamed, err := s.known.these(app, named, now)
	if err != nil {
		return nil, err
	}
	// note: the newest are found in an index alone, so that few rows are read
	ofFollowed, err := load(app, func(q *dbx.SelectQuery) {
		q.Where(dbx.NewExp(`posts.id IN (SELECT p.id FROM posts p WHERE p.author IN (SELECT following FROM follows WHERE follower = {:viewer})
			ORDER BY p.created_at DESC, p.id DESC LIMIT {:some})`, dbx.Params{"viewer": v.ID, "some": followedLookedAt})).
			AndWhere(dbx.HashExp{"posts.status": collections.Published, "posts.is_hidden": false}).AndWhere(dbx.NewExp("posts.visibility != 'private'"))
	})
	if err != nil {
		return nil, err
	}
	newest, err := s.known.newestOfAll(app, now)
	if err != nil {
		return nil, err
	}
	var all []*Candidate
	known := map[string]bool{}
	for _, c := range slices.Concat(ofNamed, ofFollowed, newest) {
		if !known[c.ID] && !out.has(&c) {
			all = append(all, &c)
		}
		known[c.ID] = true
	}
	return all, nil
}

// exclusions are what isn't recommended, of that what can be told beforehand: asking of each of many posts would take too long.
type exclusions map[string]bool

func (x exclusions) has(c *Candidate) bool {
	if x[c.ID] || x[c.Author] {
		return true
	}
	for _, tag := range c.Tags {
		if x["#"+tag] {
			return true
		}
	}
	return false
}

// excluded are the ids of posts and authors, and the tags with a #, that aren't for v.
func excluded(app core.App, v collections.Viewer) (exclusions, error) {
	var found []string
	err := app.DB().NewQuery(`SELECT {:me} UNION ALL SELECT target FROM mutes WHERE user = {:me} UNION ALL SELECT target FROM blocks WHERE user = {:me}
		UNION ALL SELECT user FROM blocks WHERE target = {:me}
		UNION ALL SELECT post || target FROM not_interested WHERE user = {:me} AND tag = ''
		UNION ALL SELECT '#' || t.name FROM not_interested n JOIN tags t ON t.id = n.tag WHERE n.user = {:me}
		UNION ALL SELECT post FROM recommendation_shown WHERE user = {:me} AND times >= {:skipped}
		UNION ALL SELECT post FROM (SELECT post FROM likes WHERE user = {:me} ORDER BY created_at DESC LIMIT 2000)
		UNION ALL SELECT post FROM (SELECT post FROM bookmarks WHERE user = {:me} ORDER BY created_at DESC LIMIT 2000)`).
		Bind(dbx.Params{"me": v.ID, "skipped": skippedAfter}).Column(&found)
	if err != nil {
		return nil, fmt.Errorf("read what isn't to be recommended: %w", err)
	}
	out := make(exclusions, len(found))
	for _, what := range found {
		out[what] = true
	}
	return out, nil
}
