package limits

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
)

// Within is a context for so many queries of a collection by v that no index may serve. It ends when they take longer than
// they may; those of a small collection, and superusers', as long as any.
func (s *Service) Within(app core.App, v collections.Viewer, collection string, queries int) (context.Context, context.CancelFunc, error) {
	n, err := s.sizes.of(app, collection, s.Now())
	if err != nil || n < s.Large || v.Superuser {
		return context.Background(), func() {}, err
	}
	patience := s.StrangersQuery
	if v.ID != "" {
		patience = s.MembersQuery
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Duration(queries)*patience)
	return ctx, cancel, nil
}

// Bound reads a list of posts, by the queries for a page and for its count. What takes longer than v may is a 400 that names
// the parameter.
func (s *Service) Bound(app core.App, v collections.Viewer, parameter string, read func(context.Context) error) error {
	ctx, cancel, err := s.Within(app, v, collections.Posts, 2)
	if err != nil {
		return err
	}
	defer cancel()
	if err = read(ctx); err != nil && errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return TooCostly(parameter)
	}
	return err
}

// sizes are how many records collections have, asked anew each minute: how long somebody may wait needn't know it better.
type sizes struct {
	mu    sync.Mutex
	asked time.Time
	n     map[string]int
}

func (s *sizes) of(app core.App, collection string, now time.Time) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.n == nil || now.Sub(s.asked) >= time.Minute {
		s.asked, s.n = now, map[string]int{}
	}
	if n, known := s.n[collection]; known {
		return n, nil
	}
	n, err := collections.Total(app, collection)
	if err == nil {
		s.n[collection] = n
	}
	return n, err
}
