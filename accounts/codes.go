package accounts

import (
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/pocketbase/dbx"
	validation "github.com/pocketbase/ozzo-validation/v4"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/router"

	"madang/collections"
	"madang/present"
)

// Ten wrong codes within a quarter of an hour lock an account's second factor until they age.
const (
	wrongCodesAllowed = 10
	wrongCodesWindow  = 15 * time.Minute
)

// wrongField is a wrong password or code, and the field that it came in.
type wrongField struct{ field string }

func (w *wrongField) Error() string { return "wrong " + w.field }

// tooMany says that no code is tried for a while.
type tooMany struct{ wait time.Duration }

func (t *tooMany) Error() string { return "too many wrong codes" }

// refuse is what the client hears of a refusal; a wrong code is answered with status.
func refuse(e *core.RequestEvent, refused error, status int) error {
	var wrong *wrongField
	var locked *tooMany
	switch {
	case errors.As(refused, &locked):
		seconds := int(locked.wait/time.Second) + 1
		e.Response.Header().Set("Retry-After", strconv.Itoa(seconds))
		return router.NewTooManyRequestsError("Too many wrong codes. Try again later.", refused)
	case errors.As(refused, &wrong) && wrong.field == "password":
		return present.Invalid(wrong.field, "validation_wrong_password", "Is not your password.")
	case errors.As(refused, &wrong) && status == http.StatusUnauthorized:
		return router.NewApiError(status, "The code is wrong.", validation.Errors{wrong.field: errWrongCode})
	case errors.As(refused, &wrong):
		return present.BadQuery(validation.Errors{wrong.field: errWrongCode})
	case errors.Is(refused, errStaleSignIn):
		return unauthorized("The sign-in took too long. Start again.", refused)
	case errors.Is(refused, errNoSetup):
		return router.NewApiError(http.StatusConflict, "Set the authenticator app up first; a setup is good for 15 minutes.", refused)
	case errors.Is(refused, errNotOn):
		return router.NewApiError(http.StatusConflict, "Two-factor sign-in is not on.", refused)
	}
	return present.Failure(refused)
}

var errWrongCode = validation.NewError("validation_wrong_code", "Is not a valid code, or was used already.")

// confirmation is both factors proved again, and the fields that they came in.
type confirmation struct {
	password bool // it is the right one
	code     string
	fields   [2]string // of the password, of the code
}

// confirm uses the code up when both factors are right. What is wrong is counted, also a
// password: a stolen session shall not try passwords here.
func (s *Service) confirm(tx core.App, user string, c confirmation) (refused, err error) {
	if c.password {
		return s.spend(tx, user, c.code, c.fields[1])
	}
	if refused, err = s.lockedOut(tx, user); refused != nil || err != nil {
		return refused, err
	}
	return &wrongField{c.fields[0]}, s.countWrong(tx, user)
}

// spend uses up a code of user, of the app or for recovery, that came in the field. It has to
// run in a transaction that commits also when the code is refused: wrong codes count.
func (s *Service) spend(tx core.App, user, typed, field string) (refused, err error) {
	if refused, err = s.lockedOut(tx, user); refused != nil || err != nil {
		return refused, err
	}
	good := false
	switch code, kind := readCode(typed); kind {
	case appCode:
		good, err = s.spendTOTP(tx, user, code)
	case recoveryCode:
		good, err = s.spendRecovery(tx, user, code)
	}
	if err != nil || good {
		return nil, err
	}
	return &wrongField{field}, s.countWrong(tx, user)
}

// spendTOTP moves the last used step on, so that neither this code nor an older one is good again.
func (s *Service) spendTOTP(tx core.App, user, code string) (bool, error) {
	var row struct {
		Secret string `db:"totp_secret"`
	}
	err := tx.DB().Select("totp_secret").From(collections.SecondFactors).Where(dbx.HashExp{"user": user}).One(&row)
	if err != nil || row.Secret == "" {
		return false, ignoreNoRows(err)
	}
	secret, err := unseal(tx, user, row.Secret)
	if err != nil {
		return false, err
	}
	step, good, err := matchStep(secret, code, s.Now())
	if err != nil || !good {
		return false, err
	}
	return changedOne(tx, `UPDATE second_factors SET totp_step = {:step}, updated_at = {:now}
		WHERE user = {:user} AND totp_secret = {:secret} AND totp_step < {:step}`,
		dbx.Params{"step": step, "now": collections.Stamp(s.Now()), "user": user, "secret": row.Secret})
}

