package pb_migrations

import (
	"slices"

	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

const digest = "digest"

// A mail gathers what somebody hasn't read, for those who want one.
func init() {
	m.Register(func(app core.App) error {
		c, err := find(app, "mails")
		if err != nil {
			return err
		}
		kind := c["mails"].Fields.GetByName("kind").(*core.SelectField) //nolint:forcetypeassert // see 1764000010_mails.go
		kind.Values = append(kind.Values, digest)
		return app.Save(c["mails"])
	}, func(app core.App) error {
		c, err := find(app, "mails")
		if err != nil {
			return err
		}
		if err := run(app, "DELETE FROM mails WHERE kind = '"+digest+"'"); err != nil {
			return err
		}
		kind := c["mails"].Fields.GetByName("kind").(*core.SelectField) //nolint:forcetypeassert // as above
		kind.Values = slices.DeleteFunc(kind.Values, func(v string) bool { return v == digest })
		return app.Save(c["mails"])
	})
}
