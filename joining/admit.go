package joining

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/router"

	"madang/collections"
	"madang/present"
	"madang/text"
)

// Asked is what somebody who wants to join says beside who they are.
type Asked struct {
	Invite  string // the code of an invitation
	Proof   string // of work
	Message string // to the moderators
	// Provider and ProviderID are of another site that vouches for them; then no proof is asked for.
	Provider, ProviderID string
	// ByMail says that a page without scripts may have a link mailed in place of a proof.
	ByMail bool
}

// Waiting is the refusal to make an account at once: the application is stored.
type Waiting struct{ For string }

func (w *Waiting) Error() string { return "waits for " + w.For }

// WaitsFor is what they wait for.
func (w *Waiting) WaitsFor() string { return w.For }

// Sentence tells them.
func (w *Waiting) Sentence() string {
	if w.For == collections.WaitsForMail {
		return "Follow the link that was mailed to you to finish signing up."
	}
	return "Your request to join waits for a moderator."
}

// Unwrap makes it a 403 for those who know no more.
func (w *Waiting) Unwrap() error { return router.NewForbiddenError(w.Sentence(), nil) }

// Registration says how people may join now.
type Registration struct {
	Mode      string     `json:"mode" enum:"open,invite,approval,closed"`
	Challenge *Challenge `json:"challenge,omitempty" description:"the proof of work that is asked for; left out when none is"`
}

// Registration answers GET /api/auth/registration.
func (s *Service) Registration(e *core.RequestEvent) error {
	answer, err := s.How(e.App)
	if err != nil {
		return present.Failure(err)
	}
	e.Response.Header().Set("Cache-Control", "no-store")
	return e.JSON(http.StatusOK, answer)
}

// How is how people may join now.
func (s *Service) How(app core.App) (Registration, error) {
	zeros, err := s.difficulty(app)
	answer := Registration{Mode: s.Mode}
	if zeros > 0 {
		answer.Challenge = s.NewChallenge(zeros)
	}
	return answer, err
}

// What Admit leaves on the record of somebody who may join, for [Service.Settle] to use up when it is saved.
const (
	inviteKey = "@invite"
	proofKey  = "@proof"
)

// spent is the challenge that a proof uses up.
type spent struct {
	nonce   string
	expires time.Time
}

// Admit decides whether the person, checked but not stored yet, may join: nil lets them in; a [Waiting] says that they are
// an application now; any other error refuses them.
func (s *Service) Admit(app core.App, user *core.Record, asked Asked) error {
	invite, err := s.invitation(app, asked.Invite)
	if err != nil {
		return err
	}
	switch {
	case s.Mode == Closed:
		return router.NewForbiddenError("Nobody new can join here now.", nil)
	case s.Mode == Invite && invite == nil:
		return present.Invalid("invite", "validation_invite_required", "People join here by invitation.")
	}
	waitsFor := ""
	if s.Mode == Approval && invite == nil {
		waitsFor = collections.WaitsForApproval
	}
	if invite != nil {
		user.SetRaw(inviteKey, invite.Id)
	}
	byMail, err := s.prove(app, user, asked)
	if err != nil {
		return err
	}
	if byMail && waitsFor == "" {
		waitsFor = collections.WaitsForMail
	}
	if waitsFor == "" {
		return nil
	}
	if err := s.apply(app, user, asked, waitsFor); err != nil {
		return err
	}
	return &Waiting{waitsFor}
}

// prove asks for a proof of work where one is needed; byMail says that a mailed link is to stand in for it.
func (s *Service) prove(app core.App, user *core.Record, asked Asked) (byMail bool, err error) {
	zeros, err := s.difficulty(app)
	if err != nil || zeros == 0 || asked.Provider != "" {
		return false, err
	}
	if proof, ok := s.proved(asked.Proof); ok && proof.zeros >= zeros-slack {
		user.SetRaw(proofKey, proof.spent)
		return false, nil
	}
	if asked.ByMail && asked.Proof == "" {
		return true, nil
	}
	return false, badProof()
}

// Settle uses up what somebody joins by, in the transaction that makes them.
func (s *Service) Settle(tx core.App, user *core.Record) error {
	if p, is := user.GetRaw(proofKey).(spent); is {
		if err := spend(tx, p.nonce, p.expires); err != nil {
			return err
		}
	}
	invite, _ := user.GetRaw(inviteKey).(string)
	if invite == "" {
		return nil
	}
	return s.useInvite(tx, invite, user.Id)
}

