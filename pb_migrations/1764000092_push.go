package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// News reach people on their devices (web push). A subscription is where a browser is told and how to lock it
// for that browser alone, so it is a secret of its owner; the keys by which the place signs are in no collection.
func init() {
	m.Register(func(app core.App) error {
		c, err := find(app, "users")
		if err != nil {
			return err
		}
		const mine = `@request.auth.id != "" && user = @request.auth.id`
		subscriptions := core.NewBaseCollection("push_subscriptions")
		subscriptions.Fields.Add(
			&core.RelationField{Name: "user", CollectionId: c["users"].Id, Required: true, MaxSelect: 1, CascadeDelete: true, Help: "Who is told there. / 알림을 받는 사람"},
			&core.TextField{Name: "endpoint", Hidden: true, Required: true, Max: 2000, Help: "Where the browser's push service takes messages."},
			&core.TextField{Name: "p256dh", Hidden: true, Required: true, Max: 100, Help: "The browser's public key."},
			&core.TextField{Name: "auth", Hidden: true, Required: true, Max: 50, Help: "The secret that it shares with us."},
			&core.TextField{Name: "session", Hidden: true, Max: 15, Help: "It ends with that."},
			&core.TextField{Name: "device", Presentable: true, Max: 300, Help: "What the browser says it is. / 브라우저가 알린 기기 이름"},
			&core.SelectField{Name: "locale", Values: []string{"ko", "en"}, MaxSelect: 1, Help: "The browser's language. / 브라우저의 언어"},
			&core.DateField{Name: "last_used_at", Help: "When something was sent there last. / 마지막으로 보낸 시각"},
			created(),
		)
		subscriptions.AddIndex("idx_push_subscriptions_endpoint", true, "endpoint", "")
		subscriptions.AddIndex("idx_push_subscriptions_user", false, "user, created_at, id", "")
		subscriptions.ListRule, subscriptions.ViewRule, subscriptions.DeleteRule = rule(mine), rule(mine), rule(mine)
		subscriptions.CreateRule = rule(`@request.auth.id != "" && (@request.body.user:isset = false || @request.body.user = "" || @request.body.user = @request.auth.id)`)
		if err := app.Save(subscriptions); err != nil {
			return err
		}
		return run(app, "CREATE TABLE push_keys (id TEXT NOT NULL PRIMARY KEY CHECK (id = 'vapid'), private_key TEXT NOT NULL, public_key TEXT NOT NULL, created_at TEXT NOT NULL)")
	}, func(app core.App) error {
		if err := run(app, "DROP TABLE push_keys"); err != nil {
			return err
		}
		return drop(app, "push_subscriptions")
	})
}
