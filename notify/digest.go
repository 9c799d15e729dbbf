package notify

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/present"
)

// A digest is a mail that says how much of each kind somebody hasn't read. It is queued in the transaction that moves
// the time of the next one on, so none goes out twice; what it says is counted when it goes out.

// Digests queues them and ends them.
type Digests struct {
	Now  func() time.Time
	Zone *time.Location // of the place
	// Queue puts the mail to somebody into the outbox, in the transaction.
	Queue func(tx core.App, person *core.Record) error
	// Key signs the links by which people end them.
	Key func() []byte
}

// digestsAtOnce is how many are queued in one transaction.
const digestsAtOnce = 100

// QueueDue queues those whose time has come, for who has something unread.
func (d *Digests) QueueDue(app core.App) error {
	for {
		n := 0
		err := app.RunInTransaction(func(tx core.App) error {
			var due []*core.Record
			err := tx.RecordQuery(collections.NotificationSettings).
				AndWhere(dbx.NewExp("digest_next != '' AND digest_next <= {:now}", dbx.Params{"now": collections.Stamp(d.Now())})).
				OrderBy("digest_next", "id").Limit(digestsAtOnce).All(&due)
			if err != nil {
				return err
			}
			n = len(due)
			for _, r := range due {
				if err := d.queueOne(tx, r); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("queue digests: %w", err)
		}
		if n < digestsAtOnce {
			return nil
		}
	}
}

func (d *Digests) queueOne(tx core.App, r *core.Record) error {
	s := &collections.NewsSettings{}
	s.SetProxyRecord(r)
	now := d.Now()
	r.Set("digest_from", r.GetString("digest_until"))
	r.Set("digest_until", now)
	next := ""
	if at := s.NextDigest(now, d.Zone); !at.IsZero() {
		next = collections.Stamp(at)
	}
	_, err := tx.DB().Update(collections.NotificationSettings, dbx.Params{
		"digest_from": r.GetString("digest_from"), "digest_until": r.GetString("digest_until"), "digest_next": next,
	}, dbx.HashExp{"id": r.Id}).Execute()
	if err != nil {
		return fmt.Errorf("move a digest on: %w", err)
	}
	person, err := tx.FindRecordById(collections.Users, r.GetString("user"))
	if err != nil {
		return fmt.Errorf("find whom a digest is for: %w", err)
	}
	if !person.Verified() { // it may be anybody's address
		return nil
	}
	counts, err := present.CountNews(tx, collections.ViewerOf(person), s)
	if err != nil || len(counts) == 0 {
		return err
	}
	return d.Queue(tx, person)
}

// Plan says in a record of settings that is about to be saved when the next digest goes out. The first one gathers what
// happens from now on.
func (d *Digests) Plan(r *core.Record) {
	s, was := &collections.NewsSettings{}, &collections.NewsSettings{}
	s.SetProxyRecord(r)
	was.SetProxyRecord(r.Original())
	if !r.IsNew() && s.Digest() == was.Digest() && s.GetString("time_zone") == was.GetString("time_zone") {
		return
	}
	now := d.Now()
	if r.IsNew() || was.Digest() == collections.DigestOff {
		r.Set("digest_until", now)
	}
	r.Set("digest_next", s.NextDigest(now, d.Zone))
}

// Token is what ends somebody's digests, without signing in. It is good for as long as the key.
func (d *Digests) Token(person string) string {
	return person + "." + base64.RawURLEncoding.EncodeToString(d.seal(person))
}

func (d *Digests) seal(person string) []byte {
	mac := hmac.New(sha256.New, d.Key())
	mac.Write([]byte(person)) //nolint:errcheck // never fails
	return mac.Sum(nil)
}

// End ends the digests of whoever the token is of (RFC 8058). Again, it changes nothing.
func (d *Digests) End(app core.App, token string) error {
	person, seal, _ := strings.Cut(token, ".")
	raw, err := base64.RawURLEncoding.DecodeString(seal)
	if err != nil || len(d.Key()) == 0 || !hmac.Equal(raw, d.seal(person)) {
		return present.Invalid("token", "validation_invalid_token", "Invalid or expired token.")
	}
	return app.RunInTransaction(func(tx core.App) error {
		s, err := collections.NewsSettingsOf(tx, person)
		if err != nil {
			return err
		}
		if s.ProxyRecord().IsNew() || s.Digest() == collections.DigestOff {
			return nil
		}
		s.Set("digest", collections.DigestOff)
		if err := tx.Save(s.ProxyRecord()); err != nil {
			return fmt.Errorf("end digests: %w", err)
		}
		return nil
	})
}
