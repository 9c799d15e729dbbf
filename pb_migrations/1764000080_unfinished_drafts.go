package pb_migrations

import (
	"errors"

	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// A draft is saved as it is being written, so its title and text may be short or missing yet. What is
// published needs both as before: the program sees to that (feed.Prepare), since it depends on the status.
func init() {
	m.Register(func(app core.App) error {
		return letPostsBeBlank(app, true)
	}, func(app core.App) error {
		return letPostsBeBlank(app, false)
	})
}

func letPostsBeBlank(app core.App, may bool) error {
	c, err := find(app, "posts")
	if err != nil {
		return err
	}
	title, is := c["posts"].Fields.GetByName("title").(*core.TextField)
	content, also := c["posts"].Fields.GetByName("content").(*core.TextField)
	if !is || !also {
		return errors.New("posts have no title or content")
	}
	title.Required, title.Min = !may, 2
	content.Required, content.Min = !may, 1
	if may {
		title.Min, title.Help = 0, "2 characters or more, unless it is a draft."
		content.Min = 0
	}
	return app.Save(c["posts"])
}
