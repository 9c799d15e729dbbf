package pb_migrations

import (
	"fmt"

	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// A message can be reported, and acted upon, like a comment.
func init() {
	m.Register(func(app core.App) error {
		for _, name := range []string{"reports", "moderation_log"} {
			if err := oneMore(app, name, "target_type", "message"); err != nil {
				return err
			}
		}
		return nil
	}, nil)
}

// oneMore adds a value to a field that is a choice.
func oneMore(app core.App, collection, field, value string) error {
	c, err := app.FindCollectionByNameOrId(collection)
	if err != nil {
		return err
	}
	choice, is := c.Fields.GetByName(field).(*core.SelectField)
	if !is {
		return fmt.Errorf("%s.%s is no choice", collection, field)
	}
	choice.Values = append(choice.Values, value)
	return app.Save(c)
}
