package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// People report what breaks the peace; words that nobody needs are refused.
func init() {
	m.Register(func(app core.App) error {
		c, err := find(app, "users")
		if err != nil {
			return err
		}
		reports := core.NewBaseCollection("reports")
		reports.Fields.Add(
			belongs("reporter", c["users"]),
			choice("target_type", true, "post", "comment", "user", "media"),
			&core.TextField{Name: "target_id", Required: true, Max: 15},
			choice("reason", true, "spam", "abuse", "sexual", "violence", "illegal", "copyright", "personal_info", "other"),
			&core.TextField{Name: "detail", Max: 1000},
			choice("status", true, "open", "resolved"),
			created(), updated(),
		)
		reports.AddIndex("idx_reports_unique", true, "reporter, target_type, target_id", "")
		reports.AddIndex("idx_reports_status", false, "status, created_at", "")
		if err := app.Save(reports); err != nil {
			return err
		}
		words := core.NewBaseCollection("banned_words")
		words.Fields.Add(
			&core.TextField{Name: "pattern", Required: true, Presentable: true, Max: 100},
			choice("action", true, "reject", "hold"),
			&core.SelectField{Name: "scope", MaxSelect: 4, Values: []string{"post", "comment", "tag", "user"}, Help: "Where it is in force; none means everywhere."},
			created(), updated(),
		)
		words.AddIndex("idx_banned_words_pattern", true, "pattern", "")
		return app.Save(words)
	}, func(app core.App) error {
		return drop(app, "banned_words", "reports")
	})
}
