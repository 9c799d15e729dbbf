package accounts

import (
	"net/http"

	"github.com/pocketbase/dbx"
	validation "github.com/pocketbase/ozzo-validation/v4"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/present"
)

// OwnerForm proves that it is the owner who asks, with both factors.
type OwnerForm struct {
	Password string `json:"password" form:"password" format:"password" description:"not of who has no address, and so no password: a sign-in of the last ten minutes stands for it"`
	// Code is asked for where two-factor sign-in is on.
	Code string `json:"code" form:"code" description:"of the authenticator app, or a recovery code"`
}

// Leave answers DELETE /api/auth/account: the caller and all that is theirs goes, see hooks/leaving.go.
func (s *Service) Leave(e *core.RequestEvent) error {
	if err := s.ConfirmOwner(e); err != nil {
		return err
	}
	if err := e.App.Delete(e.Auth); err != nil {
		return present.Failure(err)
	}
	if _, err := e.Request.Cookie(Cookie); err == nil {
		setCookie(e, "", -1)
	}
	return e.NoContent(http.StatusNoContent)
}

// ConfirmOwner reads an [OwnerForm] from the body and checks it for the caller, before what
// must be the owner's alone, on whatever surface. A code is used up. What is wrong counts, also without a second
// factor: somebody with a stolen session shall not try passwords here.
func (s *Service) ConfirmOwner(e *core.RequestEvent) error {
	form := OwnerForm{}
	if err := present.Bind(e, &form); err != nil {
		return err
	}
	on, err := collections.HasTOTP(e.App, e.Auth.Id)
	if err != nil {
		return present.Failure(err)
	}
	blank := validation.Errors{}
	if form.Password == "" && hasPassword(e.Auth) {
		blank["password"] = validation.NewError("validation_required", "Cannot be blank.")
	}
	if on && form.Code == "" {
		blank["code"] = validation.NewError("validation_required", "Cannot be blank.")
	}
	if len(blank) > 0 {
		return present.BadQuery(blank)
	}
	// note: hashing a password takes long, so not inside the transaction
	isThem, err := s.provesPassword(e, form.Password)
	if err != nil {
		return present.Failure(err)
	}
	proof := confirmation{isThem, form.Code, [2]string{"password", "code"}}
	var refused error
	err = e.App.RunInTransaction(func(tx core.App) (err error) {
		if on || !proof.password {
			refused, err = s.confirm(tx, e.Auth.Id, proof)
			return err
		}
		refused, err = s.lockedOut(tx, e.Auth.Id)
		return err
	})
	if err != nil {
		return present.Failure(err)
	}
	if refused != nil { // note: after the transaction, which a refusal must not undo
		return refuse(e, refused, http.StatusBadRequest)
	}
	return nil
}

// SessionsOf are the ids of a person's sessions that were not ended.
func SessionsOf(app core.App, user string) ([]string, error) {
	var ids []string
	err := app.DB().Select("id").From(collections.Sessions).Where(dbx.HashExp{"user": user, "revoked_at": ""}).Column(&ids)
	return ids, err
}

// IsAlive reports whether the session that a request came with still is.
func (s *Service) IsAlive(e *core.RequestEvent) bool {
	user, alive := s.live(e.App, SessionOf(e))
	return alive && e.Auth != nil && user == e.Auth.Id
}

// Lives reports whether a session is not over, and whose it is.
func (s *Service) Lives(app core.App, session string) (user string, alive bool) {
	return s.live(app, session)
}

// Disconnect ends the realtime connections that run on sessions, which are over already.
func Disconnect(app core.App, sessions []string) { disconnect(app, sessions) }
