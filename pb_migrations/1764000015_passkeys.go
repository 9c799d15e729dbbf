package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// Passkeys sign people in without a password, and stand for a second factor. A ceremony is what
// an authenticator was asked; it is answered once.
func init() {
	m.Register(func(app core.App) error {
		c, err := find(app, "users")
		if err != nil {
			return err
		}
		passkeys := core.NewBaseCollection("passkeys")
		passkeys.Fields.Add(
			belongs("user", c["users"]),
			&core.TextField{Name: "name", Required: true, Presentable: true, Max: 60},
			&core.TextField{Name: "credential_id", Hidden: true, Required: true, Max: 2048},
			&core.JSONField{Name: "credential", Hidden: true, MaxSize: 1 << 16, Help: "The public key and what the authenticator said of itself."},
			&core.DateField{Name: "last_used_at"},
			created(),
		)
		passkeys.AddIndex("idx_passkeys_credential_id", true, "credential_id", "")
		passkeys.AddIndex("idx_passkeys_user", false, "user, created_at", "")
		if err := app.Save(passkeys); err != nil {
			return err
		}
		ceremonies := core.NewBaseCollection("passkey_ceremonies")
		ceremonies.Fields.Add(
			mayBelong("user", c["users"]),
			choice("purpose", true, "add", "sign_in", "second_factor"),
			&core.TextField{Name: "hash", Hidden: true, Required: true},
			&core.JSONField{Name: "asked", Hidden: true, MaxSize: 1 << 16},
			&core.DateField{Name: "expires_at", Required: true},
			created(),
		)
		ceremonies.AddIndex("idx_passkey_ceremonies_hash", true, "hash", "")
		ceremonies.AddIndex("idx_passkey_ceremonies_expires_at", false, "expires_at", "")
		return app.Save(ceremonies)
	}, func(app core.App) error {
		return drop(app, "passkey_ceremonies", "passkeys")
	})
}
