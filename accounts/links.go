package accounts

import (
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/types"

	"madang/collections"
	"madang/i18n"
	"madang/present"
)

// A link in a mail carries a token: 256 random bits of which the database holds the hash, good
// once, for one purpose, and replaced by the next of its purpose. It is made when the mail goes
// out, so that no backup and no log holds one.

// mailPause is how long an address gets no second mail of a kind.
const mailPause = time.Minute

// lifetime is how long a link works from when its mail went out; the mails say it too
// (mail/letters). Mails of other kinds have no link.
func lifetime(kind string) (life time.Duration, linked bool) {
	switch kind {
	case collections.MailReset, collections.MailEmail:
		return 30 * time.Minute, true
	case collections.MailVerify:
		return 24 * time.Hour, true
	}
	return 0, false
}

// letter is a mail to be.
type letter struct {
	kind, to string
	lang     i18n.Lang // of whoever asks
	user     string    // "" for whoever has the address when it goes out
	device   string    // of a sign-in that it tells of
	always   bool      // also when one of its kind just went out
}

// queue puts a mail in the outbox; it goes out once tx is committed. An address that got one of
// that kind a minute ago gets none, unless it is to get all. What this does, and so the time it takes, never depends on
// whether somebody has the address.
func (s *Service) queue(tx core.App, l letter) error {
	if !l.always {
		if recent, err := s.justQueued(tx, l); err != nil || recent {
			return err
		}
	}
	record, err := collections.New(tx, collections.Mails)
	if err != nil {
		return err
	}
	now, err := types.ParseDateTime(s.Now())
	if err != nil {
		return err
	}
	record.Load(map[string]any{"to": l.to, "kind": l.kind, "locale": string(l.lang), "user": l.user, "device": l.device, "next_at": now})
	record.SetRaw("created_at", now)
	if err := tx.Save(record); err != nil {
		return fmt.Errorf("queue a mail: %w", err)
	}
	return nil
}

// justQueued reports whether the address was sent one of that kind not long ago.
func (s *Service) justQueued(tx core.App, l letter) (bool, error) {
	var n int
	err := tx.DB().NewQuery("SELECT count(*) FROM mails WHERE `to` = {:to} AND kind = {:kind} AND created_at > {:since}").
		Bind(dbx.Params{"to": l.to, "kind": l.kind, "since": collections.Stamp(s.Now().Add(-mailPause))}).Row(&n)
	if err != nil {
		return false, fmt.Errorf("look for a mail just asked for: %w", err)
	}
	return n > 0, nil
}

// Enclose says whom a mail is for, and the token that its link carries, "" when it has none.
// It is called in a transaction right before the mail goes out. The error is sql.ErrNoRows
// when there is nobody to write to, or nothing to write any more.
func (s *Service) Enclose(tx core.App, m *collections.Mail) (*collections.User, string, error) {
	switch m.Kind() {
	case collections.MailJoin, collections.MailJoinRefused:
		return s.Applied(tx, m)
	}
	user, err := addressee(tx, m)
	if err != nil {
		return nil, "", err
	}
	life, linked := lifetime(m.Kind())
	if !linked {
		return user, "", nil
	}
	token := newSecret()
	return user, token, s.storeLink(tx, link{hash: hash(token), purpose: m.Kind(), User: user.ProxyRecord().Id, Email: m.To()}, life)
}

func addressee(app core.App, m *collections.Mail) (*collections.User, error) {
	switch m.Kind() {
	case collections.MailBackupFailed:
		return superuser(app, m.To())
	case collections.MailReset:
		return collections.FindUserByEmail(app, m.To())
	case collections.MailVerify:
		user, err := collections.FindUserByEmail(app, m.To())
		if err == nil && user.ProxyRecord().Verified() {
			err = sql.ErrNoRows
		}
		return user, err
	case collections.MailEmail:
		_, err := collections.FindUserByEmail(app, m.To())
		if err == nil { // note: whoever asks doesn't hear that the address is taken
			return nil, sql.ErrNoRows
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return nil, err
		}
	}
	user, err := collections.FindUser(app, m.User())
	if err != nil {
		return nil, err
	}
	moved, verified := user.GetString("email") != m.To(), user.ProxyRecord().Verified()
	if m.Kind() == collections.MailNotice && moved || m.Kind() == collections.MailDigest && (moved || !verified) {
		err = sql.ErrNoRows
	}
	return user, err
}

