package recommend

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
)

// often is how soon after a refresh the next may come.
const often = time.Hour

// Due reports whether the neighbours are to be learnt again: likes changed since they were, and that is an hour ago.
func (s *Service) Due(app core.App) (bool, error) {
	last, at, err := lastRefresh(app)
	if err != nil || !s.On || s.Now().Sub(at) < often {
		return false, err
	}
	now, err := fingerprint(app)
	return err == nil && now != last, err
}

// lastRefresh is what the likes were at the last refresh, and when it was; zero when there was none.
func lastRefresh(app core.App) (seen string, at time.Time, err error) {
	var rows []struct {
		Seen string `db:"seen"`
		At   string `db:"at"`
	}
	err = app.DB().Select("seen", "at").From("recommendation_refreshes").OrderBy("id DESC").Limit(1).All(&rows)
	if err != nil || len(rows) == 0 {
		return "", time.Time{}, err
	}
	at, err = time.Parse(collections.TimeLayout, rows[0].At)
	return rows[0].Seen, at, err
}

// fingerprint changes with what is learnt from: the likes, and who wants no recommendations.
func fingerprint(app core.App) (string, error) {
	var likes, off int
	var last string
	err := app.DB().NewQuery("SELECT COUNT(*), COALESCE(MAX(created_at), ''), (SELECT COUNT(*) FROM users WHERE recommendations_off = TRUE) FROM likes").Row(&likes, &last, &off)
	return fmt.Sprintf("%d %s %d", likes, last, off), err
}

// Refresh learns from all likes anew which posts are neighbours, and stores it. Answers go on meanwhile: each post's
// neighbours change by themselves. progress hears of percents. What it returns finishes it, in the transaction of app.
//
// Only likes of posts that everybody may see count, so a list of neighbours tells nothing of others; and none of somebody who
// wants no recommendations.
func (s *Service) Refresh(ctx context.Context, app core.App, progress func(percent int)) (finish func(tx core.App) error, err error) {
	seen, err := fingerprint(app)
	if err != nil {
		return nil, fmt.Errorf("look at the likes: %w", err)
	}
	var id int64
	if err := app.DB().NewQuery("SELECT COALESCE(MAX(id), 0) + 1 FROM recommendation_refreshes").Row(&id); err != nil {
		return nil, err
	}
	posts, err := likedPosts(ctx, app)
	if err != nil {
		return nil, fmt.Errorf("read which posts are liked: %w", err)
	}
	likes, err := readLikes(ctx, app, posts)
	if err != nil {
		return nil, fmt.Errorf("read likes: %w", err)
	}
	progress(40)
	w := &writer{ctx: ctx, app: app, refresh: id}
	err = Neighbours(ctx, likes, len(posts.ids), func(post int32, found []Neighbour) error {
		links := make([]link, len(found))
		for i, n := range found {
			links[i] = link{posts.ids[n.Post], n.Likeness}
		}
		progress(40 + 59*int(post)/len(posts.ids))
		return w.add(posts.ids[post], links)
	})
	if err == nil {
		err = w.flush()
	}
	if err != nil {
		return nil, fmt.Errorf("learn neighbours: %w", err)
	}
	return func(tx core.App) error {
		if _, err := tx.DB().Delete("post_neighbours", dbx.NewExp("refresh != {:id}", dbx.Params{"id": id})).Execute(); err != nil {
			return err
		}
		if _, err := tx.DB().Delete("recommendation_refreshes", nil).Execute(); err != nil {
			return err
		}
		_, err := tx.DB().Insert("recommendation_refreshes", dbx.Params{"id": id, "seen": seen, "at": collections.Stamp(s.Now())}).Execute()
		return err
	}, nil
}

// Drop forgets all that was learnt, where the place has recommendations turned off.
func Drop(app core.App) error {
	for _, table := range []string{"post_neighbours", "recommendation_refreshes", "recommendation_walks", "recommendation_shown"} {
		if _, err := app.DB().Delete(table, nil).Execute(); err != nil {
			return fmt.Errorf("drop recommendations: %w", err)
		}
	}
	return nil
}

// numbered are the posts that count, by number and by id.
type numbered struct {
	ids []string
	at  map[string]int32
}

