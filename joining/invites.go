package joining

import (
	"crypto/rand"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/pocketbase/dbx"
	validation "github.com/pocketbase/ozzo-validation/v4"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/router"

	"madang/collections"
	"madang/present"
	"madang/text"
)

// InviteForm makes an invitation.
type InviteForm struct {
	Note    string `json:"note" form:"note" maxLength:"200" description:"for whom it is, to remember"`
	MaxUses int    `json:"max_uses" form:"max_uses" description:"how many may join by it, 1 to 100; 1 by default"`
	Days    int    `json:"days" form:"days" description:"after how many it ends, 1 to 90; 7 by default"`
}

// InviteLink is an invitation as its owner sees it.
type InviteLink struct {
	ID        string              `json:"id"`
	Code      string              `json:"code"`
	Path      string              `json:"path"` // of its page
	Note      string              `json:"note"`
	MaxUses   int                 `json:"max_uses"`
	Uses      int                 `json:"uses"`
	IsOpen    bool                `json:"is_open"` // somebody may still join by it
	ExpiresAt string              `json:"expires_at"`
	RevokedAt string              `json:"revoked_at"`
	CreatedAt string              `json:"created_at"`
	Joined    []present.UserBrief `json:"joined"` // the newest 20
}

// Invitation is an invitation as whoever was given the link sees it.
type Invitation struct {
	Inviter   present.UserBrief `json:"inviter"`
	ExpiresAt string            `json:"expires_at"`
}

const (
	openInvites = 10 // that a member may have at a time
	joinedShown = 20
)

// isGood is the condition on a row of invites by which somebody may still join.
const isGood = "uses < max_uses AND revoked_at = '' AND expires_at > {:now}"

// invitation finds the invite of a code; nil for no code. A code that lets nobody in is refused.
func (s *Service) invitation(app core.App, code string) (*core.Record, error) {
	if code == "" {
		return nil, nil
	}
	r := &core.Record{}
	err := app.RecordQuery(collections.Invites).AndWhere(dbx.HashExp{"code": code}).
		AndWhere(dbx.NewExp(isGood, dbx.Params{"now": collections.Stamp(s.Now())})).Limit(1).One(r)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, badInvite()
	}
	if err != nil {
		return nil, fmt.Errorf("find an invitation: %w", err)
	}
	inviter, err := collections.FindUser(app, r.GetString("inviter"))
	if err != nil {
		return nil, err
	}
	if _, suspended := inviter.IsSuspended(s.Now()); suspended {
		return nil, badInvite()
	}
	return r, nil
}

func badInvite() error {
	return present.Invalid("invite", "validation_invalid_invite", "This invitation has ended, or never was.")
}

// useInvite takes one use of an invite for somebody who joins, and writes down who invited them.
func (s *Service) useInvite(tx core.App, invite, user string) error {
	done, err := tx.DB().NewQuery("UPDATE invites SET uses = uses + 1 WHERE id = {:id} AND " + isGood).
		Bind(dbx.Params{"id": invite, "now": collections.Stamp(s.Now())}).Execute()
	if err != nil {
		return fmt.Errorf("use an invitation: %w", err)
	}
	if n, err := done.RowsAffected(); err != nil || n != 1 {
		return errors.Join(err, badInvite())
	}
	given, err := tx.FindRecordById(collections.Invites, invite)
	if err != nil {
		return err
	}
	r, err := collections.New(tx, collections.Invited)
	if err != nil {
		return err
	}
	r.Load(map[string]any{"user": user, "inviter": given.GetString("inviter"), "invite": invite})
	return tx.Save(r)
}

// Invitation answers GET /api/invites/{code}.
func (s *Service) Invitation(e *core.RequestEvent) error {
	answer, err := s.Who(e.App, e.Request.PathValue("code"))
	if err != nil {
		return err
	}
	e.Response.Header().Set("Cache-Control", "no-store")
	return e.JSON(http.StatusOK, answer)
}

// Who is who invites by the code; 404 when nobody does.
func (s *Service) Who(app core.App, code string) (*Invitation, error) {
	r, err := s.invitation(app, code)
	if err != nil || r == nil || s.Mode == Closed {
		return nil, present.NotFound()
	}
	inviter, err := present.UserByID(app, collections.Viewer{}, r.GetString("inviter"))
	if err != nil {
		return nil, present.Failure(err)
	}
	return &Invitation{inviter.UserBrief, present.Time(r.GetString("expires_at"))}, nil
}

