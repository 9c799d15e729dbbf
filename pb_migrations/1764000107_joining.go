package pb_migrations

import (
	"slices"

	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
	"github.com/pocketbase/pocketbase/tools/types"
)

var joiningMails = []string{"join", "join_approved", "join_refused"}

// Who joins may have to be invited, or to wait: for a moderator, or until they followed a link in a mail. Whoever waits is no
// person yet: nobody sees them, and they can't sign in. Who invited whom is kept, so that a branch of
// accounts that one invited can be dealt with at once.
func init() {
	m.Register(func(app core.App) error {
		c, err := find(app, "users", "mails")
		if err != nil {
			return err
		}
		invites := invitesOf(c["users"])
		if err := app.Save(invites); err != nil {
			return err
		}
		for _, made := range []*core.Collection{invitedBy(c["users"], invites), applications(invites), emailDomains()} {
			if err := app.Save(made); err != nil {
				return err
			}
		}
		kind := c["mails"].Fields.GetByName("kind").(*core.SelectField) //nolint:forcetypeassert // see 1764000010_mails.go
		kind.Values = append(kind.Values, joiningMails...)
		c["mails"].Fields.Add(&core.TextField{Name: "text", Max: 1000, Help: "What a moderator wrote."})
		if err := app.Save(c["mails"]); err != nil {
			return err
		}
		return run(app, "CREATE TABLE spent_proofs (nonce TEXT NOT NULL PRIMARY KEY, expires_at TEXT NOT NULL) WITHOUT ROWID")
	}, func(app core.App) error {
		c, err := find(app, "mails")
		if err != nil {
			return err
		}
		if err := run(app, "DROP TABLE spent_proofs", "DELETE FROM mails WHERE kind LIKE 'join%'"); err != nil {
			return err
		}
		kind := c["mails"].Fields.GetByName("kind").(*core.SelectField) //nolint:forcetypeassert // as above
		kind.Values = slices.DeleteFunc(kind.Values, func(v string) bool { return slices.Contains(joiningMails, v) })
		c["mails"].Fields.RemoveByName("text")
		if err := app.Save(c["mails"]); err != nil {
			return err
		}
		return drop(app, "email_domains", "applications", "invited", "invites")
	})
}

func invitesOf(users *core.Collection) *core.Collection {
	c := core.NewBaseCollection("invites")
	c.Fields.Add(
		belongs("inviter", users),
		&core.TextField{Name: "code", Required: true, Max: 40, Help: "What stands in the link; who has it may join."},
		&core.TextField{Name: "note", Max: 200, Help: "For whom it is, to remember."},
		&core.NumberField{Name: "max_uses", OnlyInt: true, Min: types.Pointer(1.0), Max: types.Pointer(100.0), Required: true},
		&core.NumberField{Name: "uses", OnlyInt: true, Help: "How many joined by it; never less."},
		&core.DateField{Name: "expires_at", Required: true},
		&core.DateField{Name: "revoked_at"},
		created(),
	)
	c.AddIndex("idx_invites_code", true, "code", "")
	c.AddIndex("idx_invites_inviter", false, "inviter, created_at, id", "")
	own := `@request.auth.id != "" && (inviter = @request.auth.id || @request.auth.role = "moderator" || @request.auth.role = "admin")`
	c.ListRule, c.ViewRule = rule(own), rule(own)
	return c
}

func invitedBy(users, invites *core.Collection) *core.Collection {
	c := core.NewBaseCollection("invited")
	c.Fields.Add(
		belongs("user", users),
		&core.RelationField{Name: "inviter", CollectionId: users.Id, MaxSelect: 1, Help: "None: whoever it was left, and nobody had invited them."},
		&core.RelationField{Name: "invite", CollectionId: invites.Id, MaxSelect: 1},
		created(),
	)
	c.AddIndex("idx_invited_user", true, "user", "")
	c.AddIndex("idx_invited_inviter", false, "inviter, created_at, id", "")
	c.AddIndex("idx_invited_invite", false, "invite", "")
	seen := `@request.auth.id != "" && (user = @request.auth.id || inviter = @request.auth.id || @request.auth.role = "moderator" || @request.auth.role = "admin")`
	c.ListRule, c.ViewRule = rule(seen), rule(seen)
	return c
}

func applications(invites *core.Collection) *core.Collection {
	c := core.NewBaseCollection("applications")
	c.Fields.Add(
		&core.TextField{Name: "username", Required: true, Max: 30},
		&core.TextField{Name: "email", Hidden: true, Max: 255},
		&core.TextField{Name: "name", Max: 60},
		choice("locale", false, "ko", "en"),
		&core.TextField{Name: "message", Max: 500, Help: "Why they want to join."},
		&core.TextField{Name: "password_hash", Hidden: true, Max: 100},
		&core.TextField{Name: "provider", Max: 50, Help: "Another site that they came by."},
		&core.TextField{Name: "provider_id", Hidden: true, Max: 255},
		&core.RelationField{Name: "invite", CollectionId: invites.Id, MaxSelect: 1, Hidden: true},
		choice("waits_for", true, "approval", "mail"),
		choice("state", true, "waiting", "refused"),
		&core.TextField{Name: "token_hash", Hidden: true, Max: 100},
		&core.DateField{Name: "expires_at", Hidden: true, Help: "It is forgotten then."},
		created(),
	)
	c.AddIndex("idx_applications_username", true, "username", "`state` = 'waiting'")
	c.AddIndex("idx_applications_email", true, "email", "`state` = 'waiting' AND `email` != ''")
	c.AddIndex("idx_applications_provider", true, "provider, provider_id", "`state` = 'waiting' AND `provider` != ''")
	c.AddIndex("idx_applications_token_hash", false, "token_hash", "`token_hash` != ''")
	c.AddIndex("idx_applications_waiting", false, "state, waits_for, created_at, id", "")
	staff := `@request.auth.id != "" && (@request.auth.role = "moderator" || @request.auth.role = "admin")`
	c.ListRule, c.ViewRule = rule(staff), rule(staff)
	return c
}

func emailDomains() *core.Collection {
	c := core.NewBaseCollection("email_domains")
	c.Fields.Add(
		&core.TextField{Name: "domain", Required: true, Presentable: true, Max: 253, Pattern: `^[a-z0-9-]+(\.[a-z0-9-]+)+$`, Help: "Its subdomains too."},
		choice("action", true, "block", "allow"),
		created(), updated(),
	)
	c.AddIndex("idx_email_domains_domain", true, "domain", "")
	admins := `@request.auth.id != "" && @request.auth.role = "admin"`
	c.ListRule, c.ViewRule, c.CreateRule, c.UpdateRule, c.DeleteRule = rule(admins), rule(admins), rule(admins), rule(admins), rule(admins)
	return c
}
