package hooks

import (
	"errors"
	"html/template"
	"net/http"
	"slices"

	"github.com/pocketbase/pocketbase/core"

	"madang/accounts"
	"madang/i18n"
	"madang/joining"
	"madang/present"
	"madang/ui"
)

// siteAccounts adds what pages of joining and signing in call.
func (d *Deps) siteAccounts(s *ui.Services) {
	s.SignIn = d.siteSignIn
	s.Join = d.siteJoin
	s.HowToJoin = d.siteHowToJoin
	s.InvitedBy = d.siteInvitedBy
	s.FinishJoin = func(e *core.RequestEvent, f ui.MailedForm) error {
		return d.Joining.Follow(e.App, joining.ConfirmForm{Token: f.Token, Password: f.Password})
	}
	s.ChangePassword = d.siteChangePassword
	s.SignOut = d.Accounts.EndWeb
	s.PasskeysWork, s.SignInByPasskey = d.Accounts.PasskeysWork, d.siteSignInByPasskey
	s.Providers = d.siteProviders
	s.LeaveFor = d.Accounts.LeaveFor
	s.LeaveToLink = d.Accounts.LeaveToLink
	s.ComeBack = d.siteComeBack
	s.Connections = d.siteConnections
	s.IsFresh = d.Accounts.IsFresh
	s.DrawTOTP = siteTOTP
	s.RequestReset = func(e *core.RequestEvent, f ui.MailedForm) error {
		return d.Accounts.RequestReset(e.App, f.Email, i18n.Match(e.Request.Header.Get("Accept-Language")))
	}
	s.Reset = func(e *core.RequestEvent, f ui.MailedForm) error {
		return d.Accounts.Reset(e, accounts.ResetForm{Token: f.Token, New: f.New, Confirm: f.Confirm})
	}
	s.Verify = func(e *core.RequestEvent, f ui.MailedForm) error { return d.Accounts.Verify(e.App, f.Token) }
	s.EndDigest = func(e *core.RequestEvent, f ui.MailedForm) error { return d.Digests.End(e.App, f.Token) }
	s.ChangeEmail = func(e *core.RequestEvent, f ui.MailedForm) error {
		_, err := d.Accounts.ChangeEmail(e.App, f.Token)
		return err
	}
}

// siteSignIn opens a session for the browser, or gives the challenge that the second factor answers.
func (d *Deps) siteSignIn(e *core.RequestEvent, f ui.SignInForm) (_ ui.Challenge, err error) {
	var user *core.Record
	if f.Challenge != "" {
		user, err = d.Accounts.SecondFactor(e, f.Challenge, f.Code)
	} else {
		user, err = d.Accounts.Authenticate(e.App, accounts.LoginForm{Identity: f.Identity, Password: f.Password})
	}
	if err == nil {
		err = d.Accounts.StartWeb(e, user)
	}
	return challengeIn(err)
}

// challengeIn is what a sign-in waits for, when that is all that is wrong with it.
func challengeIn(err error) (ui.Challenge, error) {
	var needed *accounts.SecondFactorNeeded
	if errors.As(err, &needed) {
		return ui.Challenge{ID: needed.ID, Passkey: slices.Contains(needed.Methods, "passkey")}, nil
	}
	return ui.Challenge{}, err
}

func (d *Deps) siteSignInByPasskey(e *core.RequestEvent, f ui.PasskeyForm) error {
	user, err := d.Accounts.ByPasskey(e, accounts.PasskeyForm{CeremonyID: f.Ceremony, Credential: []byte(f.Credential), MFAID: f.Challenge})
	if err != nil {
		return err
	}
	return d.Accounts.StartWeb(e, user)
}

func (d *Deps) siteComeBack(e *core.RequestEvent, name, back string) (ui.Back, error) {
	next, linking, err := d.Accounts.ComeBack(e, name, back)
	var waiting *joining.Waiting
	if errors.As(err, &waiting) {
		return ui.Back{Next: next}, &ui.Waiting{For: waiting.For}
	}
	challenge, err := challengeIn(err)
	return ui.Back{Next: next, Challenge: challenge, Linking: linking}, err
}

