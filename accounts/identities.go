package accounts

import (
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/auth"
	"github.com/pocketbase/pocketbase/tools/router"

	"madang/collections"
	"madang/present"
)

// Freshness is how long after its sign-in a session may change what one signs in with. Who finds
// an unlocked phone can't make themself a way back in.
const Freshness = 10 * time.Minute

// Identity is an account of another site by which one signs in.
type Identity struct {
	Provider    string `json:"provider"`
	DisplayName string `json:"display_name"`
	CreatedAt   string `json:"created_at"`
}

// Linked are the names of the providers that the caller has linked, and whether their sign-in is
// fresh enough to change that.
func (s *Service) Linked(e *core.RequestEvent) (names []string, fresh bool, err error) {
	all, err := e.App.FindAllExternalAuthsByRecord(e.Auth)
	if err != nil {
		return nil, false, fmt.Errorf("find linked accounts: %w", err)
	}
	for _, one := range all {
		names = append(names, one.Provider())
	}
	fresh, err = s.IsFresh(e)
	return names, fresh, err
}

// Identities answers GET /api/auth/identities.
func (s *Service) Identities(e *core.RequestEvent) error {
	all, err := e.App.FindAllExternalAuthsByRecord(e.Auth)
	if err != nil {
		return present.Failure(err)
	}
	list := []Identity{}
	for _, one := range all {
		list = append(list, identity(e.App, one))
	}
	return e.JSON(http.StatusOK, present.Whole(list))
}

func identity(app core.App, one *core.ExternalAuth) Identity {
	shown := one.Provider()
	if p, err := provider(app, shown); err == nil && p.DisplayName() != "" { // else no longer offered here
		shown = p.DisplayName()
	}
	return Identity{one.Provider(), shown, present.Time(one.Created().String())}
}

// Link answers POST /api/auth/identities/{provider}: 201, or 200 when it is linked already.
func (s *Service) Link(e *core.RequestEvent) error {
	form := SocialForm{}
	if err := present.Bind(e, &form); err != nil {
		return err
	}
	if err := s.mayChangeWaysIn(e); err != nil { // note: before the code is used up
		return err
	}
	name := e.Request.PathValue("provider")
	p, err := provider(e.App, name)
	if err != nil {
		return present.Failure(err)
	}
	if err := form.check(); err != nil {
		return err
	}
	isNew, err := s.LinkBySocial(e, p, name, form)
	if err != nil {
		return present.Failure(err)
	}
	one, err := linkOf(e.App, e.Auth, name)
	if err != nil || one == nil {
		return present.Failure(err)
	}
	status := http.StatusOK
	if isNew {
		status = http.StatusCreated
	}
	return e.JSON(status, identity(e.App, one))
}

// LinkBySocial exchanges the code for who the caller is there, and links that to them.
func (s *Service) LinkBySocial(e *core.RequestEvent, p auth.Provider, name string, form SocialForm) (isNew bool, err error) {
	if err := s.mayChangeWaysIn(e); err != nil {
		return false, err
	}
	them, err := s.identityAt(e.Request.Context(), p, form)
	if err != nil {
		return false, err
	}
	return s.link(e, name, them)
}

// link lets the caller sign in as them of a provider from now on.
func (s *Service) link(e *core.RequestEvent, provider string, them *auth.AuthUser) (isNew bool, err error) {
	if err := s.mayChangeWaysIn(e); err != nil {
		return false, err
	}
	err = e.App.RunInTransaction(func(tx core.App) error {
		whose, linked, err := known(tx, provider, them)
		switch {
		case err != nil:
			return err
		case linked && whose.Id == e.Auth.Id:
			return nil
		case linked:
			return router.NewApiError(http.StatusConflict, "That account is linked to somebody else here.", nil)
		}
		me, err := tx.FindRecordById(collections.Users, e.Auth.Id)
		if err != nil {
			return err
		}
		if me.Email() != "" && !me.Verified() {
			// note: else the owner of the address would share an account that somebody made in their name
			return router.NewApiError(http.StatusConflict, "Confirm your e-mail address first.", nil)
		}
		other, err := linkOf(tx, me, provider)
		if err != nil {
			return err
		}
		if other != nil {
			return router.NewApiError(http.StatusConflict, "Another account of that site is linked already.", nil)
		}
		isNew = true
		return keepLink(tx, me, provider, them)
	})
	return isNew, err
}

