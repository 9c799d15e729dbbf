package accounts

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/present"
)

// AskPasskeyForm begins a sign-in by passkey.
type AskPasskeyForm struct {
	MFAID string `json:"mfa_id" form:"mfa_id" description:"of a sign-in that waits for its second factor"`
}

// AskPasskey answers POST /api/auth/passkeys/sign-in/begin. Without mfa_id it is the same for everybody.
func (s *Service) AskPasskey(e *core.RequestEvent) error {
	form := AskPasskeyForm{}
	if err := present.Bind(e, &form); err != nil {
		return err
	}
	party, err := s.relyingParty(e)
	if err != nil {
		return err
	}
	if form.MFAID != "" {
		return s.askSecondPasskey(e, party, form.MFAID)
	}
	options, asked, err := party.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return present.Failure(err)
	}
	id, err := s.keepCeremony(e.App, "sign_in", "", asked)
	if err != nil {
		return present.Failure(err)
	}
	return once(e, AskedPasskey{id, options.Response})
}

// askSecondPasskey asks for one of the passkeys of whoever proved their password.
func (s *Service) askSecondPasskey(e *core.RequestEvent, party *webauthn.WebAuthn, mfaID string) error {
	user, err := s.waiting(e.App, mfaID)
	if err != nil {
		return err
	}
	owner, err := holderOf(e.App, user)
	if err != nil {
		return present.Failure(err)
	}
	if len(owner.keys) == 0 {
		return present.NotFound()
	}
	options, asked, err := party.BeginLogin(owner, webauthn.WithUserVerification(protocol.VerificationPreferred))
	if err != nil {
		return present.Failure(err)
	}
	id, err := s.keepCeremony(e.App, "second_factor", user.Id, asked)
	if err != nil {
		return present.Failure(err)
	}
	return once(e, AskedPasskey{id, options.Response})
}

// waiting is whose sign-in waits under an mfa_id.
func (s *Service) waiting(app core.App, mfaID string) (*core.Record, error) {
	var id, keyHash string
	err := app.DB().NewQuery("SELECT user, token_key_hash FROM sign_in_challenges WHERE hash = {:hash} AND passed_at = '' AND expires_at > {:now}").
		Bind(dbx.Params{"hash": hash(mfaID), "now": collections.Stamp(s.Now())}).Row(&id, &keyHash)
	if err != nil {
		return nil, unauthorized("The sign-in took too long. Start again.", ignoreNoRows(err))
	}
	user, err := app.FindRecordById(collections.Users, id)
	if err != nil || hash(user.TokenKey()) != keyHash {
		return nil, unauthorized("The sign-in took too long. Start again.", ignoreNoRows(err))
	}
	return user, nil
}

// PasskeyForm is an authenticator's answer.
type PasskeyForm struct {
	CeremonyID string          `json:"ceremony_id" required:"true"`
	Credential json.RawMessage `json:"credential" required:"true" description:"AuthenticationResponseJSON"`
	MFAID      string          `json:"mfa_id" description:"of a sign-in that waits for its second factor"`
}

// SignInByPasskey answers POST /api/auth/passkeys/sign-in.
func (s *Service) SignInByPasskey(e *core.RequestEvent) error {
	form := PasskeyForm{}
	if err := present.Bind(e, &form); err != nil {
		return err
	}
	user, err := s.ByPasskey(e, form)
	if err != nil {
		return present.Failure(err)
	}
	return s.signIn(e, user, http.StatusOK)
}

// ByPasskey finds whose passkey answered. The request may then open one session for them.
func (s *Service) ByPasskey(e *core.RequestEvent, form PasskeyForm) (*core.Record, error) {
	party, err := s.relyingParty(e)
	if err != nil {
		return nil, err
	}
	purpose := "sign_in"
	if form.MFAID != "" {
		purpose = "second_factor"
	}
	asked, user, err := s.endCeremony(e.App, form.CeremonyID, purpose)
	if err != nil {
		return nil, err
	}
	said, err := protocol.ParseCredentialRequestResponseBytes(form.Credential)
	if err != nil {
		return nil, wrongPasskey(err)
	}
	if form.MFAID == "" {
		return s.firstPasskey(e, party, asked, said)
	}
	return s.secondPasskey(e, party, asked, said, user, form.MFAID)
}

// firstPasskey is a sign-in without a password: the authenticator verified its user, so it
// stands for both factors.
func (s *Service) firstPasskey(e *core.RequestEvent, party *webauthn.WebAuthn, asked *webauthn.SessionData, said *protocol.ParsedCredentialAssertionData) (*core.Record, error) {
	find := func(_, handle []byte) (webauthn.User, error) {
		person, err := e.App.FindRecordById(collections.Users, string(handle))
		if err != nil {
			return nil, err
		}
		return holderOf(e.App, person)
	}
	found, key, err := party.ValidatePasskeyLogin(find, *asked, said)
	if err != nil {
		return nil, wrongPasskey(err)
	}
	owner := found.(*holder) //nolint:forcetypeassert // what find gave
	if err := s.used(e.App, owner.record.Id, key); err != nil {
		return nil, err
	}
	e.Set(proofKey, proof{user: owner.record.Id})
	return owner.record, nil
}

// secondPasskey is the second factor of somebody who proved their password before.
func (s *Service) secondPasskey(e *core.RequestEvent, party *webauthn.WebAuthn, asked *webauthn.SessionData, said *protocol.ParsedCredentialAssertionData, asker, mfaID string) (*core.Record, error) {
	user, err := s.waiting(e.App, mfaID)
	if err != nil {
		return nil, err
	}
	if user.Id != asker {
		return nil, wrongPasskey(errors.New("asked of somebody else"))
	}
	owner, err := holderOf(e.App, user)
	if err != nil {
		return nil, err
	}
	key, err := party.ValidateLogin(owner, *asked, said)
	if err != nil {
		return nil, wrongPasskey(err)
	}
	if err := s.used(e.App, user.Id, key); err != nil {
		return nil, err
	}
	passed, err := changedOne(e.App, "UPDATE sign_in_challenges SET passed_at = {:now} WHERE hash = {:hash} AND user = {:user} AND passed_at = ''",
		dbx.Params{"now": collections.Stamp(s.Now()), "hash": hash(mfaID), "user": user.Id})
	if err != nil {
		return nil, err
	}
	if !passed {
		return nil, unauthorized("The sign-in took too long. Start again.", nil)
	}
	e.Set(proofKey, proof{user.Id, hash(mfaID)})
	return user, nil
}

// used notes what an authenticator counts. One whose count went back is a copy of another: it is refused.
func (s *Service) used(app core.App, user string, key *webauthn.Credential) error {
	if key.Authenticator.CloneWarning {
		app.Logger().Warn("a passkey seems to be copied: its counter went back", "user", user)
		return wrongPasskey(errors.New("the counter went back"))
	}
	raw, err := json.Marshal(key)
	if err != nil {
		return err
	}
	known, err := changedOne(app, "UPDATE passkeys SET credential = {:credential}, last_used_at = {:now} WHERE credential_id = {:id} AND user = {:user}",
		dbx.Params{"credential": string(raw), "now": collections.Stamp(s.Now()), "id": credentialID(key.ID), "user": user})
	if err != nil {
		return fmt.Errorf("note the use of a passkey: %w", err)
	}
	if !known {
		return wrongPasskey(errors.New("it was removed meanwhile"))
	}
	return nil
}

func wrongPasskey(cause error) error {
	return unauthorized("This passkey doesn't sign in here.", cause)
}
