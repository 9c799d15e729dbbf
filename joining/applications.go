package joining

import (
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/pocketbase/dbx"
	validation "github.com/pocketbase/ozzo-validation/v4"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/present"
	"madang/text"
)

// Applicant is somebody who wants to join, as moderators see them. Of their address they see the domain.
type Applicant struct {
	ID          string `json:"id"`
	Username    string `json:"username"`
	Name        string `json:"name"`
	EmailDomain string `json:"email_domain"` // "" without an address
	Provider    string `json:"provider"`     // another site that they came by; "" for none
	Locale      string `json:"locale"`
	Message     string `json:"message"`
	CreatedAt   string `json:"created_at"`
}

// Applications answers GET /api/moderation/applications: who waits for a moderator, the longest first.
func (s *Service) Applications(e *core.RequestEvent) error {
	page, err := present.ParsePage(e.Request)
	if err != nil {
		return err
	}
	q := e.App.DB().Select("id", "username", "name", "email", "provider", "locale", "message", "created_at").From(collections.Applications).
		Where(dbx.HashExp{"state": collections.ApplicationWaiting, "waits_for": collections.WaitsForApproval})
	order := []present.Key{{Column: "created_at"}, {Column: "id"}}
	list, err := present.Paginate(page, q, order, applicants, func(a Applicant) []any { return []any{present.Stored(a.CreatedAt), a.ID} })
	if err != nil {
		return present.Failure(err)
	}
	return e.JSON(http.StatusOK, list)
}

func applicants(q *dbx.SelectQuery) ([]Applicant, error) {
	var rows []struct {
		ID        string `db:"id"`
		Username  string `db:"username"`
		Name      string `db:"name"`
		Email     string `db:"email"`
		Provider  string `db:"provider"`
		Locale    string `db:"locale"`
		Message   string `db:"message"`
		CreatedAt string `db:"created_at"`
	}
	if err := q.All(&rows); err != nil {
		return nil, fmt.Errorf("list applications: %w", err)
	}
	shown := make([]Applicant, len(rows))
	for i, r := range rows {
		_, domain, _ := strings.Cut(r.Email, "@")
		shown[i] = Applicant{r.ID, r.Username, r.Name, domain, r.Provider, r.Locale, r.Message, present.Time(r.CreatedAt)}
	}
	return shown, nil
}

// Approve answers POST /api/moderation/applications/{id}/approve: the applicant becomes a person, and is told.
func (s *Service) Approve(e *core.RequestEvent) error {
	user, err := s.admit(e.App, e.Request.PathValue("id"))
	if err != nil {
		return present.Failure(err)
	}
	shown, err := present.UserByID(e.App, collections.ViewerOf(e.Auth), user.Id)
	if err != nil {
		return present.Failure(err)
	}
	return e.JSON(http.StatusOK, shown)
}

func (s *Service) admit(app core.App, id string) (user *core.Record, err error) {
	err = app.RunInTransaction(func(tx core.App) error {
		a, err := s.waiting(tx, id, collections.WaitsForApproval)
		if err != nil {
			return err
		}
		if user, err = s.make(tx, a, false); err != nil {
			return err
		}
		return s.mail(tx, collections.MailJoinApproved, a.Email(), a.Locale(), user.Id, "")
	})
	return user, err
}

// make makes the person of an application, which is no more then.
func (s *Service) make(tx core.App, a *collections.Application, confirmed bool) (*core.Record, error) {
	if err := tx.Delete(a.ProxyRecord()); err != nil {
		return nil, err
	}
	user, err := s.Make(tx, a, confirmed)
	if err != nil {
		return nil, err
	}
	if invite := a.GetString("invite"); invite != "" {
		err = s.useInvite(tx, invite, user.Id)
	}
	return user, err
}

// waiting finds an application that waits for that; sql.ErrNoRows when there is none.
func (s *Service) waiting(tx core.App, id, waitsFor string) (*collections.Application, error) {
	r, err := tx.FindRecordById(collections.Applications, id)
	if err != nil {
		return nil, err
	}
	a := collections.ApplicationOf(r)
	if a.State() != collections.ApplicationWaiting || a.WaitsFor() != waitsFor {
		return nil, sql.ErrNoRows
	}
	return a, nil
}

// RefuseForm is why somebody may not join; they are told.
type RefuseForm struct {
	Reason string `json:"reason" form:"reason" maxLength:"1000" description:"the applicant reads it in a mail"`
}

