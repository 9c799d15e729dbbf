package ui

import (
	"net/http"

	"github.com/pocketbase/pocketbase/core"

	"madang/present"
)

// Passkeys are asked for and made by js/passkey.js; the rest of their pages are plain forms.

const passkeysPath = "/settings/passkeys"

// passkey is one of somebody's, as the API answers.
type passkey struct {
	ID         string `json:"id"`
	Name       string `json:"name"`
	CreatedAt  string `json:"created_at"`
	LastUsedAt string `json:"last_used_at"`
}

// PasskeyForm is what an authenticator answered.
type PasskeyForm struct{ Ceremony, Credential, Challenge string }

type passkeysMain struct {
	settingsPage
	Proof func(scope string) proof
	Keys  []passkey
	Work  bool // the instance knows its address
}

// passkeys answers GET /settings/passkeys.
func (s *Site) passkeys(e *core.RequestEvent) error {
	return s.showPasskeys(e, http.StatusOK, form{})
}

func (s *Site) showPasskeys(e *core.RequestEvent, status int, sent form) error {
	page, err := s.settingsOf(e, "security")
	if err != nil {
		return err
	}
	page.sent = sent
	main := passkeysMain{settingsPage: page, Work: s.do.PasskeysWork(e)}
	if main.Proof, err = s.proofFor(e, page, passkeysPath); err != nil {
		return err
	}
	if main.Keys, err = s.keysOf(e); err != nil {
		return err
	}
	return s.showSettings(e, status, "passkeys", "passkeys.title", main)
}

func (s *Site) keysOf(e *core.RequestEvent) ([]passkey, error) {
	all, err := ask[present.List[passkey]](e, s.do.Passkeys, "", nothing{})
	return all.Results, err
}

// renamePasskey answers POST /settings/passkeys/{id}/rename.
func (s *Site) renamePasskey(e *core.RequestEvent) error {
	f, id := typed(e, "name"), e.Request.PathValue("id")
	if err := tell(e, s.do.RenamePasskey, id, f.values); err != nil {
		f.scope = "name-" + id
		return s.refusePasskeys(e, f, err)
	}
	return done(e, passkeysPath, "passkey_renamed")
}

// removePasskey answers POST /settings/passkeys/{id}/remove.
func (s *Site) removePasskey(e *core.RequestEvent) error {
	id := e.Request.PathValue("id")
	if err := tell(e, s.do.RemovePasskey, id, proved(e)); err != nil {
		return s.refusePasskeys(e, form{scope: "remove-" + id}, err)
	}
	return done(e, passkeysPath, "passkey_removed")
}

func (s *Site) refusePasskeys(e *core.RequestEvent, f form, err error) error {
	if err := f.refuse(e, err, "name", "password", "code"); err != nil {
		return err
	}
	return s.showPasskeys(e, http.StatusBadRequest, f)
}

// signInByPasskey answers POST /login/passkey: what the authenticator said, sent by js/passkey.js.
func (s *Site) signInByPasskey(e *core.RequestEvent) error {
	f := typed(e, "next", "challenge", "ceremony", "credential")
	err := s.do.SignInByPasskey(e, PasskeyForm{Ceremony: f.Value("ceremony"), Credential: f.Value("credential"), Challenge: f.Value("challenge")})
	if err == nil {
		return e.Redirect(http.StatusSeeOther, local(f.Value("next")))
	}
	if err := f.refuse(e, err); err != nil {
		return err
	}
	challenge := Challenge{ID: f.Value("challenge"), Passkey: true}
	return s.door(e, "login", doorMain{Form: f, Next: f.Value("next"), Challenge: challenge}, http.StatusBadRequest)
}
