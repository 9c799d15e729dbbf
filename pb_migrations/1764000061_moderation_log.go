package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// Moderators hide, remove into a trash, warn and suspend; each act is in a log that nobody
// changes, can be undone for a while, and can be appealed against.
func init() {
	m.Register(func(app core.App) error {
		c, err := find(app, "users", "posts", "comments", "media", "reports", "notifications", "likes")
		if err != nil {
			return err
		}
		log := moderationLog(c["users"])
		if err := app.Save(log); err != nil {
			return err
		}
		log.Fields.Add(&core.RelationField{Name: "undoes", CollectionId: log.Id, MaxSelect: 1, CascadeDelete: true, Help: "The entry that this one undid."})
		if err := app.Save(log); err != nil {
			return err
		}
		removable(c)
		appealable(c["reports"], c["notifications"], log)
		for _, name := range []string{"posts", "comments", "media", "likes", "reports", "notifications"} {
			if err := app.Save(c[name]); err != nil {
				return err
			}
		}
		return nil
	}, nil)
}

func moderationLog(users *core.Collection) *core.Collection {
	log := core.NewBaseCollection("moderation_log")
	log.Fields.Add(
		&core.RelationField{Name: "moderator", CollectionId: users.Id, MaxSelect: 1, Help: "None: a superuser, or the program by itself."},
		choice("action", true, "dismiss", "approve", "hide", "remove", "warn", "suspend", "undo", "auto_hide", "hold"),
		choice("target_type", true, "post", "comment", "user", "media"),
		&core.TextField{Name: "target_id", Required: true, Max: 15},
		mayBelong("subject", users),
		&core.TextField{Name: "note", Max: 1000},
		&core.DateField{Name: "until", Help: "When a suspension ends."},
		&core.JSONField{Name: "before", MaxSize: 4096, Help: "What the fields were that it changed."},
		&core.JSONField{Name: "after", MaxSize: 4096, Help: "What it made of them."},
		created(),
	)
	log.AddIndex("idx_moderation_log_created_at", false, "created_at, id", "")
	log.AddIndex("idx_moderation_log_target", false, "target_type, target_id, created_at", "")
	log.AddIndex("idx_moderation_log_subject", false, "subject, created_at", "")
	log.AddIndex("idx_moderation_log_moderator", false, "moderator", "")
	staff := `@request.auth.id != "" && (@request.auth.role = "moderator" || @request.auth.role = "admin")`
	log.ListRule, log.ViewRule = rule(staff), rule(staff)
	return log
}

// removable gives posts and comments their trash, and says who still sees what is hidden or in it.
func removable(c map[string]*core.Collection) {
	posts, comments, media, likes := c["posts"], c["comments"], c["media"], c["likes"]
	posts.Fields.Add(
		choice("hidden_by", false, "held", "reports", "moderator"),
		&core.DateField{Name: "removed_at", Hidden: true, Help: "In the trash since; deleted seven days later."},
	)
	if status, is := posts.Fields.GetByName("status").(*core.SelectField); is {
		status.Values = append(status.Values, "removed")
	}
	posts.AddIndex("idx_posts_removed_at", false, "removed_at", "removed_at != ''")
	comments.Fields.Add(
		&core.BoolField{Name: "is_hidden", Help: "Hidden by moderation; its author still sees it."},
		&core.DateField{Name: "removed_at", Hidden: true, Help: "In the trash since; deleted seven days later."},
		&core.TextField{Name: "removed_content", Hidden: true, Max: 2000, Help: "Its text while it is in the trash."},
	)
	comments.AddIndex("idx_comments_removed_at", false, "removed_at", "removed_at != ''")

	const (
		me    = `@request.auth.id != ""`
		staff = `(@request.auth.role = "moderator" || @request.auth.role = "admin")`
	)
	seen, seenPost := visibleUnlessRemoved(""), visibleUnlessRemoved("post.")
	change := me + ` && ((author = @request.auth.id && status != "removed") || (status = "published" && ` + staff + `))`
	posts.ListRule, posts.ViewRule, posts.UpdateRule, posts.DeleteRule = rule(seen), rule(seen), rule(change), rule(change)
	own := me + ` && owner = @request.auth.id && post.status != "removed"`
	ownOrSeen := own + ` || (post != "" && (` + seenPost + `))`
	media.ListRule, media.ViewRule, media.UpdateRule, media.DeleteRule = rule(ownOrSeen), rule(ownOrSeen), rule(own), rule(own)
	likes.ListRule, likes.ViewRule = rule(seenPost), rule(seenPost)
	said := `(is_hidden = false || (` + me + ` && (author = @request.auth.id || ` + staff + `))) && (` + seenPost + `)`
	comments.ListRule, comments.ViewRule = rule(said), rule(said)
}

// visibleUnlessRemoved is [visible], but that authors don't see what lies in the trash.
func visibleUnlessRemoved(prefix string) string {
	return `(@request.auth.id != "" && ` + prefix + `author = @request.auth.id && ` + prefix + `status != "removed")` +
		visible(prefix)[len(`(@request.auth.id != "" && `+prefix+`author = @request.auth.id)`):]
}

// appealable lets the program report as well, lets what was done be appealed against, and tells whom it concerns.
func appealable(reports, notifications, log *core.Collection) {
	if reporter, is := reports.Fields.GetByName("reporter").(*core.RelationField); is {
		reporter.Required, reporter.Help = false, "None: the program, of a post that it held."
	}
	if reason, is := reports.Fields.GetByName("reason").(*core.SelectField); is {
		reason.Values = append(reason.Values, "held", "appeal")
	}
	reports.Fields.Add(mayBelong("appeal_of", log), mayBelong("resolution", log))
	reports.RemoveIndex("idx_reports_unique")
	reports.AddIndex("idx_reports_unique", true, "reporter, target_type, target_id, appeal_of", "")
	reports.AddIndex("idx_reports_appeal_of", false, "appeal_of", "")
	reports.AddIndex("idx_reports_resolution", false, "resolution", "")
	notifications.Fields.Add(
		choice("notice", false, "dismiss", "approve", "hide", "remove", "warn", "suspend", "undo", "auto_hide"),
		&core.TextField{Name: "text", Max: 1000, Help: "What a moderator wrote."},
		mayBelong("entry", log),
	)
	notifications.AddIndex("idx_notifications_entry", false, "entry", "")
}
