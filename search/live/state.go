package live

import (
	"fmt"
	"net/http"

	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/present"
)

// State is how the index stands beside the database.
type State struct {
	Bytes     int64 `json:"bytes"`     // on the disk
	Documents int   `json:"documents"` // in the index
	Rows      int   `json:"rows"`      // of the database that belong into it
	Lag       int64 `json:"lag"`       // changes that it has yet to take in
}

// State answers GET /api/admin/search.
func (g *Engine) State(e *core.RequestEvent) error {
	state, err := g.state(e.App)
	if err != nil {
		return present.Failure(err)
	}
	return e.JSON(http.StatusOK, state)
}

func (g *Engine) state(app core.App) (s State, err error) {
	o := g.open.Load()
	if o == nil {
		return s, ErrNotOpen
	}
	if s.Bytes, err = o.index.Size(); err != nil {
		return s, fmt.Errorf("measure the index: %w", err)
	}
	if s.Documents, err = o.index.Count(); err != nil {
		return s, err
	}
	_, head, err := collections.ChangeLogEnds(app)
	if err != nil {
		return s, err
	}
	s.Lag = max(0, head-o.index.Cursor())
	err = app.DB().NewQuery(`SELECT (SELECT COUNT(*) FROM posts WHERE status = 'published') + (SELECT COUNT(*) FROM users)
		+ (SELECT COUNT(*) FROM tags WHERE posts_count > 0)
		+ (SELECT COUNT(*) FROM comments JOIN posts ON posts.id = comments.post WHERE comments.is_deleted = FALSE AND posts.status = 'published')
		+ (SELECT COUNT(*) FROM media LEFT JOIN posts ON posts.id = media.post WHERE media.status != 'failed' AND (media.post = '' OR posts.status = 'published'))`).Row(&s.Rows)
	if err != nil {
		return s, fmt.Errorf("count what belongs into the index: %w", err)
	}
	return s, nil
}