func (s *Service) spendRecovery(tx core.App, user, code string) (bool, error) {
	return changedOne(tx, "UPDATE recovery_codes SET used_at = {:now} WHERE user = {:user} AND hash = {:hash} AND used_at = ''",
		dbx.Params{"now": collections.Stamp(s.Now()), "user": user, "hash": hash(code)})
}

// lockedOut refuses while there were too many wrong codes. Those tried meanwhile don't count,
// so that it ends.
func (s *Service) lockedOut(tx core.App, user string) (refused, err error) {
	var at []string
	err = tx.DB().Select("created_at").From(collections.WrongCodes).Where(dbx.HashExp{"user": user}).
		AndWhere(dbx.NewExp("created_at > {:since}", dbx.Params{"since": collections.Stamp(s.Now().Add(-wrongCodesWindow))})).
		OrderBy("created_at DESC").Limit(wrongCodesAllowed).Column(&at)
	if err != nil || len(at) < wrongCodesAllowed {
		return nil, err
	}
	oldest, err := time.Parse(collections.TimeLayout, at[len(at)-1])
	if err != nil {
		return nil, fmt.Errorf("read when a code was wrong: %w", err)
	}
	return &tooMany{oldest.Add(wrongCodesWindow).Sub(s.Now())}, nil
}

func (s *Service) countWrong(tx core.App, user string) error {
	_, err := tx.DB().Insert(collections.WrongCodes, dbx.Params{
		"id": collections.NewID(), "user": user, "created_at": collections.Stamp(s.Now()),
	}).Execute()
	return err
}

const recoveryCodes = 10

// newRecoveryCodes replaces the recovery codes of user. Only their hashes are kept: of 80
// random bits each, so that a fast hash is enough.
func (s *Service) newRecoveryCodes(tx core.App, user string) ([]string, error) {
	if err := deleteOf(tx, user, collections.RecoveryCodes); err != nil {
		return nil, err
	}
	codes := make([]string, recoveryCodes)
	for i := range codes {
		plain := newRecoveryCode()
		_, err := tx.DB().Insert(collections.RecoveryCodes, dbx.Params{
			"id": collections.NewID(), "user": user, "hash": hash(plain), "created_at": collections.Stamp(s.Now()),
		}).Execute()
		if err != nil {
			return nil, fmt.Errorf("keep a recovery code: %w", err)
		}
		codes[i] = plain[:4] + "-" + plain[4:8] + "-" + plain[8:12] + "-" + plain[12:]
	}
	return codes, nil
}

func newRecoveryCode() string {
	raw := make([]byte, recoveryLength)
	rand.Read(raw) //nolint:errcheck // never fails: crypto/rand crashes the program instead
	for i, b := range raw {
		raw[i] = recoveryAlphabet[b%32]
	}
	return string(raw)
}

// sweepCodes removes what no longer counts: wrong codes, sign-ins that nobody went on with, and
// setups that no code proved.
func (s *Service) sweepCodes(app core.App) error {
	params := dbx.Params{"now": collections.Stamp(s.Now()), "before": collections.Stamp(s.Now().Add(-wrongCodesWindow))}
	for _, sql := range []string{
		"DELETE FROM wrong_codes WHERE created_at < {:before}",
		"DELETE FROM sign_in_challenges WHERE expires_at < {:now}",
		"DELETE FROM second_factors WHERE totp_secret = '' AND pending_until < {:now}",
		"UPDATE second_factors SET pending_secret = '', pending_until = '' WHERE pending_secret != '' AND pending_until < {:now}",
	} {
		if _, err := app.DB().NewQuery(sql).Bind(params).Execute(); err != nil {
			return fmt.Errorf("sweep codes: %w", err)
		}
	}
	return nil
}

// changedOne runs a conditional change and reports whether it was this one that made it.
func changedOne(tx core.App, sql string, params dbx.Params) (bool, error) {
	result, err := tx.DB().NewQuery(sql).Bind(params).Execute()
	if err != nil {
		return false, err
	}
	n, err := result.RowsAffected()
	return n == 1, err
}

// deleteOf removes the rows of user from collections that have no files and no hooks.
func deleteOf(tx core.App, user string, from ...string) error {
	for _, name := range from {
		if _, err := tx.DB().Delete(name, dbx.HashExp{"user": user}).Execute(); err != nil {
			return fmt.Errorf("empty %s of a person: %w", name, err)
		}
	}
	return nil
}