// How long an application is kept: one that waits for a moderator, one that waits for its link to be followed, and one that
// was refused, whose reason is mailed meanwhile.
const (
	approvalLife = 60 * 24 * time.Hour
	mailLife     = 24 * time.Hour
	refusedLife  = 30 * 24 * time.Hour
)

// apply stores an application. One that waits for its mail gives way to the next of its address.
func (s *Service) apply(app core.App, user *core.Record, asked Asked, waitsFor string) error {
	life := approvalLife
	if waitsFor == collections.WaitsForMail {
		life = mailLife
	}
	hash := ""
	if password, is := user.GetRaw("password").(*core.PasswordFieldValue); is {
		hash = password.Hash
	}
	return app.RunInTransaction(func(tx core.App) error {
		if p, is := user.GetRaw(proofKey).(spent); is {
			if err := spend(tx, p.nonce, p.expires); err != nil {
				return err
			}
		}
		_, err := tx.DB().Delete(collections.Applications, dbx.Or(
			dbx.NewExp("email = {:email} AND email != '' AND waits_for = 'mail'", dbx.Params{"email": user.Email()}),
			dbx.NewExp("provider = {:provider} AND provider_id = {:id} AND provider != '' AND state = 'waiting'", dbx.Params{"provider": asked.Provider, "id": asked.ProviderID}),
		)).Execute()
		if err != nil {
			return err
		}
		r, err := collections.New(tx, collections.Applications)
		if err != nil {
			return err
		}
		invite, _ := user.GetRaw(inviteKey).(string)
		r.Load(map[string]any{
			"username": user.GetString("username"), "email": user.Email(), "name": user.GetString("name"), "locale": user.GetString("locale"),
			"message": text.Shorten(text.Clean(asked.Message), 500), "password_hash": hash, "provider": asked.Provider, "provider_id": asked.ProviderID,
			"invite": invite, "waits_for": waitsFor, "state": collections.ApplicationWaiting, "expires_at": s.Now().Add(life),
		})
		if err := tx.Save(r); err != nil {
			return err
		}
		if waitsFor == collections.WaitsForMail {
			return s.mailLink(tx, user.Email(), user.GetString("locale"))
		}
		return nil
	})
}

// linkPause is how long after a link an address is sent no other, whoever signs up with it.
const linkPause = time.Minute

// mailLink queues the mail with the link by which the newest application of an address is finished. One that waits to go out
// is enough: its link is made then.
func (s *Service) mailLink(tx core.App, to, locale string) error {
	var last []struct {
		Next     string `db:"next_at"`
		Sent     string `db:"sent_at"`
		Attempts int    `db:"attempts"`
	}
	err := tx.DB().Select("next_at", "sent_at", "attempts").From(collections.Mails).Where(dbx.HashExp{"to": strings.ToLower(to), "kind": collections.MailJoin}).
		OrderBy("created_at DESC", "id").Limit(1).All(&last)
	if err != nil {
		return fmt.Errorf("look for a link just mailed: %w", err)
	}
	at := s.Now()
	if len(last) > 0 {
		sent, err := time.Parse(collections.TimeLayout, last[0].Sent)
		switch {
		case last[0].Next != "" && last[0].Attempts == 0:
			return nil
		case last[0].Next != "": // note: it may be on its way, with the link of the application before
			at = at.Add(linkPause)
		case err == nil && at.Before(sent.Add(linkPause)):
			at = sent.Add(linkPause)
		}
	}
	return s.mailAt(tx, at, collections.MailJoin, to, locale, "", "")
}

// mail queues a mail about joining.
func (s *Service) mail(tx core.App, kind, to, locale, user, words string) error {
	return s.mailAt(tx, s.Now(), kind, to, locale, user, words)
}

func (s *Service) mailAt(tx core.App, at time.Time, kind, to, locale, user, words string) error {
	if to == "" {
		return nil
	}
	r, err := collections.New(tx, collections.Mails)
	if err != nil {
		return err
	}
	r.Load(map[string]any{"to": strings.ToLower(to), "kind": kind, "locale": locale, "user": user, "text": words, "next_at": at})
	return tx.Save(r)
}
