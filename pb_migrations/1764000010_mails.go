package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// Mails wait in an outbox until they are sent; what the links in them carry is stored hashed.
// A row of the outbox holds no token: it is made when the mail goes out.
func init() {
	m.Register(func(app core.App) error {
		c, err := find(app, "users")
		if err != nil {
			return err
		}
		mails := core.NewBaseCollection("mails")
		mails.Fields.Add(
			&core.TextField{Name: "to", Required: true, Presentable: true, Max: 255},
			choice("kind", true, "reset", "verify", "email", "email_notice"),
			choice("locale", false, "ko", "en"),
			mayBelong("user", c["users"]),
			counter("attempts"),
			&core.DateField{Name: "next_at", Help: "When it is tried next; empty once it was sent or given up."},
			&core.DateField{Name: "sent_at"},
			&core.TextField{Name: "error", Max: 500},
			created(),
		)
		mails.AddIndex("idx_mails_next_at", false, "next_at", "`next_at` != ''")
		mails.AddIndex("idx_mails_to", false, "`to`, kind, created_at", "")
		mails.AddIndex("idx_mails_user", false, "user", "")
		if err := app.Save(mails); err != nil {
			return err
		}
		tokens := core.NewBaseCollection("mail_tokens")
		tokens.Fields.Add(
			belongs("user", c["users"]),
			choice("purpose", true, "reset", "verify", "email"),
			&core.TextField{Name: "hash", Hidden: true, Required: true},
			&core.TextField{Name: "email", Hidden: true, Required: true, Max: 255, Help: "The address that the mail went to."},
			&core.DateField{Name: "used_at"},
			&core.DateField{Name: "expires_at", Required: true},
			created(),
		)
		tokens.AddIndex("idx_mail_tokens_hash", true, "hash", "")
		tokens.AddIndex("idx_mail_tokens_user", false, "user, purpose", "")
		return app.Save(tokens)
	}, func(app core.App) error {
		return drop(app, "mail_tokens", "mails")
	})
}
