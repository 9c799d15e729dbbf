package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// People may ask to approve who follows them. Until they have, a follow is a request, which
// the two see and either may end.
func init() {
	m.Register(func(app core.App) error {
		c, err := find(app, "users")
		if err != nil {
			return err
		}
		users := c["users"]
		users.Fields.Add(&core.BoolField{Name: "approves_followers", Help: "Who wants to follow them has to ask."})
		if err := app.Save(users); err != nil {
			return err
		}
		const (
			me   = `@request.auth.id != ""`
			ours = me + ` && (follower = @request.auth.id || following = @request.auth.id)`
		)
		requests := pair("follow_requests", belongs("follower", users), belongs("following", users))
		requests.ListRule, requests.ViewRule, requests.DeleteRule = rule(ours), rule(ours), rule(ours)
		requests.CreateRule = rule(me + ` && (@request.body.follower:isset = false || @request.body.follower = "" || @request.body.follower = @request.auth.id)`)
		return app.Save(requests)
	}, func(app core.App) error {
		if err := drop(app, "follow_requests"); err != nil {
			return err
		}
		c, err := find(app, "users")
		if err != nil {
			return err
		}
		c["users"].Fields.RemoveByName("approves_followers")
		return app.Save(c["users"])
	})
}
