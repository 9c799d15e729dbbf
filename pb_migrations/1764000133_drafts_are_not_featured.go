package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// Drafts and posts that not everybody may see could be featured. Which of them were isn't kept.
func init() {
	m.Register(func(app core.App) error {
		return run(app, "UPDATE posts SET featured_at = '' WHERE featured_at != '' AND (status IN ('draft', 'scheduled') OR visibility != 'public')")
	}, nil)
}