// Unlink answers DELETE /api/auth/identities/{provider}.
func (s *Service) Unlink(e *core.RequestEvent) error {
	if err := s.mayChangeWaysIn(e); err != nil {
		return err
	}
	err := e.App.RunInTransaction(func(tx core.App) error {
		one, err := linkOf(tx, e.Auth, e.Request.PathValue("provider"))
		if err != nil {
			return err
		}
		if one == nil {
			return present.NotFound()
		}
		if err := s.MayUnlink(tx, e.Auth.Id); err != nil {
			return err
		}
		return tx.Delete(one)
	})
	return done(e, err)
}

// NativeUnlink keeps PocketBase's own route of links to the same rules.
func (s *Service) NativeUnlink(e *core.RecordRequestEvent) error {
	if e.HasSuperuserAuth() {
		return e.Next()
	}
	if !isMember(e.RequestEvent) || e.Record.GetString("recordRef") != e.Auth.Id {
		return present.NotFound()
	}
	if err := s.mayChangeWaysIn(e.RequestEvent); err != nil {
		return err
	}
	outer := e.App
	defer func() { e.App = outer }()
	return outer.RunInTransaction(func(tx core.App) error {
		e.App = tx
		if err := s.MayUnlink(tx, e.Auth.Id); err != nil {
			return err
		}
		return e.Next()
	})
}

// MayUnlink refuses to take the last way in: who confirmed an address can always have a new
// password mailed, who has none needs another link.
func (*Service) MayUnlink(tx core.App, user string) error {
	me, err := tx.FindRecordById(collections.Users, user)
	if err != nil || me.Email() != "" && me.Verified() {
		return err
	}
	all, err := tx.FindAllExternalAuthsByRecord(me)
	if err != nil || len(all) > 1 {
		return err
	}
	return router.NewApiError(http.StatusConflict, "This is your only way to sign in.", nil)
}

// linkOf is a person's link to a provider, nil when there is none.
func linkOf(app core.App, user *core.Record, provider string) (*core.ExternalAuth, error) {
	one, err := app.FindFirstExternalAuthByExpr(dbx.HashExp{
		"collectionRef": user.Collection().Id, "recordRef": user.Id, "provider": provider,
	})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("find a link: %w", err)
	}
	return one, nil
}

// mayChangeWaysIn refuses a session that isn't fresh.
func (s *Service) mayChangeWaysIn(e *core.RequestEvent) error {
	fresh, err := s.IsFresh(e)
	if err == nil && !fresh {
		err = router.NewForbiddenError("Sign in again to do this.", nil)
	}
	return err
}

// IsFresh reports whether the caller signed in not long ago.
func (s *Service) IsFresh(e *core.RequestEvent) (bool, error) {
	var since string
	err := e.App.DB().Select("created_at").From(collections.Sessions).Where(dbx.HashExp{"id": SessionOf(e)}).Row(&since)
	if err != nil {
		return false, ignoreNoRows(err)
	}
	return since > collections.Stamp(s.Now().Add(-Freshness)), nil
}

// hasPassword reports whether somebody knows a password of theirs: who came by another site
// without an address never had one, and can't have one mailed.
func hasPassword(user *core.Record) bool { return user.Email() != "" }

// provesPassword checks the password that the caller is asked for again; for who has none, a
// fresh sign-in stands in, without which they are told to sign in again.
func (s *Service) provesPassword(e *core.RequestEvent, password string) (bool, error) {
	if hasPassword(e.Auth) {
		return e.Auth.ValidatePassword(password), nil
	}
	err := s.mayChangeWaysIn(e)
	return err == nil, err
}
