package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// One search is one however it was typed: its key is without case and width. Of those that had been kept apart the
// latest stays; the server writes the keys from then on.
func init() {
	m.Register(func(app core.App) error {
		c, err := find(app, "searches")
		if err != nil {
			return err
		}
		searches := c["searches"]
		searches.Fields.Add(&core.TextField{Name: "key", Max: 200, Help: "The query without case and width."})
		searches.RemoveIndex("idx_searches_user")
		searches.RemoveIndex("idx_searches_searched_at")
		if err := app.Save(searches); err != nil {
			return err
		}
		err = run(app, "UPDATE searches SET key = LOWER(query)",
			`DELETE FROM searches WHERE EXISTS (SELECT 1 FROM searches s WHERE s.user = searches.user AND s.key = searches.key
				AND (s.searched_at > searches.searched_at OR (s.searched_at = searches.searched_at AND s.id > searches.id)))`)
		if err != nil {
			return err
		}
		searches.AddIndex("idx_searches_user", true, "user, key", "")
		searches.AddIndex("idx_searches_searched_at", false, "searched_at, key", "")
		return app.Save(searches)
	}, func(app core.App) error {
		c, err := find(app, "searches")
		if err != nil {
			return err
		}
		searches := c["searches"]
		searches.RemoveIndex("idx_searches_user")
		searches.RemoveIndex("idx_searches_searched_at")
		searches.Fields.RemoveByName("key")
		searches.AddIndex("idx_searches_user", true, "user, query", "")
		searches.AddIndex("idx_searches_searched_at", false, "searched_at, query", "")
		return app.Save(searches)
	})
}
