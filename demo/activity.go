package demo

import (
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
)

// datedNews makes news as old as what they tell of.
const datedNews = `UPDATE notifications SET created_at = COALESCE(
	(SELECT c.created_at FROM comments c WHERE c.id = notifications.comment),
	CASE type WHEN 'like' THEN (SELECT l.created_at FROM likes l WHERE l.user = notifications.actor AND l.post = notifications.post)
		WHEN 'message' THEN (SELECT MAX(m.created_at) FROM messages m WHERE m.conversation = notifications.conversation)
		WHEN 'follow' THEN (SELECT f.created_at FROM follows f WHERE f.follower = notifications.actor AND f.following = notifications.recipient) END,
	(SELECT p.created_at FROM posts p WHERE p.id = notifications.post), created_at)`

// audience are those who can see the post, in a shuffled order.
func (s *seeder) audience(post *core.Record) ([]*core.Record, error) {
	var seeing []*core.Record
	for _, at := range s.rng.Perm(len(s.people)) {
		sees, err := collections.ViewerOf(s.people[at]).Sees(s.app, collections.PostOf(post))
		if err != nil {
			return nil, err
		}
		if sees {
			seeing = append(seeing, s.people[at])
		}
	}
	return seeing, nil
}

// popularity is between 0 and 1, most often small.
func (s *seeder) popularity() float64 {
	f := s.rng.Float64()
	return f * f * f
}

func (s *seeder) makeLikes() error {
	for _, post := range s.posts {
		people, err := s.audience(post)
		if err != nil {
			return err
		}
		for _, p := range people[:int(s.popularity()*float64(len(people)))] {
			at := s.later(post)
			if _, err := s.save(collections.Likes, "", at, map[string]any{"user": p.Id, "post": post.Id}); err != nil {
				return err
			}
		}
	}
	return nil
}

// later is a time between the post and now.
func (s *seeder) later(post *core.Record) time.Time {
	from := post.GetDateTime("created_at").Time()
	return from.Add(time.Duration(s.popularity() * float64(s.o.Now.Sub(from))))
}

func (s *seeder) makeComments() error {
	texts := Comments()
	for _, post := range s.posts {
		people, err := s.audience(post)
		if err != nil {
			return err
		}
		var parent *core.Record
		for range int(s.popularity() * 8) {
			data := map[string]any{
				"post": post.Id, "author": people[s.rng.IntN(len(people))].Id, "content": texts[s.rng.IntN(len(texts))],
			}
			at := s.later(post)
			if parent != nil && s.rng.IntN(3) == 0 {
				data["parent"], at = parent.Id, parent.GetDateTime("created_at").Time().Add(time.Minute)
			}
			c, err := s.save(collections.Comments, "", at, data)
			if err != nil {
				return err
			}
			if parent == nil {
				parent = c
			}
		}
	}
	return nil
}

// makeViews writes down readings: more of what is liked more.
func (s *seeder) makeViews() error {
	for _, post := range s.posts {
		fresh, err := s.app.FindRecordById(collections.Posts, post.Id)
		if err != nil {
			return err
		}
		views := fresh.GetInt("likes_count")*(3+s.rng.IntN(5)) + s.rng.IntN(12)
		if views == 0 {
			continue
		}
		quarter := collections.Quarter(s.later(post))
		if _, err := s.app.DB().Insert("post_views", dbx.Params{"post": post.Id, "quarter": quarter, "views": views}).Execute(); err != nil {
			return err
		}
		if err := collections.ViewTally.Add(s.app, collections.Mark{Quarter: quarter, N: int64(views)}, +1); err != nil {
			return err
		}
		if err := collections.TotalViews.Move(s.app, "all", views); err != nil {
			return err
		}
		if err := collections.ViewCounter.Move(s.app, post.Id, views); err != nil {
			return err
		}
	}
	return nil
}

// makeRest keeps some posts as bookmarks, marks old news as read, and bans two words.
func (s *seeder) makeRest() error {
	for i := 0; i < len(s.posts); i += 7 {
		people, err := s.audience(s.posts[i])
		if err != nil {
			return err
		}
		if _, err := s.save(collections.Bookmarks, "", time.Time{}, map[string]any{"user": people[0].Id, "post": s.posts[i].Id}); err != nil {
			return err
		}
	}
	if _, err := s.app.DB().NewQuery(datedNews).Execute(); err != nil {
		return err
	}
	if _, err := s.app.DB().Update(collections.Notifications, dbx.Params{"is_read": true}, dbx.NewExp("type = 'like'")).Execute(); err != nil {
		return err
	}
	for word, action := range map[string]string{"카지노광고": "reject", "buy cheap followers": "reject"} {
		if _, err := s.save(collections.BannedWords, "", time.Time{}, map[string]any{"pattern": word, "action": action}); err != nil {
			return err
		}
	}
	return nil
}
