package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
	"github.com/pocketbase/pocketbase/tools/types"
)

// People sign up, have a profile, and hold sessions: a session is a family of
// refresh tokens, each good once.
func init() {
	m.Register(func(app core.App) error {
		users, err := people(app)
		if err != nil {
			return err
		}
		sessions := core.NewBaseCollection("sessions")
		sessions.Fields.Add(
			belongs("user", users),
			&core.TextField{Name: "user_agent", Max: 500},
			&core.TextField{Name: "ip", Max: 64},
			&core.TextField{Name: "token_key_hash", Hidden: true, Required: true},
			&core.TextField{Name: "web_hash", Hidden: true, Help: "Hash of the browser cookie, when there is one."},
			&core.DateField{Name: "last_used_at"},
			&core.DateField{Name: "expires_at", Required: true},
			&core.DateField{Name: "revoked_at"},
			created(),
		)
		sessions.AddIndex("idx_sessions_user", false, "user, revoked_at", "")
		if err := app.Save(sessions); err != nil {
			return err
		}
		refresh := core.NewBaseCollection("refresh_tokens")
		refresh.Fields.Add(
			belongs("session", sessions),
			&core.TextField{Name: "hash", Hidden: true, Required: true},
			&core.DateField{Name: "used_at"},
			&core.DateField{Name: "expires_at", Required: true},
			created(),
		)
		refresh.AddIndex("idx_refresh_tokens_hash", true, "hash", "")
		refresh.AddIndex("idx_refresh_tokens_session", false, "session", "")
		return app.Save(refresh)
	}, func(app core.App) error {
		return drop(app, "refresh_tokens", "sessions")
	})
}

// people turns PocketBase's default users into ours.
func people(app core.App) (*core.Collection, error) {
	users, err := app.FindCollectionByNameOrId("users")
	if err != nil {
		return nil, err
	}
	users.Fields.GetByName("created").SetName("created_at")
	users.Fields.GetByName("updated").SetName("updated_at")
	users.Fields.GetByName("verified").SetHidden(true)
	users.Fields.GetByName("emailVisibility").SetHidden(true)
	users.Fields.GetByName("name").(*core.TextField).Max = 60
	users.Fields.RemoveByName("avatar")
	users.Fields.Add(
		&core.TextField{Name: "username", Required: true, Presentable: true, Min: 3, Max: 30, Pattern: `^[a-z0-9_.]+$`, Help: "3–30 of a–z 0–9 _ ."},
		&core.TextField{Name: "bio", Max: 500},
		&core.FileField{
			Name: "profile_image", MaxSelect: 1, MaxSize: 5 << 20,
			MimeTypes: []string{"image/jpeg", "image/png", "image/gif", "image/webp"},
		},
		&core.SelectField{Name: "role", MaxSelect: 1, Required: true, Values: []string{"member", "premium", "creator", "moderator", "admin"}},
		&core.BoolField{Name: "is_verified", Help: "A known creator. Not the same as a confirmed e-mail."},
		&core.TextField{Name: "phone", Hidden: true, Max: 20, Help: "E.164, e.g. +821012345678"},
		&core.SelectField{Name: "locale", Hidden: true, MaxSelect: 1, Values: []string{"ko", "en"}},
		&core.DateField{Name: "suspended_until", Hidden: true, Help: "Until then the person reads but does not write."},
		counter("followers_count"),
		counter("following_count"),
		counter("posts_count"),
	)
	users.AddIndex("idx_users_username", true, "username", "")
	users.AddIndex("idx_users_created_at", false, "created_at, id", "")
	users.AddIndex("idx_users_followers_count", false, "followers_count, id", "")
	users.PasswordAuth = core.PasswordAuthConfig{Enabled: true, IdentityFields: []string{"email", "username"}}
	users.OAuth2.MappedFields = core.OAuth2KnownFields{Name: "name", Username: "username"}
	users.AuthAlert.Enabled = false
	users.AuthToken.Duration = 3600
	password := users.Fields.GetByName("password").(*core.PasswordField)
	password.Min, password.Max = 8, 71 // the most that PocketBase takes; package accounts lets 72 bytes through
	users.CreateRule = types.Pointer("")
	return users, app.Save(users)
}
