package pb_migrations

import (
	"crypto/rand"
	"encoding/hex"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// People may ask for a second factor: a code of an authenticator app, or a recovery code.
// None of these collections has a rule, and what they keep is hidden as well.
func init() {
	m.Register(func(app core.App) error {
		if err := instanceKeys(app); err != nil {
			return err
		}
		found, err := find(app, "users")
		if err != nil {
			return err
		}
		for _, c := range secondFactor(found["users"]) {
			if err := app.Save(c); err != nil {
				return err
			}
		}
		return nil
	}, func(app core.App) error {
		if err := drop(app, "wrong_codes", "sign_in_challenges", "recovery_codes", "second_factors"); err != nil {
			return err
		}
		return run(app, "DROP TABLE instance_keys")
	})
}

// instanceKeys makes the keys that this instance encrypts with. The secrets in PocketBase's
// collections wouldn't do: an operator replaces those to end all sessions, and what is
// encrypted would be lost with them.
func instanceKeys(app core.App) error {
	if err := run(app, "CREATE TABLE instance_keys (name TEXT PRIMARY KEY, value TEXT NOT NULL)"); err != nil {
		return err
	}
	key := make([]byte, 32)
	rand.Read(key) //nolint:errcheck // never fails: crypto/rand crashes the program instead
	_, err := app.DB().Insert("instance_keys", dbx.Params{"name": "totp", "value": hex.EncodeToString(key)}).Execute()
	return err
}

func secondFactor(users *core.Collection) []*core.Collection {
	factors := core.NewBaseCollection("second_factors")
	factors.Fields.Add(
		belongs("user", users),
		&core.TextField{Name: "totp_secret", Hidden: true, Help: "Encrypted; empty until a first code proved the app."},
		&core.NumberField{Name: "totp_step", Hidden: true, OnlyInt: true, Help: "The last used step of 30 seconds; none up to it is good again."},
		&core.DateField{Name: "enabled_at", Hidden: true},
		&core.TextField{Name: "pending_secret", Hidden: true, Help: "Encrypted; of a setup that no code has proved yet."},
		&core.DateField{Name: "pending_until", Hidden: true},
		created(), updated(),
	)
	factors.AddIndex("idx_second_factors_user", true, "user", "")

	recovery := core.NewBaseCollection("recovery_codes")
	recovery.Fields.Add(
		belongs("user", users),
		&core.TextField{Name: "hash", Hidden: true, Required: true},
		&core.DateField{Name: "used_at", Hidden: true},
		created(),
	)
	recovery.AddIndex("idx_recovery_codes_unique", true, "user, hash", "")

	challenges := core.NewBaseCollection("sign_in_challenges")
	challenges.Fields.Add(
		belongs("user", users),
		&core.TextField{Name: "hash", Hidden: true, Required: true, Help: "Hash of the mfa_id."},
		&core.TextField{Name: "token_key_hash", Hidden: true, Required: true},
		&core.NumberField{Name: "tries", Hidden: true, OnlyInt: true, Help: "Wrong codes."},
		&core.DateField{Name: "passed_at", Hidden: true},
		&core.DateField{Name: "expires_at", Hidden: true, Required: true},
		created(),
	)
	challenges.AddIndex("idx_sign_in_challenges_hash", true, "hash", "")
	challenges.AddIndex("idx_sign_in_challenges_user", false, "user", "")

	wrong := core.NewBaseCollection("wrong_codes")
	wrong.Fields.Add(belongs("user", users), created())
	wrong.AddIndex("idx_wrong_codes_user", false, "user, created_at", "")
	return []*core.Collection{factors, recovery, challenges, wrong}
}