// Refuse answers POST /api/moderation/applications/{id}/refuse.
func (s *Service) Refuse(e *core.RequestEvent) error {
	form := RefuseForm{}
	if err := present.Bind(e, &form); err != nil {
		return err
	}
	reason := text.Clean(form.Reason)
	if len([]rune(reason)) > 1000 {
		return present.Invalid("reason", "validation_max_text_constraint", "Must be no more than 1000 character(s).")
	}
	err := e.App.RunInTransaction(func(tx core.App) error {
		a, err := s.waiting(tx, e.Request.PathValue("id"), collections.WaitsForApproval)
		if err != nil {
			return err
		}
		a.Set("state", collections.ApplicationRefused)
		a.Set("password_hash", "")
		a.Set("expires_at", s.Now().Add(refusedLife))
		if err := tx.Save(a); err != nil {
			return err
		}
		return s.mail(tx, collections.MailJoinRefused, a.Email(), a.Locale(), "", reason)
	})
	if err != nil {
		return present.Failure(err)
	}
	return e.NoContent(http.StatusNoContent)
}

// ConfirmForm carries the token of a mailed link, and the password that was chosen with the application: whoever applied
// after them with their address would otherwise have chosen it.
type ConfirmForm struct {
	Token    string `json:"token" form:"token" required:"true"`
	Password string `json:"password" form:"password" required:"true" description:"the one that was chosen when signing up"`
}

// Confirm answers POST /api/auth/register/confirm: who followed the mailed link becomes a person.
func (s *Service) Confirm(e *core.RequestEvent) error {
	form := ConfirmForm{}
	if err := present.Bind(e, &form); err != nil {
		return err
	}
	if err := s.Follow(e.App, form); err != nil {
		return present.Failure(err)
	}
	return e.NoContent(http.StatusNoContent)
}

// Follow does what the link of a mail is for. The error is of a field: the token, the password, or the username, which somebody
// else may have by now.
func (s *Service) Follow(app core.App, form ConfirmForm) error {
	if form.Token == "" {
		return present.Invalid("token", "validation_required", "Cannot be blank.")
	}
	asked, err := s.linked(app, form.Token)
	if err != nil {
		return err
	}
	chosen := core.PasswordFieldValue{Hash: asked.GetString("password_hash")} // note: compared before the transaction, since it takes long
	if !chosen.Validate(form.Password) {
		return present.Invalid("password", "validation_not_chosen", "Isn't the password that was chosen when signing up. If somebody else did with your address, sign up again.")
	}
	return app.RunInTransaction(func(tx core.App) error {
		a, err := s.linked(tx, form.Token)
		if err != nil {
			return err
		}
		_, err = s.make(tx, a, true)
		var problems validation.Errors
		if errors.As(err, &problems) && problems["username"] != nil { // note: several may wait for a name, the first gets it
			return present.Invalid("username", "validation_name_taken", "Somebody took that username meanwhile. Sign up again with another.")
		}
		return err
	})
}

// linked finds the application that a mailed link is for.
func (s *Service) linked(app core.App, token string) (*collections.Application, error) {
	r := &core.Record{}
	err := app.RecordQuery(collections.Applications).AndWhere(dbx.HashExp{"token_hash": hash(token), "state": collections.ApplicationWaiting, "waits_for": collections.WaitsForMail}).
		AndWhere(dbx.NewExp("expires_at > {:now}", dbx.Params{"now": collections.Stamp(s.Now())})).Limit(1).One(r)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, present.Invalid("token", "validation_invalid_token", "The link has ended, or was used before.")
	}
	if err != nil {
		return nil, err
	}
	return collections.ApplicationOf(r), nil
}

// Enclose says for whom a mail about an application is, and the token that its link carries. The error is sql.ErrNoRows
// when nobody waits for it any more.
func (s *Service) Enclose(tx core.App, m *collections.Mail) (*collections.User, string, error) {
	state := collections.ApplicationWaiting
	if m.Kind() == collections.MailJoinRefused {
		state = collections.ApplicationRefused
	}
	a, err := collections.FindApplication(tx, m.To(), state)
	if err != nil {
		return nil, "", err
	}
	nobody, err := collections.New(tx, collections.Users) // note: is not to be stored
	if err != nil {
		return nil, "", err
	}
	nobody.Load(map[string]any{"username": a.Username(), "locale": a.Locale()})
	if m.Kind() != collections.MailJoin {
		return collections.UserOf(nobody), "", nil
	}
	raw := make([]byte, 32)
	rand.Read(raw) //nolint:errcheck // never fails: crypto/rand crashes the program instead
	token := base64.RawURLEncoding.EncodeToString(raw)
	a.Set("token_hash", hash(token))
	return collections.UserOf(nobody), token, tx.Save(a)
}

func hash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}
