package accounts

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/router"

	"madang/collections"
)

// ceremonyIsGood is how long an authenticator has to answer.
const ceremonyIsGood = 5 * time.Minute

var errCeremony = router.NewApiError(http.StatusBadRequest, "That took too long, or was answered before. Start again.", nil)

// keepCeremony writes down what an authenticator is asked; user is "" when anybody may answer.
func (s *Service) keepCeremony(app core.App, purpose, user string, asked *webauthn.SessionData) (id string, err error) {
	raw, err := json.Marshal(asked)
	if err != nil {
		return "", err
	}
	id = newSecret()
	_, err = app.DB().Insert(collections.PasskeyCeremonies, dbx.Params{
		"id": collections.NewID(), "user": user, "purpose": purpose, "hash": hash(id), "asked": string(raw),
		"expires_at": collections.Stamp(s.Now().Add(ceremonyIsGood)), "created_at": collections.Stamp(s.Now()),
	}).Execute()
	if err != nil {
		return "", fmt.Errorf("keep what an authenticator is asked: %w", err)
	}
	return id, nil
}

// endCeremony uses it up: of many at once one gets it.
func (s *Service) endCeremony(app core.App, id, purpose string) (asked *webauthn.SessionData, user string, err error) {
	var rows []struct {
		User  string `db:"user"`
		Asked string `db:"asked"`
	}
	err = app.DB().NewQuery("DELETE FROM passkey_ceremonies WHERE hash = {:hash} AND purpose = {:purpose} AND expires_at > {:now} RETURNING user, asked").
		Bind(dbx.Params{"hash": hash(id), "purpose": purpose, "now": collections.Stamp(s.Now())}).All(&rows)
	if err != nil {
		return nil, "", fmt.Errorf("end a ceremony: %w", err)
	}
	if len(rows) == 0 {
		return nil, "", errCeremony
	}
	asked = &webauthn.SessionData{}
	if err := json.Unmarshal([]byte(rows[0].Asked), asked); err != nil {
		return nil, "", fmt.Errorf("read a ceremony: %w", err)
	}
	return asked, rows[0].User, nil
}

// SweepCeremonies removes those that nobody answered.
func (s *Service) SweepCeremonies(app core.App) error {
	_, err := app.DB().Delete(collections.PasskeyCeremonies, dbx.NewExp("expires_at < {:now}", dbx.Params{"now": collections.Stamp(s.Now())})).Execute()
	return err
}
