package accounts

import (
	"crypto/hkdf"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/security"
	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"
	"golang.org/x/text/width"

	"madang/collections"
)

// Codes of the app: RFC 6238 as every app does it, a step of clocks that go wrong either way.
const (
	stepSeconds  = 30
	secretBytes  = 20
	setupIsGood  = 15 * time.Minute
	instanceName = "Madang" // for a place whose settings name none
)

var codeOptions = hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1}

// newKey is a secret for an app, a new one unless secret has bytes. A colon would end the name
// of the place in its label.
func newKey(place, username string, secret []byte) (*otp.Key, error) {
	place = strings.TrimSpace(strings.ReplaceAll(place, ":", " "))
	if place == "" {
		place = instanceName
	}
	return totp.Generate(totp.GenerateOpts{
		Issuer: place, AccountName: username, Period: stepSeconds, Secret: secret, SecretSize: secretBytes, Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1,
	})
}

// matchStep finds the step, of the one now and its neighbours, that code belongs to.
func matchStep(secret, code string, now time.Time) (step int64, good bool, err error) {
	current := now.Unix() / stepSeconds
	for _, step := range []int64{current, current - 1, current + 1} {
		good, err := hotp.ValidateCustom(code, uint64(step), secret, codeOptions) //nolint:gosec // after 1970
		if err != nil || good {
			return step, good, err
		}
	}
	return 0, false, nil
}

// What somebody may type as a code.
type codeKind int

const (
	noCode codeKind = iota
	appCode
	recoveryCode
)

// recoveryAlphabet has no letter that is taken for a digit (Crockford's base 32).
const (
	recoveryAlphabet = "0123456789abcdefghjkmnpqrstvwxyz"
	recoveryLength   = 16
	longestTyped     = 200 // bytes; more is no code, however many spaces are in it
)

var misread = strings.NewReplacer("o", "0", "i", "1", "l", "1")

// readCode understands what was typed: spaces, dashes, case and full-width digits don't matter.
func readCode(typed string) (code string, kind codeKind) {
	if len(typed) > longestTyped {
		return "", noCode
	}
	code = strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \t\r\n-‐‑–—_\u00a0", r) {
			return -1
		}
		return r
	}, strings.ToLower(width.Fold.String(typed)))
	if len(code) == codeOptions.Digits.Length() && strings.Trim(code, "0123456789") == "" {
		return code, appCode
	}
	if code = misread.Replace(code); len(code) == recoveryLength && strings.Trim(code, recoveryAlphabet) == "" {
		return code, recoveryCode
	}
	return "", noCode
}

// keepPending stores the secret of a setup, apart from one that is in force.
func (s *Service) keepPending(app core.App, user, secret string) error {
	sealed, err := seal(app, user, secret)
	if err != nil {
		return err
	}
	_, err = app.DB().NewQuery(`INSERT INTO second_factors (id, user, pending_secret, pending_until, created_at, updated_at)
		SELECT {:id}, id, {:sealed}, {:until}, {:now}, {:now} FROM users WHERE id = {:user}
		ON CONFLICT (user) DO UPDATE SET pending_secret = excluded.pending_secret, pending_until = excluded.pending_until, updated_at = excluded.updated_at`).
		Bind(dbx.Params{
			"id": collections.NewID(), "user": user, "sealed": sealed,
			"now": collections.Stamp(s.Now()), "until": collections.Stamp(s.Now().Add(setupIsGood)),
		}).Execute()
	if err != nil {
		return fmt.Errorf("keep a setup of a second factor: %w", err)
	}
	return nil
}

// enable puts the secret that was set up in force, once a code proved it, and makes recovery
// codes. The code counts as used. Where another app is in force, proof has to be good first.
func (s *Service) enable(tx core.App, user, typed string, proof confirmation) (codes []string, refused, err error) {
	var row struct {
		Secret  string `db:"totp_secret"`
		Pending string `db:"pending_secret"`
		Until   string `db:"pending_until"`
	}
	now := collections.Stamp(s.Now())
	err = tx.DB().Select("totp_secret", "pending_secret", "pending_until").From(collections.SecondFactors).Where(dbx.HashExp{"user": user}).One(&row)
	if err != nil || row.Pending == "" || row.Until <= now {
		return nil, errNoSetup, ignoreNoRows(err)
	}
	secret, err := unseal(tx, user, row.Pending)
	if err != nil {
		return nil, nil, err
	}
	step, good := int64(0), false
	if code, kind := readCode(typed); kind == appCode {
		step, good, err = matchStep(secret, code, s.Now())
	}
	if err != nil || !good {
		return nil, &wrongField{"code"}, err
	}
	if row.Secret != "" {
		if refused, err = s.confirm(tx, user, proof); refused != nil || err != nil {
			return nil, refused, err
		}
	}
	done, err := changedOne(tx, `UPDATE second_factors SET totp_secret = pending_secret, totp_step = {:step}, enabled_at = {:now}, updated_at = {:now},
		pending_secret = '', pending_until = '' WHERE user = {:user} AND pending_secret = {:pending}`,
		dbx.Params{"step": step, "now": now, "user": user, "pending": row.Pending})
	if err != nil || !done {
		return nil, errNoSetup, err
	}
	codes, err = s.newRecoveryCodes(tx, user)
	return codes, nil, err
}

// keyOf is the key that a person's secret is encrypted with: of the instance's own key, so
// that what was copied to another person's row opens nothing.
func keyOf(app core.App, user string) (string, error) {
	var master string
	if err := app.DB().Select("value").From(collections.InstanceKeys).Where(dbx.HashExp{"name": "totp"}).Row(&master); err != nil {
		return "", fmt.Errorf("read the key of second factors: %w", err)
	}
	raw, err := hex.DecodeString(master)
	if err != nil {
		return "", fmt.Errorf("read the key of second factors: %w", err)
	}
	key, err := hkdf.Key(sha256.New, raw, nil, "madang totp "+user, 32)
	return string(key), err
}

func seal(app core.App, user, secret string) (string, error) {
	key, err := keyOf(app, user)
	if err != nil {
		return "", err
	}
	return security.Encrypt([]byte(secret), key)
}

// shortestSealed is a nonce and a tag around nothing, in base 64: security.Decrypt panics below.
const shortestSealed = 40

func unseal(app core.App, user, sealed string) (string, error) {
	key, err := keyOf(app, user)
	if err != nil {
		return "", err
	}
	if len(sealed) < shortestSealed {
		return "", errors.New("decrypt a second factor: too short")
	}
	secret, err := security.Decrypt(sealed, key)
	if err != nil {
		return "", fmt.Errorf("decrypt a second factor: %w", err)
	}
	return string(secret), nil
}

func ignoreNoRows(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	return err
}