// link is what a token stands for.
type link struct {
	hash, purpose string
	User          string `db:"user"`
	Email         string `db:"email"` // that the mail went to
}

// storeLink stores l in place of those of its purpose before.
func (s *Service) storeLink(tx core.App, l link, life time.Duration) error {
	_, err := tx.DB().Delete(collections.MailTokens, dbx.HashExp{"user": l.User, "purpose": l.purpose}).Execute()
	if err != nil {
		return fmt.Errorf("replace the links of a purpose: %w", err)
	}
	record, err := collections.New(tx, collections.MailTokens)
	if err != nil {
		return err
	}
	record.Load(map[string]any{"user": l.User, "purpose": l.purpose, "hash": l.hash, "email": l.Email, "expires_at": s.Now().Add(life)})
	if err := tx.Save(record); err != nil {
		return fmt.Errorf("store a link: %w", err)
	}
	return nil
}

// stillGood is the condition on a row of mail_tokens.
const stillGood = "hash = {:hash} AND purpose = {:purpose} AND used_at = '' AND expires_at > {:now}"

func (s *Service) goodParams(l link) dbx.Params {
	return dbx.Params{"hash": l.hash, "purpose": l.purpose, "now": collections.Stamp(s.Now())}
}

// follow reads what a token stands for, and whose it is, without using it up.
func (s *Service) follow(app core.App, token, purpose string) (link, *core.Record, error) {
	l := link{hash: hash(token), purpose: purpose}
	if token == "" {
		return l, nil, present.Invalid("token", "validation_required", "Cannot be blank.")
	}
	err := app.DB().Select("user", "email").From(collections.MailTokens).Where(dbx.NewExp(stillGood, s.goodParams(l))).One(&l)
	if errors.Is(err, sql.ErrNoRows) {
		return l, nil, badLink()
	}
	if err != nil {
		return l, nil, fmt.Errorf("read a link: %w", err)
	}
	user, err := app.FindRecordById(collections.Users, l.User)
	if err != nil {
		return l, nil, badLink()
	}
	return l, user, nil
}

// redeem uses l up and saves what it allowed, both or neither. Of many at once one wins.
func (s *Service) redeem(app core.App, l link, change func(tx core.App) error) error {
	return app.RunInTransaction(func(tx core.App) error {
		used, err := tx.DB().NewQuery("UPDATE mail_tokens SET used_at = {:now} WHERE " + stillGood).Bind(s.goodParams(l)).Execute()
		if err != nil {
			return fmt.Errorf("use up a link: %w", err)
		}
		n, err := used.RowsAffected()
		if err != nil {
			return fmt.Errorf("count what was used up: %w", err)
		}
		if n != 1 {
			return badLink()
		}
		return change(tx)
	})
}

func badLink() error {
	return present.Invalid("token", "validation_invalid_token", "Is not valid, or no longer.")
}

// EndLinks makes the links worthless that would change the password or the address of a person,
// those of mails that wait included. It belongs to the transaction that changes either. A link
// that confirms an address lives on: it is worth nothing for another address.
func EndLinks(tx core.App, person *core.Record) error {
	for _, sql := range []string{
		"DELETE FROM mail_tokens WHERE user = {:user} AND purpose IN ('reset', 'email')",
		"DELETE FROM mails WHERE next_at != '' AND (kind = 'reset' AND `to` = {:address} OR kind = 'email' AND user = {:user})",
	} {
		if _, err := tx.DB().NewQuery(sql).Bind(dbx.Params{"user": person.Id, "address": person.Email()}).Execute(); err != nil {
			return fmt.Errorf("end the links of a person: %w", err)
		}
	}
	return nil
}

// ForgetMails removes the mails to somebody who leaves, also those to their address alone.
func ForgetMails(tx core.App, person *core.Record) error {
	_, err := tx.DB().Delete(collections.Mails, dbx.Or(dbx.HashExp{"user": person.Id}, dbx.HashExp{"to": person.Email()})).Execute()
	if err != nil {
		return fmt.Errorf("forget the mails to a person: %w", err)
	}
	return nil
}

// SweepLinks removes links that ended a day ago.
func (s *Service) SweepLinks(app core.App) error {
	_, err := app.DB().NewQuery("DELETE FROM mail_tokens WHERE expires_at < {:before}").
		Bind(dbx.Params{"before": collections.Stamp(s.Now().Add(-24 * time.Hour))}).Execute()
	if err != nil {
		return fmt.Errorf("sweep links: %w", err)
	}
	return nil
}
