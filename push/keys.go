package push

import (
	"database/sql"
	"errors"
	"fmt"

	webpush "github.com/SherClockHolmes/webpush-go"
	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
)

// keys are those by which the place says that a message is its own (VAPID, RFC 8292), P-256 in base64url. Browsers
// hold the public one with their subscription, so they are made once and kept.
type keys struct {
	Private string `db:"private_key"`
	Public  string `db:"public_key"`
}

// MakeKeys makes the keys unless they are there.
func (s *Service) MakeKeys(app core.App) error {
	_, err := readKeys(app)
	if !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	private, public, err := webpush.GenerateVAPIDKeys()
	if err != nil {
		return fmt.Errorf("make the keys of push: %w", err)
	}
	_, err = app.NonconcurrentDB().NewQuery("INSERT INTO push_keys (id, private_key, public_key, created_at) VALUES ('vapid', {:private}, {:public}, {:now}) ON CONFLICT (id) DO NOTHING").
		Bind(dbx.Params{"private": private, "public": public, "now": collections.Stamp(s.Now())}).Execute()
	if err != nil {
		return fmt.Errorf("keep the keys of push: %w", err)
	}
	return nil
}

func readKeys(app core.App) (k keys, err error) {
	if err := app.DB().Select("private_key", "public_key").From(collections.PushKeys).One(&k); err != nil {
		return k, fmt.Errorf("read the keys of push: %w", err)
	}
	return k, nil
}
