package pb_migrations

import (
	"strings"

	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// Who may see and change what on the native API. The routes of ours decide the
// same in collections/visibility.go; a test holds the two against each other.
func init() {
	m.Register(func(app core.App) error {
		const (
			me     = `@request.auth.id != ""`
			staff  = `(@request.auth.role = "moderator" || @request.auth.role = "admin")`
			author = me + ` && author = @request.auth.id`
		)
		mine := func(field string) string { return me + " && " + field + " = @request.auth.id" }
		asMe := func(field string) string {
			return me + ` && (@request.body.` + field + `:isset = false || @request.body.` + field + ` = "" || @request.body.` + field + ` = @request.auth.id)`
		}
		seen := visible("")
		seenPost := visible("post.")
		rules := []struct{ collection, list, view, create, update, remove string }{
			{"users", open, open, open, mine("id"), mine("id")},
			{"posts", seen, seen, asMe("author"),
				author + ` || (` + me + ` && status = "published" && ` + staff + `)`,
				author + ` || (` + me + ` && status = "published" && ` + staff + `)`},
			{"media", mine("owner") + ` || (post != "" && (` + seenPost + `))`, mine("owner") + ` || (post != "" && (` + seenPost + `))`,
				asMe("owner"), mine("owner"), mine("owner")},
			{"likes", seenPost, seenPost, asMe("user"), nobody, mine("user")},
			{"bookmarks", mine("user"), mine("user"), asMe("user"), nobody, mine("user")},
			{"follows", open, open, asMe("follower"), nobody, mine("follower")},
			{"mutes", mine("user"), mine("user"), asMe("user"), nobody, mine("user")},
			{"blocks", mine("user"), mine("user"), asMe("user"), nobody, mine("user")},
			{"comments", seenPost, seenPost, asMe("author"), author + " && is_deleted = false",
				me + ` && (author = @request.auth.id || post.author = @request.auth.id || ` + staff + `)`},
			{"tags", `posts_count > 0`, `posts_count > 0`, nobody, nobody, nobody},
			{"notifications", mine("recipient"), mine("recipient"), nobody, mine("recipient"), mine("recipient")},
			{"reports", me + " && " + staff, me + " && " + staff, asMe("reporter"), nobody, nobody},
			{"banned_words", me + " && " + staff, me + " && " + staff, me + " && " + staff, me + " && " + staff, me + " && " + staff},
		}
		for _, r := range rules {
			c, err := app.FindCollectionByNameOrId(r.collection)
			if err != nil {
				return err
			}
			c.ListRule, c.ViewRule = rule(r.list), rule(r.view)
			c.CreateRule, c.UpdateRule, c.DeleteRule = rule(r.create), rule(r.update), rule(r.remove)
			if err := app.Save(c); err != nil {
				return err
			}
		}
		return nil
	}, nil)
}

const (
	open   = "open"
	nobody = "nobody"
)

func rule(text string) *string {
	switch text {
	case nobody:
		return nil
	case open:
		text = ""
	}
	return &text
}

// visible is the rule that says who sees a post; prefix is "" on posts and
// "post." on what belongs to one.
func visible(prefix string) string {
	text := `(@request.auth.id != "" && {p}author = @request.auth.id)
 || ({p}status = "published" && @request.auth.id != "" && (@request.auth.role = "moderator" || @request.auth.role = "admin"))
 || ({p}status = "published" && {p}is_hidden = false
  && (@request.auth.id = "" || {p}author.blocks_via_user.target != @request.auth.id)
  && ({p}visibility = "public"
   || ({p}visibility = "followers" && @request.auth.id != "" && {p}author.follows_via_following.follower ?= @request.auth.id)))`
	return strings.ReplaceAll(strings.ReplaceAll(text, "\n", ""), "{p}", prefix)
}