// siteConnections are the providers that are set up, and those that the caller has linked.
func (d *Deps) siteConnections(e *core.RequestEvent) (ui.Connections, error) {
	shown := ui.Connections{}
	offered, err := d.siteProviders(e)
	if err != nil {
		return shown, err
	}
	names, fresh, err := d.Accounts.Linked(e)
	shown.Fresh = fresh
	for _, p := range offered {
		if !slices.Contains(names, p.Name) {
			shown.Others = append(shown.Others, p)
		}
	}
	for _, name := range names {
		i := slices.IndexFunc(offered, func(p ui.Provider) bool { return p.Name == name })
		if i < 0 { // no longer set up
			shown.Linked = append(shown.Linked, ui.Provider{Name: name, DisplayName: name})
			continue
		}
		shown.Linked = append(shown.Linked, offered[i])
	}
	return shown, err
}

func (d *Deps) siteProviders(e *core.RequestEvent) ([]ui.Provider, error) {
	all, err := accounts.ProvidersOf(e.App)
	shown := []ui.Provider{}
	for _, p := range all {
		if !slices.Contains(cantCome, p.Name) {
			shown = append(shown, ui.Provider{Name: p.Name, DisplayName: p.DisplayName(), Logo: template.HTML(p.Logo())}) //nolint:gosec // constants of PocketBase and ours
		}
	}
	return shown, err
}

func siteTOTP(e *core.RequestEvent, secret string) (ui.TOTPSetup, error) {
	shown, err := accounts.DrawTOTP(e.App, e.Auth, secret)
	return ui.TOTPSetup(shown), err
}

func (d *Deps) siteHowToJoin(e *core.RequestEvent) (ui.HowToJoin, error) {
	how, err := d.Joining.How(e.App)
	shown := ui.HowToJoin{Mode: how.Mode, Began: d.Joining.Began()}
	if how.Challenge != nil {
		shown.Challenge, shown.Bits = how.Challenge.Challenge, how.Challenge.Bits
	}
	return shown, err
}

// siteInvitedBy is who invites by a code, which the browser keeps in case it joins by another site.
func (d *Deps) siteInvitedBy(e *core.RequestEvent, code string) (present.UserBrief, error) {
	by, err := d.Joining.Who(e.App, code)
	if err != nil {
		return present.UserBrief{}, err
	}
	e.SetCookie(&http.Cookie{Name: accounts.InviteCookie, Value: code, Path: "/login", MaxAge: 24 * 3600, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: e.IsTLS()})
	return by.Inviter, nil
}

func (d *Deps) siteJoin(e *core.RequestEvent, f ui.JoinForm) error {
	if err := d.Joining.CheckForm(f.Website, f.Began); err != nil {
		return err
	}
	user, err := d.Accounts.Join(e.App, accounts.RegisterForm{
		Username: f.Username, Email: f.Email, Name: f.Name, Locale: f.Locale, Password: f.Password, PasswordConfirm: f.Confirm,
		Invite: f.Invite, Proof: f.Proof, Message: f.Message,
	}.OfPage(), i18n.Lang(f.Locale))
	var waiting *joining.Waiting
	if errors.As(err, &waiting) {
		return &ui.Waiting{For: waiting.For}
	}
	if err != nil {
		return err
	}
	return d.Accounts.StartWeb(e, user)
}

// siteChangePassword ends every session, also the browser's own, and opens a new one for it.
func (d *Deps) siteChangePassword(e *core.RequestEvent, f ui.PasswordForm) error {
	if err := d.Accounts.SetPassword(e, accounts.PasswordForm{Old: f.Old, New: f.New, Confirm: f.Confirm}); err != nil {
		return err
	}
	return d.Accounts.RestartWeb(e)
}
