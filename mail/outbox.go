// Package mail is the outbox: mails are rows that a worker words in their reader's language and sends, and tries again when that failed.
// It doesn't say who gets a mail nor what the link in it is worth (accounts).
// Start reading at Service, then Drain; letters/ has what the mails say.
package mail

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/routine"

	"madang/collections"
	"madang/present"
	"madang/text"
)

// Service sends what the outbox holds. What it guarantees: a mail whose row is committed goes
// out at least once within two hours, or its row says why not, across crashes and restarts;
// twice only if the connection or the program broke after the server took the mail and before
// that was written down. Then the link in the second is the good one.
type Service struct {
	Now       func() time.Time
	PublicURL string         // links begin with it; "" for the address in PocketBase's settings
	Zone      *time.Location // in which times are told

	// Enclose says in a transaction whom a mail is for and the token that its link carries, if
	// any; sql.ErrNoRows when there is nobody to write to.
	Enclose func(tx core.App, m *collections.Mail) (*collections.User, string, error)
	// Gather says in the same transaction what a digest tells, and the token that ends them; sql.ErrNoRows when
	// nothing is left to tell.
	Gather func(tx core.App, to *collections.User) ([]present.NewsCount, string, error)
	// Patience is how long the mail server may take for one mail. It must be less than the
	// pause before the second attempt.
	Patience time.Duration
	// Dev says whether mails are also shown, on Console and in the folder [Dir]; whether the
	// program runs in development, unless it is set.
	Dev     func() bool
	Console io.Writer

	turn    chan struct{} // held by the one who drains
	waiting atomic.Bool   // somebody will drain next
	stop    sync.Once
	stopped chan struct{}
}

// New makes the service. It starts nothing.
func New(now func() time.Time, publicURL string, zone *time.Location) *Service {
	return &Service{
		Now: now, PublicURL: publicURL, Zone: zone, Patience: 30 * time.Second, Console: io.Discard,
		turn: make(chan struct{}, 1), stopped: make(chan struct{}),
	}
}

// attempts is how often a mail is tried; pause how long after the nth attempt the next comes.
const attempts = 8

func pause(n int) time.Duration { return time.Minute << (n - 1) }

// Wake has the outbox drained soon, by one at a time, and returns at once.
func (s *Service) Wake(app core.App) {
	if s.waiting.Swap(true) {
		return // whoever waits will see it
	}
	routine.FireAndForget(func() {
		if err := s.Drain(app); err != nil {
			app.Logger().Error("drain the outbox", "error", err)
		}
	})
}

// Drain sends every mail that is due. It waits until nobody else does.
func (s *Service) Drain(app core.App) error {
	select {
	case <-s.stopped:
		return nil
	case s.turn <- struct{}{}:
	}
	defer func() { <-s.turn }()
	s.waiting.Store(false) // what is queued from now on may come too late for this turn
	for {
		select {
		case <-s.stopped:
			return nil
		default:
		}
		m, err := s.claim(app)
		if err != nil || m == nil {
			return err
		}
		if err := s.deliver(app, m); err != nil {
			return err
		}
	}
}

// Stop ends sending with the mail that is on its way, for which it waits 5 s.
func (s *Service) Stop() {
	s.stop.Do(func() {
		close(s.stopped)
		select {
		case s.turn <- struct{}{}: // kept: nobody drains any more
		case <-time.After(5 * time.Second):
		}
	})
}

// claim takes the next mail that is due and puts its next attempt off, so that a mail that the
// program dies of isn't tried again at once; nil when none is due.
func (s *Service) claim(app core.App) (*collections.Mail, error) {
	for {
		record := &core.Record{}
		err := app.RecordQuery(collections.Mails).
			AndWhere(dbx.NewExp("next_at != '' AND next_at <= {:now}", dbx.Params{"now": collections.Stamp(s.Now())})).
			OrderBy("next_at", "id").Limit(1).One(record)
		if errors.Is(err, sql.ErrNoRows) {
			return nil, nil
		}
		if err != nil {
			return nil, fmt.Errorf("find the next mail: %w", err)
		}
		m := collections.MailOf(record)
		n := m.Attempts()
		m.Set("next_at", s.Now().Add(pause(n+1)))
		m.Set("attempts", n+1)
		claimed, err := app.DB().Update(collections.Mails, dbx.Params{
			"attempts": n + 1, "next_at": m.GetString("next_at"),
		}, dbx.And(dbx.HashExp{"id": record.Id, "attempts": n}, dbx.NewExp("next_at != ''"))).Execute()
		if err != nil {
			return nil, fmt.Errorf("claim a mail: %w", err)
		}
		if taken, err := claimed.RowsAffected(); err != nil || taken == 1 {
			return m, err
		}
	}
}

