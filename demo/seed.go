package demo

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/filesystem"
	"github.com/pocketbase/pocketbase/tools/types"

	"madang/collections"
)

// Options say how much of the community to make.
type Options struct {
	Password string    // of every person; keep it secret where strangers can sign in
	Now      time.Time // the newest post is an hour old then
	Posts    int       // the newest of the 300; 0 for all
	Media    bool      // pictures, sounds and films too
}

// seedSpan is the time over which the posts were written.
const seedSpan = 30 * 24 * time.Hour

// seeder makes the community, row by row through the hooks, so that every rule holds and
// every counter is right.
type seeder struct {
	app    core.App
	o      Options
	rng    *rand.Rand
	people []*core.Record
	posts  []*core.Record
	files  int // media made so far
}

// IsEmpty reports whether nobody has joined yet.
func IsEmpty(app core.App) (bool, error) {
	n, err := app.CountRecords(collections.Users)
	return n == 0, err
}

// Seed fills an empty instance with the same small community each time: all of it or nothing.
// progress, if not nil, hears what is being made.
func Seed(app core.App, o Options, progress func(what string)) error {
	if progress == nil {
		progress = func(string) {}
	}
	return app.RunInTransaction(func(tx core.App) error {
		s := &seeder{app: tx, o: o, rng: rand.New(rand.NewPCG(contentSeed, 2))}
		for _, step := range []struct {
			what string
			do   func() error
		}{
			{"people", s.makePeople}, {"follows", s.makeFollows}, {"posts", s.makePosts},
			{"likes", s.makeLikes}, {"comments", s.makeComments}, {"views", s.makeViews}, {"manners", s.makeRest},
		} {
			progress(step.what)
			if err := step.do(); err != nil {
				return fmt.Errorf("make %s: %w", step.what, err)
			}
		}
		return nil
	})
}

// PersonID is the record id of a person of the community, the same each time.
func PersonID(username string) string { return fixedID("person" + username) }

// PostID is the record id of the n-th post made, counted from 0.
func PostID(n int) string { return fixedID(fmt.Sprintf("post%05d", n)) }

// fixedID pads s to the 15 characters of an id.
func fixedID(s string) string {
	const filler = "000000000000000"
	clean := make([]byte, 0, len(filler))
	for _, b := range []byte(s) {
		if b >= 'a' && b <= 'z' || b >= '0' && b <= '9' {
			clean = append(clean, b)
		}
	}
	return (string(clean) + filler)[:len(filler)]
}

func (s *seeder) save(collection, id string, at time.Time, data map[string]any) (*core.Record, error) {
	r, err := collections.New(s.app, collection)
	if err != nil {
		return nil, err
	}
	r.Load(data)
	if id != "" {
		r.Set("id", id)
	}
	for _, field := range []string{"created_at", "updated_at"} {
		if r.Collection().Fields.GetByName(field) != nil && !at.IsZero() {
			stamp, err := types.ParseDateTime(at)
			if err != nil {
				return nil, err
			}
			r.SetRaw(field, stamp)
		}
	}
	return r, s.app.Save(r)
}

func (s *seeder) makePeople() error {
	for i, p := range People() {
		data := map[string]any{
			"username": p.Username, "email": p.Username + "@example.com", "name": p.Name, "bio": p.Bio,
			"locale": p.Locale, "role": p.Role, "password": s.o.Password, "is_verified": i < 4, "verified": true,
		}
		if s.o.Media {
			face, err := Avatar(uint64(i))
			if err != nil {
				return err
			}
			file, err := filesystem.NewFileFromBytes(face, "face.jpg")
			if err != nil {
				return err
			}
			data["profile_image"] = file
		}
		joined := s.o.Now.Add(-seedSpan - time.Duration(len(People())-i)*24*time.Hour)
		r, err := s.save(collections.Users, PersonID(p.Username), joined, data)
		if err != nil {
			return fmt.Errorf("%s: %w", p.Username, err)
		}
		s.people = append(s.people, r)
	}
	return nil
}

