package collections

import (
	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
)

// Mails is the outbox: a row for each mail that has to go out, also when nobody turns out to
// have that address. MailTokens are what the links in mails stand for; the tokens are hashed.
const (
	Mails      = "mails"
	MailTokens = "mail_tokens"
)

// Kinds of mails. Those with a link are also the purpose of its token, and the path of its page.
const (
	MailReset  = "reset"        // a link that sets a new password
	MailVerify = "verify"       // a link that confirms the address of an account
	MailEmail  = "email"        // a link, to the address that an account is to have
	MailNotice = "email_notice" // to the address that it has, that it is to change
)

// Kinds of mails that tell somebody what happened to their account.
const (
	MailPassword       = "password_changed"
	MailTwoFactorOn    = "two_factor_on"
	MailTwoFactorOff   = "two_factor_off"
	MailPasskeyAdded   = "passkey_added"
	MailPasskeyRemoved = "passkey_removed"
	MailSignIn         = "new_sign_in" // from a device not seen before
)

// MailDigest tells somebody how much they haven't read.
const MailDigest = "digest"

// MailBackupFailed tells a superuser that a backup was given up.
const MailBackupFailed = "backup_failed"

// Kinds of mails about joining.
const (
	MailJoin         = "join"          // a link that finishes signing up, where no proof of work was given
	MailJoinApproved = "join_approved" // a moderator let somebody in
	MailJoinRefused  = "join_refused"  // or didn't
)

// Mail is a typed view of a record of [Mails].
type Mail struct{ core.BaseRecordProxy }

// MailOf wraps r.
func MailOf(r *core.Record) *Mail {
	m := &Mail{}
	m.SetProxyRecord(r)
	return m
}

func (m *Mail) To() string     { return m.GetString("to") }
func (m *Mail) Kind() string   { return m.GetString("kind") }
func (m *Mail) Locale() string { return m.GetString("locale") } // of whoever asked
func (m *Mail) User() string   { return m.GetString("user") }   // "" until somebody with that address was looked for
func (m *Mail) Device() string { return m.GetString("device") } // of a sign-in
func (m *Mail) Text() string   { return m.GetString("text") }   // of a moderator
func (m *Mail) Attempts() int  { return m.GetInt("attempts") }

// FindUserByEmail finds a person by an address in lower case. The error is sql.ErrNoRows
// when nobody has it.
func FindUserByEmail(app core.App, address string) (*User, error) {
	r := &core.Record{}
	if err := app.RecordQuery(Users).AndWhere(dbx.HashExp{"email": address}).AndWhere(dbx.NewExp("email != ''")).Limit(1).One(r); err != nil {
		return nil, err
	}
	return UserOf(r), nil
}

// Superusers are those who can open the dashboard, without the one that PocketBase makes for the first of them.
func Superusers(app core.App) ([]*core.Record, error) {
	return app.FindAllRecords(core.CollectionNameSuperusers, dbx.NewExp("email != {:installer}", dbx.Params{"installer": core.DefaultInstallerEmail}))
}
