package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// Searches are what people searched for: shown to themselves, and to others what many searched for.
func init() {
	m.Register(func(app core.App) error {
		c, err := find(app, "users")
		if err != nil {
			return err
		}
		searches := core.NewBaseCollection("searches")
		searches.Fields.Add(
			belongs("user", c["users"]),
			&core.TextField{Name: "query", Required: true, Presentable: true, Max: 100},
			&core.DateField{Name: "searched_at", Required: true, Help: "The last time."},
			created(),
		)
		searches.AddIndex("idx_searches_user", true, "user, query", "")
		searches.AddIndex("idx_searches_latest", false, "user, searched_at", "")
		searches.AddIndex("idx_searches_searched_at", false, "searched_at, query", "")
		return app.Save(searches)
	}, func(app core.App) error {
		return drop(app, "searches")
	})
}
