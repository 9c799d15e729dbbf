package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

var securityNotices = []string{"password_changed", "two_factor_on", "two_factor_off", "passkey_added", "passkey_removed", "new_sign_in"}

// People are told by mail what happened to their account. The devices that they signed in from
// are remembered, so that another one can be told of.
func init() {
	m.Register(func(app core.App) error {
		c, err := find(app, "users", "mails")
		if err != nil {
			return err
		}
		mails := c["mails"]
		kind := mails.Fields.GetByName("kind").(*core.SelectField) //nolint:forcetypeassert // see 1764000010_mails.go
		kind.Values = append(kind.Values, securityNotices...)
		mails.Fields.Add(&core.TextField{Name: "device", Max: 200, Help: "From which somebody signed in."})
		if err := app.Save(mails); err != nil {
			return err
		}
		devices := core.NewBaseCollection("devices")
		devices.Fields.Add(
			belongs("user", c["users"]),
			&core.TextField{Name: "hash", Hidden: true, Required: true, Help: "Of a browser's cookie, or of a kind of program in a network."},
			&core.DateField{Name: "last_seen_at"},
			created(),
		)
		devices.AddIndex("idx_devices_user_hash", true, "user, hash", "")
		devices.AddIndex("idx_devices_last_seen_at", false, "last_seen_at", "")
		return app.Save(devices)
	}, func(app core.App) error {
		if err := drop(app, "devices"); err != nil {
			return err
		}
		c, err := find(app, "mails")
		if err != nil {
			return err
		}
		mails := c["mails"]
		if err := run(app, "DELETE FROM mails WHERE kind NOT IN ('reset', 'verify', 'email', 'email_notice')"); err != nil {
			return err
		}
		kind := mails.Fields.GetByName("kind").(*core.SelectField) //nolint:forcetypeassert // as above
		kind.Values = kind.Values[:len(kind.Values)-len(securityNotices)]
		mails.Fields.RemoveByName("device")
		return app.Save(mails)
	})
}
