package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// What somebody liked and kept last, and the tags of posts, are read in indexes alone: recommendations ask for a hundred of each
// at once, and each row would be a page of the database.
func init() {
	index := func(pair, tags string) func(core.App) error {
		return func(app core.App) error {
			for _, name := range []string{"likes", "bookmarks"} {
				c, err := app.FindCollectionByNameOrId(name)
				if err != nil {
					return err
				}
				c.RemoveIndex("idx_" + name + "_user_created_at")
				c.AddIndex("idx_"+name+"_user_created_at", false, pair, "")
				if err := app.Save(c); err != nil {
					return err
				}
			}
			return run(app, "DROP INDEX idx_post_tags_post", "CREATE INDEX idx_post_tags_post ON post_tags ("+tags+")")
		}
	}
	m.Register(index("user, created_at, id, post", "post, tag"), index("user, created_at, id", "post"))
}
