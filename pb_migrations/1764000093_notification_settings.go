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
			belongs("user", c["users"]),
			&core.SelectField{Name: "bell_off", Values: kinds, MaxSelect: len(kinds)},
			&core.SelectField{Name: "push_off", Values: append([]string{"moderation"}, kinds...), MaxSelect: len(kinds) + 1},
			&core.SelectField{Name: "mail_off", Values: append([]string{"moderation"}, kinds...), MaxSelect: len(kinds) + 1},
			&core.TextField{Name: "quiet_from", Pattern: hour, Max: 5, Help: "From then on push waits, such as 22:00; empty: it never does."},
			&core.TextField{Name: "quiet_until", Pattern: hour, Max: 5},
			&core.TextField{Name: "time_zone", Max: 64, Help: "By its name, such as Asia/Seoul; empty: that of the place."},
			choice("digest", false, "off", "daily", "weekly"),
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