// errNoServer is why nothing goes out while the operator has named no server.
var errNoServer = errors.New("no SMTP server is set")

// nobody is why a mail isn't sent that isn't wanted any more.
const nobody = "nobody to write to, or nothing any more"

// deliver words a mail that was claimed, sends it, and writes down how that went. The error is
// one of the database alone.
func (s *Service) deliver(app core.App, m *collections.Mail) error {
	l, err := s.open(app, m)
	if errors.Is(err, sql.ErrNoRows) {
		return s.close(app, m, dbx.Params{"next_at": "", "error": nobody})
	}
	if err == nil {
		err = s.send(app, l)
	}
	id, kind := m.ProxyRecord().Id, m.Kind()
	switch {
	case err == nil:
		return s.close(app, m, dbx.Params{"next_at": "", "error": "", "sent_at": collections.Stamp(s.Now())})
	case errors.Is(err, errNoServer): // note: no retry, or every sign-up would warn for hours
		app.Logger().Warn("a mail can't be delivered: no SMTP server is set, see the dashboard's mail settings", "mail", id, "kind", kind)
		return s.close(app, m, dbx.Params{"next_at": "", "error": err.Error()})
	}
	// note: the cause may name addresses, so it stays in the row
	said := dbx.Params{"error": text.Shorten(text.CleanLine(err.Error()), 500)}
	if m.Attempts() >= attempts {
		said["next_at"] = ""
		app.Logger().Error("a mail was given up; its row in the collection mails says why", "mail", id, "kind", kind)
	} else {
		app.Logger().Warn("a mail wasn't sent and is tried again", "mail", id, "kind", kind, "attempt", m.Attempts())
	}
	return s.close(app, m, said)
}

// close writes down what became of a mail.
func (s *Service) close(app core.App, m *collections.Mail, said dbx.Params) error {
	if _, err := app.DB().Update(collections.Mails, said, dbx.HashExp{"id": m.ProxyRecord().Id}).Execute(); err != nil {
		return fmt.Errorf("write down what became of a mail: %w", err)
	}
	return nil
}

// open makes the letter of a mail that was claimed, with a fresh token. The error is
// sql.ErrNoRows when there is none to send.
func (s *Service) open(app core.App, m *collections.Mail) (*letter, error) {
	l := &letter{mail: m}
	err := app.RunInTransaction(func(tx core.App) error {
		var queued string
		id := m.ProxyRecord().Id
		err := tx.DB().Select("id").From(collections.Mails).Where(dbx.HashExp{"id": id, "next_at": m.GetString("next_at")}).Row(&queued)
		if err != nil {
			return err // taken back since it was claimed
		}
		if l.to, l.token, err = s.Enclose(tx, m); err != nil {
			return err
		}
		if m.Kind() == collections.MailDigest {
			if l.news, l.end, err = s.Gather(tx, l.to); err != nil {
				return err
			}
		}
		if to := l.to.ProxyRecord(); to.Collection().Name == collections.Users {
			_, err = tx.DB().Update(collections.Mails, dbx.Params{"user": to.Id}, dbx.HashExp{"id": id}).Execute()
		}
		return err
	})
	return l, err
}

// send hands l over to the mail server, and in development shows it.
func (s *Service) send(app core.App, l *letter) error {
	message, err := s.message(app, l)
	if err != nil {
		return err
	}
	serverSet := app.Settings().SMTP.Enabled
	if s.Dev() {
		shown := s.show(app, l, message, !serverSet)
		if !serverSet {
			return shown
		}
		if shown != nil {
			app.Logger().Warn("show a mail", "error", shown)
		}
	}
	if !serverSet {
		return errNoServer
	}
	// note: PocketBase's client knows no deadline
	patience, cancel := context.WithTimeout(context.Background(), s.Patience)
	defer cancel()
	sent := make(chan error, 1)
	routine.FireAndForget(func() { sent <- app.NewMailClient().Send(message) })
	select {
	case err := <-sent:
		return err
	case <-patience.Done():
		return errors.New("the mail server didn't answer in time")
	}
}

// Sweep removes mails of more than a week ago that were sent or given up.
func (s *Service) Sweep(app core.App) error {
	_, err := app.DB().NewQuery("DELETE FROM mails WHERE next_at = '' AND created_at < {:before}").
		Bind(dbx.Params{"before": collections.Stamp(s.Now().Add(-7 * 24 * time.Hour))}).Execute()
	if err != nil {
		return fmt.Errorf("sweep mails: %w", err)
	}
	return nil
}
