package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// People choose who may write to them.
func init() {
	m.Register(func(app core.App) error {
		users, err := app.FindCollectionByNameOrId("users")
		if err != nil {
			return err
		}
		from := &core.SelectField{
			Name: "messages_from", Values: []string{"mutual", "nobody"}, MaxSelect: 1, Hidden: true,
			Help: "Who may write to them: who follows them and whom they follow (also when nothing is chosen), or nobody.",
		}
		users.Fields.Add(from)
		return app.Save(users)
	}, nil)
}
