package demo

import (
	"fmt"
	"math/rand/v2"
	"time"

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
	Apart    bool      // what only those see who sign in, too: messages, followed tags, drafts, reports, an experiment
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
			{"likes", s.makeLikes}, {"comments", s.makeComments}, {"views", s.makeViews}, {"messages", s.makeApart}, {"manners", s.makeRest},
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
