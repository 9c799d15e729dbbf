package recommend

import (
	"context"
	"fmt"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
)

// worded keeps which public posts have the words of a post, by its id, for those that are read now. Asking the index is most of
// what a related list costs.
type worded struct {
	once sync.Once
	kept *lru.Cache[string, words]
}

type words struct {
	title string // that they are of
	at    time.Time
	posts ranking
}

const (
	wordedKept  = 4096      // posts, some kilobytes each
	wordedFresh = time.Hour // then newer posts are looked for
)

// sameWords are the posts that everybody may see with words of the title of a post.
func (s *Service) sameWords(ctx context.Context, app core.App, id, title string) (ranking, error) {
	s.worded.once.Do(func() {
		s.worded.kept, _ = lru.New[string, words](wordedKept) // the error is of a size below 1
	})
	now := s.Now()
	if w, there := s.worded.kept.Get(id); there && w.title == title && now.Sub(w.at) < wordedFresh {
		return w.posts, nil
	}
	found, err := s.Alike(ctx, app, collections.Viewer{}, title, lookedAt)
	if err != nil {
		return nil, fmt.Errorf("look for the same words: %w", err)
	}
	if len(found) > 0 { // note: none may be because the index isn't open
		s.worded.kept.Add(id, words{title, now, found})
	}
	return found, nil
}
