package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// People follow tags as they follow each other. Whom somebody follows everybody may know; which tags
// is their own affair, so only how many follow one is told.
func init() {
	m.Register(func(app core.App) error {
		c, err := find(app, "users", "tags")
		if err != nil {
			return err
		}
		tags := c["tags"]
		tags.Fields.Add(counter("followers_count"))
		if err := app.Save(tags); err != nil {
			return err
		}
		follows := pair("tag_follows", belongs("user", c["users"]), belongs("tag", tags))
		ownPairs(follows)
		if err := app.Save(follows); err != nil {
			return err
		}
		users := c["users"]
		users.Fields.Add(&core.BoolField{Name: "tags_apart", Hidden: true, Help: "Posts of the tags that they follow stay out of their home feed."})
		return app.Save(users)
	}, func(app core.App) error {
		if err := drop(app, "tag_follows"); err != nil {
			return err
		}
		c, err := find(app, "users", "tags")
		if err != nil {
			return err
		}
		c["tags"].Fields.RemoveByName("followers_count")
		if err := app.Save(c["tags"]); err != nil {
			return err
		}
		c["users"].Fields.RemoveByName("tags_apart")
		return app.Save(c["users"])
	})
}

// ownPairs lets people see, make and remove pairs of their own, and nobody else's.
func ownPairs(c *core.Collection) {
	const mine = `@request.auth.id != "" && user = @request.auth.id`
	c.ListRule, c.ViewRule, c.DeleteRule = rule(mine), rule(mine), rule(mine)
	c.CreateRule = rule(`@request.auth.id != "" && (@request.body.user:isset = false || @request.body.user = "" || @request.body.user = @request.auth.id)`)
}
