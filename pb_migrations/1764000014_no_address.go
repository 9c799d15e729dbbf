package pb_migrations

import (
	"errors"

	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// Whoever joins by another site that doesn't vouch for their address has none here.
func init() {
	m.Register(func(app core.App) error { return addressRequired(app, false) }, func(app core.App) error { return addressRequired(app, true) })
}

func addressRequired(app core.App, required bool) error {
	c, err := find(app, "users")
	if err != nil {
		return err
	}
	email, is := c["users"].Fields.GetByName(core.FieldNameEmail).(*core.EmailField)
	if !is {
		return errors.New("users have no e-mail")
	}
	email.Required = required
	return app.Save(c["users"])
}
