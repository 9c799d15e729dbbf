package accounts

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/router"

	"madang/collections"
	"madang/present"
	"madang/text"
)

// Passkeys (WebAuthn): an authenticator proves that somebody is there and who they are. One
// signs in without a password, and counts as both factors then; beside a password it is the second.
// This file adds and removes them, passkey_signin.go signs in, ceremonies.go remembers what was asked.

const maxPasskeys = 20

// Passkey is one of somebody's passkeys.
type Passkey struct {
	ID         string `json:"id" db:"id"`
	Name       string `json:"name" db:"name"`
	CreatedAt  string `json:"created_at" db:"created_at"`
	LastUsedAt string `json:"last_used_at" db:"last_used_at"` // "" until it was used
}

// Passkeys answers GET /api/auth/passkeys.
func (s *Service) Passkeys(e *core.RequestEvent) error {
	all := []Passkey{}
	err := e.App.DB().Select("id", "name", "created_at", "last_used_at").From(collections.Passkeys).
		Where(dbx.HashExp{"user": e.Auth.Id}).OrderBy("created_at", "id").All(&all)
	if err != nil {
		return present.Failure(err)
	}
	for i := range all {
		all[i].CreatedAt, all[i].LastUsedAt = present.Time(all[i].CreatedAt), present.Time(all[i].LastUsedAt)
	}
	return e.JSON(http.StatusOK, present.Whole(all))
}

// AskedPasskey is what to hand to an authenticator: navigator.credentials.create or .get.
type AskedPasskey struct {
	CeremonyID string `json:"ceremony_id"` // a secret, good for five minutes and one answer
	PublicKey  any    `json:"public_key"`  // PublicKeyCredentialCreationOptionsJSON or …RequestOptionsJSON
}

// BeginPasskey answers POST /api/auth/passkeys/begin: the owner proves that it is them, and the
// authenticator is asked for a new key.
func (s *Service) BeginPasskey(e *core.RequestEvent) error {
	if err := s.ConfirmOwner(e); err != nil {
		return err
	}
	party, err := s.relyingParty(e)
	if err != nil {
		return err
	}
	owner, err := holderOf(e.App, e.Auth)
	if err != nil {
		return present.Failure(err)
	}
	if len(owner.keys) >= maxPasskeys {
		return present.Invalid("credential", "validation_too_many_values", "At most 20 passkeys.")
	}
	options, asked, err := party.BeginRegistration(owner, webauthn.WithExclusions(webauthn.Credentials(owner.keys).CredentialDescriptors()),
		webauthn.WithAuthenticatorSelection(protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, UserVerification: protocol.VerificationRequired,
		}))
	if err != nil {
		return present.Failure(err)
	}
	id, err := s.keepCeremony(e.App, "add", e.Auth.Id, asked)
	if err != nil {
		return present.Failure(err)
	}
	return once(e, AskedPasskey{id, options.Response})
}

// AddPasskeyForm is the authenticator's answer.
type AddPasskeyForm struct {
	CeremonyID string          `json:"ceremony_id" required:"true"`
	Name       string          `json:"name" maxLength:"60" description:"to know it by; by default the day"`
	Credential json.RawMessage `json:"credential" required:"true" description:"RegistrationResponseJSON"`
}

// AddPasskey answers POST /api/auth/passkeys. Every other session ends.
func (s *Service) AddPasskey(e *core.RequestEvent) error {
	form := AddPasskeyForm{}
	if err := present.Bind(e, &form); err != nil {
		return err
	}
	party, err := s.relyingParty(e)
	if err != nil {
		return err
	}
	ceremony, user, err := s.endCeremony(e.App, form.CeremonyID, "add")
	if err != nil {
		return present.Failure(err)
	}
	if user != e.Auth.Id {
		return errCeremony
	}
	owner, err := holderOf(e.App, e.Auth)
	if err != nil {
		return present.Failure(err)
	}
	said, err := protocol.ParseCredentialCreationResponseBytes(form.Credential)
	if err != nil {
		return notAPasskey(err)
	}
	key, err := party.CreateCredential(owner, *ceremony, said)
	if err != nil {
		return notAPasskey(err)
	}
	raw, err := json.Marshal(key)
	if err != nil {
		return present.Failure(err)
	}
	now := collections.Stamp(s.Now())
	name := text.Shorten(text.CleanLine(form.Name), 60)
	if name == "" {
		name = s.Now().UTC().Format(time.DateOnly)
	}
	added := Passkey{ID: collections.NewID(), Name: name, CreatedAt: present.Time(now)}
	return s.changeFactor(e, func(tx core.App) (refused, err error) {
		_, err = tx.DB().Insert(collections.Passkeys, dbx.Params{
			"id": added.ID, "user": e.Auth.Id, "name": name, "credential_id": credentialID(key.ID), "credential": string(raw), "last_used_at": "", "created_at": now,
		}).Execute()
		if collections.IsNotUnique(err) {
			return notAPasskey(err), nil
		}
		if err != nil {
			return nil, err
		}
		return nil, s.notify(tx, e.Auth, letter{kind: collections.MailPasskeyAdded, lang: asked(e)})
	}, func() error { return e.JSON(http.StatusCreated, added) })
}