// Invites answers GET /api/users/me/invites: the caller's, the newest first.
func (s *Service) Invites(e *core.RequestEvent) error {
	rows, err := e.App.FindRecordsByFilter(collections.Invites, "inviter = {:me}", "-created_at,-id", 100, 0, dbx.Params{"me": e.Auth.Id})
	if err != nil {
		return present.Failure(err)
	}
	shown := make([]InviteLink, len(rows))
	for i, r := range rows {
		if shown[i], err = s.link(e.App, r); err != nil {
			return present.Failure(err)
		}
	}
	return e.JSON(http.StatusOK, present.Whole(shown))
}

func (s *Service) link(app core.App, r *core.Record) (InviteLink, error) {
	l := InviteLink{
		ID: r.Id, Code: r.GetString("code"), Path: "/join/" + r.GetString("code"), Note: r.GetString("note"), MaxUses: r.GetInt("max_uses"), Uses: r.GetInt("uses"),
		ExpiresAt: present.Time(r.GetString("expires_at")), RevokedAt: present.Time(r.GetString("revoked_at")), CreatedAt: present.Time(r.GetString("created_at")),
		Joined: []present.UserBrief{},
	}
	l.IsOpen = l.Uses < l.MaxUses && l.RevokedAt == "" && r.GetDateTime("expires_at").Time().After(s.Now())
	if l.Uses == 0 {
		return l, nil
	}
	q := present.UserQuery(app, collections.Viewer{}).
		Where(dbx.NewExp("users.id IN (SELECT user FROM invited WHERE invite = {:invite})", dbx.Params{"invite": r.Id})).
		OrderBy("users.created_at DESC", "users.id").Limit(joinedShown)
	joined, err := present.Users(q)
	for _, u := range joined {
		l.Joined = append(l.Joined, u.UserBrief)
	}
	return l, err
}

// MakeInvite answers POST /api/users/me/invites.
func (s *Service) MakeInvite(e *core.RequestEvent) error {
	form := InviteForm{}
	if err := present.Bind(e, &form); err != nil {
		return err
	}
	r, err := s.invite(e.App, e.Auth, form)
	if err != nil {
		return present.Failure(err)
	}
	shown, err := s.link(e.App, r)
	if err != nil {
		return present.Failure(err)
	}
	return e.JSON(http.StatusCreated, shown)
}

func (s *Service) invite(app core.App, inviter *core.Record, form InviteForm) (r *core.Record, err error) {
	if s.Mode == Closed {
		return nil, router.NewForbiddenError("Nobody new can join here now.", nil)
	}
	uses, days := within(form.MaxUses, 1), within(form.Days, 7)
	problems := validation.Errors{}
	if uses < 1 || uses > 100 {
		problems["max_uses"] = validation.NewError("validation_invalid_value", "Must be from 1 to 100.")
	}
	if days < 1 || days > 90 {
		problems["days"] = validation.NewError("validation_invalid_value", "Must be from 1 to 90.")
	}
	if len(problems) > 0 {
		return nil, present.BadQuery(problems)
	}
	err = app.RunInTransaction(func(tx core.App) error {
		if !collections.UserOf(inviter).IsStaff() {
			n, err := tx.CountRecords(collections.Invites, dbx.HashExp{"inviter": inviter.Id}, dbx.NewExp(isGood, dbx.Params{"now": collections.Stamp(s.Now())}))
			if err != nil {
				return err
			}
			if n >= openInvites {
				return router.NewApiError(http.StatusConflict, "You have too many open invitations. Revoke one first.", nil)
			}
		}
		raw := make([]byte, 15)
		rand.Read(raw) //nolint:errcheck // never fails: crypto/rand crashes the program instead
		if r, err = collections.New(tx, collections.Invites); err != nil {
			return err
		}
		r.Load(map[string]any{
			"inviter": inviter.Id, "code": base64.RawURLEncoding.EncodeToString(raw), "note": text.Shorten(text.CleanLine(form.Note), 200),
			"max_uses": uses, "expires_at": s.Now().Add(time.Duration(days) * 24 * time.Hour),
		})
		return tx.Save(r)
	})
	return r, err
}

// within is n, or what it is by default.
func within(n, otherwise int) int {
	if n == 0 {
		return otherwise
	}
	return n
}

// RevokeInvite answers DELETE /api/users/me/invites/{id}: nobody joins by it any more. Who joined stays.
func (s *Service) RevokeInvite(e *core.RequestEvent) error {
	r, err := e.App.FindRecordById(collections.Invites, e.Request.PathValue("id"))
	if err != nil {
		return present.Failure(err)
	}
	if r.GetString("inviter") != e.Auth.Id {
		return present.NotFound()
	}
	if r.GetString("revoked_at") == "" {
		r.Set("revoked_at", s.Now())
		if err := e.App.Save(r); err != nil {
			return present.Failure(err)
		}
	}
	return e.NoContent(http.StatusNoContent)
}
