package accounts

import (
	"cmp"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/auth"

	"madang/collections"
	"madang/i18n"
	"madang/present"
	"madang/text"
)

// ownerOf is the person here whom them of a provider is, made if there is none:
//
//	linked          whom it was linked with before
//	address known   whose address it is, if the provider vouches for it
//	else            somebody new, without an address where the provider doesn't vouch for one
//
// Whoever an address belongs to wins over whoever only typed it in: of an account whose address
// nobody had confirmed, all that somebody else may have left in it goes first. wish is what
// somebody new wants their profile to be.
func (s *Service) ownerOf(app core.App, provider string, them *auth.AuthUser, lang i18n.Lang, wish map[string]any) (user *core.Record, isNew bool, err error) {
	them.Email, them.Name = vouchedFor(provider, them), cmp.Or(them.Name, them.Username) // note: Kakao has nicknames alone
	for range 4 {
		user, isNew, err = s.linkOrJoin(app, provider, them, lang, wish)
		bad, isBad := fieldErrors(err)
		switch {
		case isBad && wished(wish, bad): // theirs to mend
			return nil, false, err
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

// vouching are the providers of which PocketBase gives an address only if they say that they
// verified it (tools/auth). Some others let people name one of somebody else's.
var vouching = []string{
	auth.NameApple, auth.NameDiscord, auth.NameGithub, auth.NameGitlab, auth.NameGoogle, auth.NameKakao, auth.NameLivechat,
	auth.NameOIDC, auth.NameOIDC + "2", auth.NameOIDC + "3", auth.NamePatreon, auth.NameWakatime,
}

// vouchedFor is the address of them as it is stored here, "" where it proves nothing.
func vouchedFor(provider string, them *auth.AuthUser) string {
	address, err := cleanAddress("email", them.Email)
	if err != nil || !slices.Contains(vouching, provider) {
		return ""
	}
	return address
}

func (s *Service) linkOrJoin(app core.App, provider string, them *auth.AuthUser, lang i18n.Lang, wish map[string]any) (user *core.Record, isNew bool, err error) {
	user, linked, err := known(app, provider, them)
	if err != nil {
		return nil, false, err
	}
	if user == nil {
		if user, err = s.newcomer(app, them, lang, wish); err != nil {
			return nil, false, err
		}
		if err := Check(app, user); err != nil {
			return nil, false, err
		}
		invite, _ := wish[inviteField].(string)
		if err := s.Admit(app, user, Asked{Invite: invite, Provider: provider, ProviderID: them.Id}); err != nil {
			return nil, false, err
		}
		isNew = true
	}
	err = app.RunInTransaction(func(tx core.App) error {
		switch {
		case isNew:
			if err := tx.Save(user); err != nil {
				return err
			}
		case them.Email != "" && them.Email == user.Email() && !user.Verified():
			if err := reclaim(tx, user); err != nil {
				return err
			}
		case linked:
			return nil
		default:
			if later, err := linksLater(tx, user, provider); err != nil || later {
				return err
			}
		}
		return keepLink(tx, user, provider, them)
	})
	return user, isNew, err
}

// linksLater reports whether the confirmed address has to be enough for now: its owner has yet to
// prove a second factor, or has linked another account of the provider.
func linksLater(tx core.App, user *core.Record, provider string) (bool, error) {
	on, err := collections.HasTOTP(tx, user.Id)
	if err != nil || on {
		return on, err
	}
	other, err := linkOf(tx, user, provider)
	return other != nil, err
}

// keepLink stores that them of a provider is user.
func keepLink(tx core.App, user *core.Record, provider string, them *auth.AuthUser) error {
	link := core.NewExternalAuth(tx)
	link.SetCollectionRef(user.Collection().Id)
	link.SetRecordRef(user.Id)
	link.SetProvider(provider)
	link.SetProviderId(them.Id)
	return tx.Save(link)
}

// known finds the person whom them is linked with, or whose address the provider vouches for.
func known(app core.App, provider string, them *auth.AuthUser) (user *core.Record, linked bool, err error) {
	people, err := app.FindCachedCollectionByNameOrId(collections.Users)
	if err != nil {
		return nil, false, err
	}
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
	for _, forget := range []func(*core.Record) error{tx.DeleteAllOTPsByRecord, tx.DeleteAllMFAsByRecord, tx.DeleteAllAuthOriginsByRecord} {
		if err := forget(user); err != nil {
			return fmt.Errorf("forget codes: %w", err)
		}
	}
	return tx.Save(user)
}

// newcomer is a person to be made from what a provider says of somebody.
func (s *Service) newcomer(app core.App, them *auth.AuthUser, lang i18n.Lang, wish map[string]any) (*core.Record, error) {
	user, err := collections.New(app, collections.Users)
	if err != nil {
		return nil, err
	}
	user.SetRandomPassword()
	user.Load(map[string]any{"email": them.Email, "name": text.Shorten(text.CleanLine(them.Name), 60), "locale": string(lang)})
	user.SetVerified(them.Email != "")
	for _, field := range wishable {
		if value, sent := wish[field]; sent {
			user.Set(field, value)
		}
	}
	if user.GetString("username") != "" {
		return user, nil
	}
	username, err := s.FreeUsername(app, them)
	if err != nil {
		return nil, err
	}
	user.Set("username", username)
	return user, nil
}

// wishable are the fields that somebody new may choose by PocketBase's createData. The address is
// the provider's, and a password there is none.
// note: beside them [inviteField] says by whose invitation they come.
var wishable = []string{"username", "name", "bio", "phone", "locale", "approves_followers"}

// inviteField is where what somebody new wishes has the code of an invitation.
const inviteField = "invite"

// wished reports whether one of the bad fields was chosen.
func wished(wish map[string]any, bad map[string]error) bool {
	for field := range bad {
		if value, sent := wish[field]; sent && value != "" && slices.Contains(wishable, field) {
			return true
		}
	}
	return false
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

// NativeSocial answers PocketBase's own sign-in by a provider, once that said who it is, by our
// rules in place of its own: it would take an empty address for a confirmed one, and set a new
// password at each sign-in of somebody without one. Whoever is signed in links the provider.
func (s *Service) NativeSocial(e *core.RecordAuthWithOAuth2RequestEvent) error {
	them := e.OAuth2User
	if them.Id == "" {
		return unreachable(errors.New("the provider gave no id"))
	}
	if isMember(e.RequestEvent) {
		them.Email = "" // note: of no use for who is signed in, and must not lead to somebody else
		_, linked, err := known(e.App, e.ProviderName, them)
		if err == nil && !linked {
			_, err = s.link(e.RequestEvent, e.ProviderName, them)
		}
		if err != nil {
			return present.Failure(err)
		}
	}
	user, isNew, err := s.ownerOf(e.App, e.ProviderName, them, asked(e.RequestEvent), e.CreateData)
	if err != nil {
		return present.Failure(err)
	}
	e.Record, e.IsNewRecord = user, isNew
	return apis.RecordAuthResponse(e.RequestEvent, user, core.MFAMethodOAuth2, joined(isNew))
}

// joined is what NativeSocial adds to the "meta" of PocketBase's answer.
type joined bool