// RenamePasskeyForm is what a passkey is to be called.
type RenamePasskeyForm struct {
	Name string `json:"name" form:"name" required:"true" maxLength:"60"`
}

// RenamePasskey answers PATCH /api/auth/passkeys/{id}.
func (s *Service) RenamePasskey(e *core.RequestEvent) error {
	form := RenamePasskeyForm{}
	if err := present.Bind(e, &form); err != nil {
		return err
	}
	name := text.Shorten(text.CleanLine(form.Name), 60)
	if name == "" {
		return present.Invalid("name", "validation_required", "Cannot be blank.")
	}
	changed, err := changedOne(e.App, "UPDATE passkeys SET name = {:name} WHERE id = {:id} AND user = {:user}",
		dbx.Params{"name": name, "id": e.Request.PathValue("id"), "user": e.Auth.Id})
	switch {
	case err != nil:
		return present.Failure(err)
	case !changed:
		return present.NotFound()
	}
	return e.NoContent(http.StatusNoContent)
}

// RemovePasskey answers DELETE /api/auth/passkeys/{id}, when the owner proves that it is them.
// Every other session ends.
func (s *Service) RemovePasskey(e *core.RequestEvent) error {
	n, err := e.App.CountRecords(collections.Passkeys, dbx.HashExp{"id": e.Request.PathValue("id"), "user": e.Auth.Id})
	if err != nil {
		return present.Failure(err)
	}
	if n == 0 {
		return present.NotFound()
	}
	if err := s.ConfirmOwner(e); err != nil {
		return err
	}
	return s.changeFactor(e, func(tx core.App) (refused, err error) {
		removed, err := changedOne(tx, "DELETE FROM passkeys WHERE id = {:id} AND user = {:user}", dbx.Params{"id": e.Request.PathValue("id"), "user": e.Auth.Id})
		if err != nil || !removed { // removed meanwhile, and told of
			return nil, err
		}
		return nil, s.notify(tx, e.Auth, letter{kind: collections.MailPasskeyRemoved, lang: asked(e)})
	}, func() error { return e.NoContent(http.StatusNoContent) })
}

// PasskeysWork reports whether the instance knows the address that passkeys are bound to.
func (s *Service) PasskeysWork(e *core.RequestEvent) bool {
	_, err := s.relyingParty(e)
	return err == nil
}

// relyingParty is this instance as authenticators know it: by the address that the operator set,
// never by the one that a request names. Without one there is localhost, for trying things out.
func (s *Service) relyingParty(e *core.RequestEvent) (*webauthn.WebAuthn, error) {
	origin := s.PublicURL
	if origin == "" {
		host, _, err := net.SplitHostPort(e.Request.Host)
		if err != nil {
			host = e.Request.Host
		}
		if host != "localhost" {
			return nil, router.NewApiError(http.StatusConflict, "Passkeys need the address of this place: the operator sets it as PUBLIC_URL.", nil)
		}
		origin = "http://" + e.Request.Host
	}
	at, err := url.Parse(origin)
	if err != nil {
		return nil, present.Failure(err)
	}
	party, err := webauthn.New(&webauthn.Config{
		RPID: at.Hostname(), RPDisplayName: e.App.Settings().Meta.AppName, RPOrigins: []string{at.Scheme + "://" + at.Host},
		Timeouts: webauthn.TimeoutsConfig{
			Login:        webauthn.TimeoutConfig{Enforce: true, Timeout: ceremonyIsGood, TimeoutUVD: ceremonyIsGood},
			Registration: webauthn.TimeoutConfig{Enforce: true, Timeout: ceremonyIsGood, TimeoutUVD: ceremonyIsGood},
		},
	})
	if err != nil {
		return nil, present.Failure(err)
	}
	return party, nil
}

// holder is a person as webauthn.User.
type holder struct {
	record *core.Record
	keys   []webauthn.Credential
}

func holderOf(app core.App, person *core.Record) (*holder, error) {
	h := &holder{record: person}
	var rows []string
	err := app.DB().Select("credential").From(collections.Passkeys).Where(dbx.HashExp{"user": person.Id}).OrderBy("created_at").Column(&rows)
	for _, raw := range rows {
		var key webauthn.Credential
		err = errors.Join(err, json.Unmarshal([]byte(raw), &key))
		h.keys = append(h.keys, key)
	}
	if err != nil {
		return nil, fmt.Errorf("read the passkeys of a person: %w", err)
	}
	return h, nil
}

// WebAuthnID implements webauthn.User.
func (h *holder) WebAuthnID() []byte { return []byte(h.record.Id) }

// WebAuthnName implements webauthn.User.
func (h *holder) WebAuthnName() string { return h.record.GetString("username") }

// WebAuthnDisplayName implements webauthn.User.
func (h *holder) WebAuthnDisplayName() string {
	if name := h.record.GetString("name"); name != "" {
		return name
	}
	return h.WebAuthnName()
}

// WebAuthnCredentials implements webauthn.User.
func (h *holder) WebAuthnCredentials() []webauthn.Credential { return h.keys }

func credentialID(id []byte) string { return base64.RawURLEncoding.EncodeToString(id) }

func notAPasskey(cause error) error {
	return router.NewApiError(http.StatusBadRequest, "The passkey can't be added: the answer of the device is not valid.", cause)
}
