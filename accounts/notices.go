package accounts

import (
	"strings"

	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/i18n"
)

// Notices tell somebody what happened to what they sign in with. Each is queued in the
// transaction of what it tells, and goes to the address that they have then.

// notify queues a notice to user; who has no address isn't told. To an address that was confirmed
// every one goes. To another, which may be anybody's, no more of a kind than of other mails.
func (s *Service) notify(tx core.App, user *core.Record, l letter) error {
	if user.Email() == "" {
		return nil
	}
	l.to, l.user, l.always = user.Email(), user.Id, user.Verified()
	return s.queue(tx, l)
}

// speaks marks a record that is about to be saved with the language of the request that changes it.
const speaks = "@speaks"

// MarkLanguage says in which language a request asks for a change of user.
func MarkLanguage(e *core.RequestEvent, user *core.Record) { user.SetRaw(speaks, asked(e)) }

// Notify tells user that something of that kind happened; it belongs to the transaction in which it does.
func (s *Service) Notify(tx core.App, user *core.Record, kind string) error {
	lang, _ := user.GetRaw(speaks).(i18n.Lang)
	return s.notify(tx, user, letter{kind: kind, lang: lang})
}

// NotifySuperusers tells those who can open the dashboard that something happened; it belongs to the transaction in which it does.
func (s *Service) NotifySuperusers(tx core.App, kind string, lang i18n.Lang) error {
	all, err := collections.Superusers(tx)
	if err != nil {
		return err
	}
	for _, one := range all {
		if err := s.queue(tx, letter{kind: kind, lang: lang, to: one.Email(), always: true}); err != nil {
			return err
		}
	}
	return nil
}

// superuser is whom a mail to an operator is for, as a person who is called what stands before the @ of the address.
func superuser(app core.App, address string) (*collections.User, error) {
	r, err := app.FindAuthRecordByEmail(core.CollectionNameSuperusers, address)
	if err != nil {
		return nil, err
	}
	name, _, _ := strings.Cut(address, "@")
	r.SetRaw("username", name)
	return collections.UserOf(r), nil
}
