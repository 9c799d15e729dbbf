package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// What somebody doesn't want to be recommended: a post, a person or a tag, one of the three a row.
// And the switch by which nothing is recommended to them, nor known of them for it.
func init() {
	m.Register(func(app core.App) error {
		c, err := find(app, "users", "posts", "tags")
		if err != nil {
			return err
		}
		hides := core.NewBaseCollection("not_interested")
		hides.Fields.Add(belongs("user", c["users"]), mayBelong("post", c["posts"]), mayBelong("target", c["users"]), mayBelong("tag", c["tags"]), created())
		hides.AddIndex("idx_not_interested_unique", true, "user, post, target, tag", "")
		hides.AddIndex("idx_not_interested_user_created_at", false, "user, created_at, id", "")
		hides.AddIndex("idx_not_interested_post", false, "post", "`post` != ''")
		hides.AddIndex("idx_not_interested_target", false, "target", "`target` != ''")
		hides.AddIndex("idx_not_interested_tag", false, "tag", "`tag` != ''")
		ownPairs(hides)
		if err := app.Save(hides); err != nil {
			return err
		}
		users := c["users"]
		users.Fields.Add(&core.BoolField{Name: "recommendations_off", Hidden: true, Help: "Nothing is recommended to them, and nothing kept for it."})
		return app.Save(users)
	}, func(app core.App) error {
		if err := drop(app, "not_interested"); err != nil {
			return err
		}
		c, err := find(app, "users")
		if err != nil {
			return err
		}
		c["users"].Fields.RemoveByName("recommendations_off")
		return app.Save(c["users"])
	})
}