// likedPosts are the posts that everybody may see and enough people like.
func likedPosts(ctx context.Context, app core.App) (numbered, error) {
	posts := numbered{at: map[string]int32{}}
	const some = 10_000
	for last := ""; ; {
		var page []string
		err := app.DB().NewQuery(`SELECT id FROM posts WHERE id > {:last} AND likes_count >= {:fewest} AND status = 'published' AND visibility = 'public'
			AND is_hidden = FALSE ORDER BY id LIMIT {:some}`).WithContext(ctx).
			Bind(dbx.Params{"last": last, "fewest": fewestTogether, "some": some}).Column(&page)
		if err != nil {
			return posts, err
		}
		for _, id := range page {
			posts.at[id] = int32(len(posts.ids)) //nolint:gosec // 2^31 posts don't fit in memory
			posts.ids = append(posts.ids, id)
		}
		if len(page) < some {
			return posts, nil
		}
		last = page[len(page)-1]
	}
}

// readLikes reads who likes which of the posts, page by page, so that no query stays open beside the writers.
func readLikes(ctx context.Context, app core.App, posts numbered) (*Likes, error) {
	likes := &Likes{}
	var off []string
	if err := app.DB().NewQuery("SELECT id FROM users WHERE recommendations_off = TRUE").WithContext(ctx).Column(&off); err != nil {
		return nil, err
	}
	left := make(map[string]bool, len(off))
	for _, id := range off {
		left[id] = true
	}
	person, liked := "", []int32{}
	next := func(who string) {
		if len(liked) > 1 && !left[person] { // one post has no other beside it
			likes.Add(liked)
		}
		person, liked = who, liked[:0]
	}
	for at := (place{}); ; {
		rows, err := at.read(ctx, app)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			if r.User != person {
				next(r.User)
			}
			if post, counts := posts.at[r.Post]; counts {
				liked = append(liked, post)
			}
		}
		if len(rows) < likesRead {
			next("")
			return likes, nil
		}
		last := rows[len(rows)-1]
		at = place{last.User, last.At, last.ID}
	}
}

// likesRead is how many likes are read at once.
const likesRead = 20_000

type likeRow struct{ User, Post, At, ID string }

// place is the last like that was read.
type place struct{ user, at, id string }

// read reads the likes after p: person by person, the newest first.
func (p place) read(ctx context.Context, app core.App) (_ []likeRow, err error) {
	where := ""
	if p.user != "" {
		where = "WHERE (user, created_at, id) < ({:user}, {:at}, {:id})"
	}
	rows, err := app.DB().NewQuery("SELECT user, post, created_at, id FROM likes " + where + " ORDER BY user DESC, created_at DESC, id DESC LIMIT {:some}").
		WithContext(ctx).Bind(dbx.Params{"user": p.user, "at": p.at, "id": p.id, "some": likesRead}).Rows()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	page := make([]likeRow, 0, likesRead)
	for rows.Next() {
		var r likeRow
		if err := rows.Scan(&r.User, &r.Post, &r.At, &r.ID); err != nil {
			return nil, err
		}
		page = append(page, r)
	}
	return page, rows.Err()
}

// writer stores neighbours, some posts a transaction.
type writer struct {
	ctx     context.Context
	app     core.App
	refresh int64
	posts   []string
	packed  [][]byte
}

func (w *writer) add(post string, links []link) error {
	w.posts, w.packed = append(w.posts, post), append(w.packed, pack(links))
	if len(w.posts) < 500 {
		return nil
	}
	return w.flush()
}

func (w *writer) flush() error {
	err := w.app.RunInTransaction(func(tx core.App) error {
		for i, post := range w.posts {
			// note: only of posts that are still there; one that goes takes its row along
			_, err := tx.DB().NewQuery(`INSERT INTO post_neighbours (post, neighbours, refresh) SELECT id, {:neighbours}, {:refresh} FROM posts WHERE id = {:post}
				ON CONFLICT (post) DO UPDATE SET neighbours = excluded.neighbours, refresh = excluded.refresh`).
				WithContext(w.ctx).Bind(dbx.Params{"post": post, "neighbours": w.packed[i], "refresh": w.refresh}).Execute()
			if err != nil {
				return err
			}
		}
		return nil
	})
	w.posts, w.packed = w.posts[:0], w.packed[:0]
	return err
}
