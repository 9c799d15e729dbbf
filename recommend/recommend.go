// Package recommend says what somebody may like to read, which posts are related, and whom one could follow.
// It doesn't keep likes nor follows (social), and decides nothing about who may see what (collections/visibility.go): what it found is asked for again when it is shown.
// Start reading at neighbours.go, which learns, then gather.go and foryou.go, which answer.
package recommend

import (
	"context"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/present"
)

// Service answers for recommendations.
type Service struct {
	Show *present.Presenter
	Now  func() time.Time
	// On is the switch of the whole place. Off, nothing is computed, and every list is empty.
	On bool
	// Alike finds posts that v may see by words of a post, the best first, at most limit; none where there is no index.
	Alike func(ctx context.Context, app core.App, v collections.Viewer, title string, limit int) ([]string, error)

	known  known
	worded worded
}

// wanted reports whether anything may be recommended to the caller, who is signed in.
func (s *Service) wanted(e *core.RequestEvent) bool {
	return s.On && collections.UserOf(e.Auth).WantsRecommendations()
}

// weights of what somebody did. A like and a bookmark are both clear words; a bookmark is made more seldom.
// Views are not among them: who viewed what is not stored, only a hash whose key is thrown away daily (stats/views.go).
const (
	likeWeight     = 1.0
	bookmarkWeight = 1.2
)