func (s *seeder) makeFollows() error {
	for i, follower := range s.people {
		for j, following := range s.people {
			// note: the first few are followed by many, as it goes
			if i == j || s.rng.IntN(len(s.people)) > 4+12/(j+1) {
				continue
			}
			if _, err := s.save(collections.Follows, "", time.Time{}, map[string]any{"follower": follower.Id, "following": following.Id}); err != nil {
				return err
			}
		}
	}
	return nil
}

// makePosts writes the newest posts, one in 20 for followers alone and one in 30 private.
func (s *seeder) makePosts() error {
	texts := Posts()
	if s.o.Posts > 0 {
		texts = texts[len(texts)-s.o.Posts:]
	}
	for i, t := range texts {
		at := s.o.Now.Add(-time.Hour - seedSpan*time.Duration(len(texts)-1-i)/time.Duration(len(texts)))
		visibility := collections.Public
		switch {
		case i%30 == 17:
			visibility = collections.Private
		case i%20 == 9:
			visibility = collections.Followers
		}
		post, err := s.save(collections.Posts, PostID(i), at, map[string]any{
			"author": s.people[t.Author].Id, "title": t.Title, "content": t.Content, "tags": t.Tags,
			"visibility": visibility, "status": collections.Published, "published_at": at,
		})
		if err != nil {
			return fmt.Errorf("%q: %w", t.Title, err)
		}
		s.posts = append(s.posts, post)
		if s.o.Media {
			if err := s.makeMedia(post, i, len(texts)); err != nil {
				return err
			}
		}
	}
	return nil
}

// makeMedia gives every third post a picture, some two, and the newest ones sound and film.
func (s *seeder) makeMedia(post *core.Record, i, of int) error {
	fromEnd := of - 1 - i
	switch {
	case fromEnd == 1 || fromEnd%60 == 33:
		return s.attach(post, "film.mp4", MP4(), "A sunrise over hills, drawn by a program")
	case fromEnd == 2 || fromEnd%60 == 48:
		return s.attach(post, "tune.wav", WAV(uint64(i)), "A short tune")
	case fromEnd%3 != 0:
		return nil
	}
	for range 1 + fromEnd%2 {
		// note: some dozens of pictures are enough; each takes a while to draw
		seed := uint64(s.files % 36)
		draw, name := JPEG, "picture.jpg"
		if seed%4 == 3 {
			draw, name = PNG, "picture.png"
		}
		picture, err := draw(seed)
		if err != nil {
			return err
		}
		if err := s.attach(post, name, picture, "A picture drawn by a program"); err != nil {
			return err
		}
	}
	return nil
}

func (s *seeder) attach(post *core.Record, name string, content []byte, alt string) error {
	file, err := filesystem.NewFileFromBytes(content, name)
	if err != nil {
		return err
	}
	s.files++
	_, err = s.save(collections.Media, "", post.GetDateTime("created_at").Time(), map[string]any{
		"owner": post.GetString("author"), "post": post.Id, "position": s.files, "file": file, "alt_text": alt,
	})
	return err
}

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
		_, err = s.app.DB().Insert("post_views", dbx.Params{
			"post": post.Id, "hour": s.later(post).UTC().Format("2006-01-02 15"), "views": views,
		}).Execute()
		if err != nil {
			return err
		}
		if err := collections.ViewCounter.Move(s.app, post.Id, views); err != nil {
			return err
		}
	}
	return nil
}

// datedNews makes news as old as what they tell of.
const datedNews = `UPDATE notifications SET created_at = COALESCE(
	(SELECT c.created_at FROM comments c WHERE c.id = notifications.comment),
	CASE type WHEN 'like' THEN (SELECT l.created_at FROM likes l WHERE l.user = notifications.actor AND l.post = notifications.post)
		WHEN 'follow' THEN (SELECT f.created_at FROM follows f WHERE f.follower = notifications.actor AND f.following = notifications.recipient) END,
	(SELECT p.created_at FROM posts p WHERE p.id = notifications.post), created_at)`

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
