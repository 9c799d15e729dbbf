package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// People say which news reach them how: by the bell, by push, by a mail that gathers them; and when it is
// quiet. Who has no row wants everything but mails. What is off is kept, so that a kind added later is on.
func init() {
	m.Register(func(app core.App) error {
		c, err := find(app, "users", "notifications")
		if err != nil {
			return err
		}
		const mine = `@request.auth.id != "" && user = @request.auth.id`
		hour := `^(([01][0-9]|2[0-3]):[0-5][0-9])?$`
		kinds := []string{"like", "comment", "reply", "follow", "mention", "message"}
		settings := core.NewBaseCollection("notification_settings")
		settings.Fields.Add(
			&core.RelationField{Name: "user", CollectionId: c["users"].Id, Required: true, MaxSelect: 1, CascadeDelete: true, Help: "Whose they are. / 설정의 주인"},
			&core.SelectField{Name: "bell_off", Values: kinds, MaxSelect: len(kinds), Help: "Kinds that the list leaves out. / 알림함에서 뺄 종류"},
			&core.SelectField{Name: "push_off", Values: append([]string{"moderation"}, kinds...), MaxSelect: len(kinds) + 1, Help: "Kinds that aren't pushed. / 푸시로 보내지 않을 종류"},
			&core.SelectField{Name: "mail_off", Values: append([]string{"moderation"}, kinds...), MaxSelect: len(kinds) + 1, Help: "Kinds that the digest leaves out. / 소식 이메일에서 뺄 종류"},
			&core.TextField{Name: "quiet_from", Pattern: hour, Max: 5, Help: "From then on push waits, such as 22:00; empty: it never does. / 이때부터 푸시를 미룸(예: 22:00). 비우면 미루지 않음"},
			&core.TextField{Name: "quiet_until", Pattern: hour, Max: 5, Help: "Until then. / 이때까지"},
			&core.TextField{Name: "time_zone", Max: 64, Presentable: true, Help: "By its name, such as Asia/Seoul; empty: that of the place. / 시간대 이름(예: Asia/Seoul). 비우면 서비스의 시간대"},
			&core.SelectField{Name: "digest", Values: []string{"off", "daily", "weekly"}, MaxSelect: 1, Help: "How often a mail gathers what wasn't read. / 읽지 않은 소식을 모은 메일을 얼마나 자주 받을지"},
			&core.DateField{Name: "digest_from", Hidden: true, Help: "The last one gathered what happened from then,"},
			&core.DateField{Name: "digest_until", Hidden: true, Help: "until then; the next one begins there."},
			&core.DateField{Name: "digest_next", Hidden: true, Help: "When the next one goes out."},
			created(), updated(),
		)
		settings.AddIndex("idx_notification_settings_user", true, "user", "")
		settings.AddIndex("idx_notification_settings_digest_next", false, "digest_next", "`digest_next` != ''")
		settings.ListRule, settings.ViewRule, settings.UpdateRule, settings.DeleteRule = rule(mine), rule(mine), rule(mine), rule(mine)
		settings.CreateRule = rule(`@request.auth.id != "" && (@request.body.user:isset = false || @request.body.user = "" || @request.body.user = @request.auth.id)`)
		if err := app.Save(settings); err != nil {
			return err
		}
		return withUnlisted(app, c["notifications"])
	}, func(app core.App) error {
		c, err := find(app, "notifications")
		if err != nil {
			return err
		}
		const mine = `@request.auth.id != "" && recipient = @request.auth.id`
		news := c["notifications"]
		news.ListRule, news.ViewRule, news.UpdateRule, news.DeleteRule = rule(mine), rule(mine), rule(mine), rule(mine)
		if err := app.Save(news); err != nil {
			return err
		}
		if err := run(app, "DELETE FROM notifications WHERE unlisted"); err != nil {
			return err
		}
		news.Fields.RemoveByName("unlisted")
		if err := app.Save(news); err != nil {
			return err
		}
		return drop(app, "notification_settings")
	})
}

// withUnlisted keeps apart the news that their recipient wants elsewhere but not beside the bell.
func withUnlisted(app core.App, news *core.Collection) error {
	news.Fields.Add(&core.BoolField{Name: "unlisted", Hidden: true, Help: "For push and mail alone."})
	if err := app.Save(news); err != nil {
		return err
	}
	const listed = `@request.auth.id != "" && recipient = @request.auth.id && unlisted = false`
	news.ListRule, news.ViewRule, news.UpdateRule, news.DeleteRule = rule(listed), rule(listed), rule(listed), rule(listed)
	return app.Save(news)
}
