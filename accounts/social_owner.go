package accounts

import (
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/auth"

	"madang/collections"
	"madang/i18n"
	"madang/text"
)

// ownerOf is the person here whom them of a provider is, made if there is none:
//
//	linked          whom it was linked with before
//	address known   whose address it is, if the provider vouches for it (them.Email is "" otherwise)
//	else            somebody new, without an address where the provider doesn't vouch for one
//
// Whoever an address belongs to wins over whoever only typed it in: of an account whose address
// nobody had confirmed, all that somebody else may have left in it goes first.
func (s *Service) ownerOf(app core.App, provider string, them *auth.AuthUser, lang i18n.Lang) (user *core.Record, isNew bool, err error) {
	for range 4 {
		user, isNew, err = s.linkOrJoin(app, provider, them, lang)
		bad, isBad := fieldErrors(err)
		switch {
		case collections.IsNotUnique(err): // two at once make one; the loser finds it now
		case isBad && bad["name"] != nil: // what isn't welcome here shall keep nobody out
			them.Name = ""
		case isBad && bad["username"] != nil:
			them.Username, them.Name = "", ""
		default:
			return user, isNew, err
		}
	}
	return user, isNew, err
}

func (s *Service) linkOrJoin(app core.App, provider string, them *auth.AuthUser, lang i18n.Lang) (user *core.Record, isNew bool, err error) {
	user, linked, err := known(app, provider, them)
	if err != nil {
		return nil, false, err
	}
	if user == nil {
		if user, err = s.newcomer(app, them, lang); err != nil {
			return nil, false, err
		}
		isNew = true
	}
	err = app.RunInTransaction(func(tx core.App) error {
		if isNew {
			if err := tx.Save(user); err != nil {
				return err
			}
		} else if them.Email != "" && them.Email == user.Email() && !user.Verified() {
			if err := reclaim(tx, user); err != nil {
				return err
			}
			linked = false
		}
		if linked {
			return nil
		}
		link := core.NewExternalAuth(tx)
		link.SetCollectionRef(user.Collection().Id)
		link.SetRecordRef(user.Id)
		link.SetProvider(provider)
		link.SetProviderId(them.Id)
		return tx.Save(link)
	})
	return user, isNew, err
}

// known finds the person whom them is linked with, or whose address the provider vouches for.
func known(app core.App, provider string, them *auth.AuthUser) (user *core.Record, linked bool, err error) {
	people, err := app.FindCachedCollectionByNameOrId(collections.Users)
	if err != nil {
		return nil, false, err
	}
	them.Email = strings.ToLower(strings.TrimSpace(them.Email))
	link, err := app.FindFirstExternalAuthByExpr(dbx.HashExp{"collectionRef": people.Id, "provider": provider, "providerId": them.Id})
	if err == nil {
		user, err = app.FindRecordById(people, link.RecordRef())
		return user, true, err
	}
	if !errors.Is(err, sql.ErrNoRows) || them.Email == "" {
		return nil, false, ignoreNoRows(err)
	}
	user, err = app.FindAuthRecordByEmail(people, them.Email)
	return user, false, ignoreNoRows(err)
}

// reclaim gives an account whose address nobody had confirmed to the owner of the address: the
// password, and with it every session and link, second factors and linked sites go.
func reclaim(tx core.App, user *core.Record) error {
	user.SetRandomPassword()
	user.SetVerified(true)
	if err := disown(tx, user); err != nil {
		return err
	}
	return tx.Save(user)
}

// newcomer is a person to be made from what a provider says of somebody.
func (s *Service) newcomer(app core.App, them *auth.AuthUser, lang i18n.Lang) (*core.Record, error) {
	user, err := collections.New(app, collections.Users)
	if err != nil {
		return nil, err
	}
	user.SetRandomPassword()
	user.Load(map[string]any{"email": them.Email, "name": text.Shorten(text.CleanLine(them.Name), 60), "locale": string(lang)})
	user.SetVerified(them.Email != "")
	username, err := s.FreeUsername(app, them)
	if err != nil {
		return nil, err
	}
	user.Set("username", username)
	return user, nil
}

var notInUsername = regexp.MustCompile(`[^a-z0-9_.]+`)

// FreeUsername is a username for somebody of a provider, after what they are called there.
func (s *Service) FreeUsername(app core.App, them *auth.AuthUser) (string, error) {
	base := ""
	address, _, _ := strings.Cut(them.Email, "@")
	for _, called := range []string{them.Username, them.Name, address} {
		if base = strings.Trim(notInUsername.ReplaceAllString(strings.ToLower(called), ""), "."); len(base) >= minUsername {
			break
		}
	}
	if len(base) < minUsername {
		base = "maker"
	}
	base = base[:min(len(base), 24)]
	for n := range 20 {
		name := base
		if n > 0 {
			name = fmt.Sprintf("%s%d", base, 1000+rand.IntN(9000)) //nolint:gosec // not a secret
		}
		taken, err := s.isTaken(app, name)
		if err != nil {
			return "", err
		}
		if !taken {
			return name, nil
		}
	}
	return "", errors.New("no username is free")
}

const minUsername = 3

func (s *Service) isTaken(app core.App, name string) (bool, error) {
	if isReserved(name) {
		return true, nil
	}
	n, err := app.CountRecords(collections.Users, dbx.HashExp{"username": name})
	if err != nil || n > 0 {
		return n > 0, err
	}
	return collections.IsRetired(app, name, s.Now())
}

// NativeSocial prepares PocketBase's own sign-in by a provider to end as ours does. What it must
// do afterwards is in the function that it returns.
func (s *Service) NativeSocial(e *core.RecordAuthWithOAuth2RequestEvent) (after func() error, err error) {
	nothing := func() error { return nil }
	if e.Record == nil {
		if e.CreateData == nil {
			e.CreateData = map[string]any{}
		}
		if name, _ := e.CreateData["username"].(string); name == "" {
			if e.CreateData["username"], err = s.FreeUsername(e.App, e.OAuth2User); err != nil {
				return nil, err
			}
		}
		if _, named := e.CreateData["name"]; !named {
			e.CreateData["name"] = text.Shorten(text.CleanLine(e.OAuth2User.Name), 60)
		}
		return func() error { // note: PocketBase takes an empty address for a confirmed one
			if e.Record == nil || e.Record.Email() != "" {
				return nil
			}
			made, err := e.App.FindRecordById(e.Record.Collection(), e.Record.Id)
			if err != nil {
				return err
			}
			made.SetVerified(false)
			return e.App.Save(made)
		}, nil
	}
	if e.Auth != nil && e.Auth.Id == e.Record.Id {
		return nothing, nil // whoever is signed in may link another site
	}
	address := strings.ToLower(e.OAuth2User.Email)
	if address != "" && address == e.Record.Email() && !e.Record.Verified() {
		err = e.App.RunInTransaction(func(tx core.App) error { return reclaim(tx, e.Record) })
	}
	return nothing, err
}
