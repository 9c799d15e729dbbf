// Package feed is the reading and writing of posts: lists, one post, the timeline, trending, and the form that makes or changes one.
// It doesn't say what happens around a post (hooks/posts.go) nor how it is shown (present).
// Start reading at list.go and write.go.
package feed

import (
	"context"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/present"
)

// Service answers for posts.
type Service struct {
	Show *present.Presenter
	Zone *time.Location // a bare date means this zone
	Now  func() time.Time
	// Match finds posts by their words, the best first.
	Match func(ctx context.Context, app core.App, v collections.Viewer, query string) ([]Scored, error)
	// Bound reads what may go through all posts, for as long as v may, and names the parameter where that isn't enough.
	Bound func(app core.App, v collections.Viewer, parameter string, read func(context.Context) error) error
	// CountView counts a reading of a post and returns, when it is durable, by how many the count grew.
	CountView func(e *core.RequestEvent, post, author string) (counted int, err error)
	// Of who follows at least Many people, the Nearest posts of all are looked through first for a page of their timeline, and then the
	// Recent ones of those people.
	Many, Nearest int
	Recent        time.Duration
}

// What [Service.Many], [Service.Nearest] and [Service.Recent] are usually.
const (
	Many    = 50
	Nearest = 2_000
	Recent  = 7 * 24 * time.Hour
)

// Scored is a post that matched a search, and how well.
type Scored struct {
	ID    string
	Score float64
}
