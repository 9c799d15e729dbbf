package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// What people do with posts and with each other.
func init() {
	m.Register(func(app core.App) error {
		c, err := find(app, "users", "posts")
		if err != nil {
			return err
		}
		users, posts := c["users"], c["posts"]
		comments := comments(users, posts)
		for _, made := range []*core.Collection{
			pair("likes", belongs("user", users), belongs("post", posts)),
			pair("bookmarks", belongs("user", users), belongs("post", posts)),
			pair("follows", belongs("follower", users), belongs("following", users)),
			pair("mutes", belongs("user", users), belongs("target", users)),
			pair("blocks", belongs("user", users), belongs("target", users)),
			comments,
		} {
			if err := app.Save(made); err != nil {
				return err
			}
		}
		comments.Fields.Add(mayBelong("parent", comments))
		comments.AddIndex("idx_comments_post", false, "post, parent, created_at, id", "")
		comments.AddIndex("idx_comments_parent", false, "parent, created_at, id", "")
		comments.AddIndex("idx_comments_author", false, "author, created_at", "")
		if err := app.Save(comments); err != nil {
			return err
		}
		return app.Save(notifications(users, posts, comments))
	}, func(app core.App) error {
		return drop(app, "notifications", "comments", "blocks", "mutes", "follows", "bookmarks", "likes")
	})
}

// pair is a collection of unique pairs: who does it, and to what.
// Its first index answers “what did this person do”, its second “who did it to this”.
func pair(name string, who, what core.Field) *core.Collection {
	c := core.NewBaseCollection(name)
	c.Fields.Add(who, what, created())
	by, to := who.GetName(), what.GetName()
	c.AddIndex("idx_"+name+"_unique", true, by+", "+to, "")
	c.AddIndex("idx_"+name+"_"+by+"_created_at", false, by+", created_at, id", "")
	c.AddIndex("idx_"+name+"_"+to, false, to+", created_at, id", "")
	return c
}

func comments(users, posts *core.Collection) *core.Collection {
	c := core.NewBaseCollection("comments")
	c.Fields.Add(
		belongs("post", posts),
		belongs("author", users),
		&core.TextField{Name: "content", Presentable: true, Max: 2000},
		&core.BoolField{Name: "is_deleted", Help: "Its text is gone, its replies stay."},
		counter("replies_count"),
		created(), updated(),
	)
	return c
}

func notifications(users, posts, comments *core.Collection) *core.Collection {
	c := core.NewBaseCollection("notifications")
	c.Fields.Add(
		belongs("recipient", users),
		choice("type", true, "like", "comment", "reply", "follow", "mention", "moderation"),
		mayBelong("actor", users),
		mayBelong("post", posts),
		mayBelong("comment", comments),
		&core.BoolField{Name: "is_read"},
		created(),
	)
	c.AddIndex("idx_notifications_recipient", false, "recipient, is_read, created_at, id", "")
	return c
}
