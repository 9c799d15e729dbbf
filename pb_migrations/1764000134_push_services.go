package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// Of push services that no common browser uses there may be few subscriptions, which have to be counted. Those of before
// count nowhere; what is sent to them is bounded all the same.
func init() {
	m.Register(func(app core.App) error {
		c, err := app.FindCollectionByNameOrId("push_subscriptions")
		if err != nil {
			return err
		}
		last := len(c.Fields) - 1 // when it was made stays there
		c.Fields.AddAt(last, &core.TextField{Name: "service", Hidden: true, Max: 300, Help: "The domain of its push service; empty for those of common browsers. / 푸시 서비스의 도메인. 널리 쓰이는 브라우저의 것이면 비어 있습니다."})
		c.AddIndex("idx_push_subscriptions_service", false, "service, user", "service != ''")
		return app.Save(c)
	}, func(app core.App) error {
		c, err := app.FindCollectionByNameOrId("push_subscriptions")
		if err != nil {
			return err
		}
		c.RemoveIndex("idx_push_subscriptions_service")
		c.Fields.RemoveByName("service")
		return app.Save(c)
	})
}
