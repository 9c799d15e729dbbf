package collections

import (
	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
)

// The collections of passkeys. Like those of the second factor, package accounts alone writes them, by SQL.
const (
	Passkeys          = "passkeys"           // an authenticator's key of a person
	PasskeyCeremonies = "passkey_ceremonies" // what an authenticator was asked, to be answered once
)

// HasPasskeys reports whether the person has any.
func HasPasskeys(app core.App, user string) (bool, error) {
	n, err := app.CountRecords(Passkeys, dbx.HashExp{"user": user})
	return n > 0, err
}
