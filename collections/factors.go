package collections

import (
	"database/sql"
	"errors"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
)

// The collections of the second factor. Only package accounts writes them, by SQL: what is
// in them is nobody's to see, not even as an event.
const (
	SecondFactors    = "second_factors"     // the secret of an authenticator app, a row a person
	RecoveryCodes    = "recovery_codes"     // what is left when the app is lost
	SignInChallenges = "sign_in_challenges" // sign-ins that wait for their second factor
	WrongCodes       = "wrong_codes"        // what locks an account out for a while
)

// InstanceKeys is the plain table of the keys that this instance encrypts with.
const InstanceKeys = "instance_keys"

// HasTOTP reports whether the person signs in with a code as well.
func HasTOTP(app core.App, user string) (bool, error) {
	var on bool
	err := app.DB().Select("(1)").From(SecondFactors).
		Where(dbx.HashExp{"user": user}).AndWhere(dbx.NewExp("totp_secret != ''")).Row(&on)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return on, err
}
