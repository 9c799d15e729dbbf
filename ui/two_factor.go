package ui

import (
	"html/template"
	"net/http"
	"net/url"
	"strings"

	"github.com/pocketbase/pocketbase/core"

	"madang/i18n"
)

const twoFactorPath = "/settings/two-factor"

// TOTPSetup is what an authenticator app needs: as text, as a link and as a picture.
type TOTPSetup struct {
	Secret     string `json:"secret"`
	OTPAuthURL string `json:"otpauth_url"`
	QRSVG      string `json:"qr_svg"`
}

type twoFactorMain struct {
	settingsPage
	Proof func(scope string) proof
	Setup TOTPSetup // Secret is "" unless an app is being set up
	Codes []string  // just made
}

// Groups is the secret in groups of four letters, to be typed.
func (m twoFactorMain) Groups() string {
	var groups []string
	for rest := m.Setup.Secret; rest != ""; {
		n := min(4, len(rest))
		groups, rest = append(groups, rest[:n]), rest[n:]
	}
	return strings.Join(groups, " ")
}

// Picture is the QR code.
func (m twoFactorMain) Picture() template.HTML {
	return template.HTML(m.Setup.QRSVG) //nolint:gosec // drawn by the program
}

// AppLink opens an authenticator app on the same device.
func (m twoFactorMain) AppLink() template.URL {
	return template.URL(m.Setup.OTPAuthURL) //nolint:gosec // made by the program
}

// File is a link to the codes as a text file.
func (m twoFactorMain) File() template.URL {
	return template.URL("data:text/plain;charset=utf-8," + url.PathEscape(strings.Join(m.Codes, "\n")+"\n")) //nolint:gosec // made by the program
}

// twoFactor answers GET /settings/two-factor.
func (s *Site) twoFactor(e *core.RequestEvent) error {
	return s.showTwoFactor(e, http.StatusOK, twoFactorMain{})
}

func (s *Site) showTwoFactor(e *core.RequestEvent, status int, main twoFactorMain) error {
	page, err := s.settingsOf(e, "security")
	if err != nil {
		return err
	}
	page.forms = main.forms
	main.settingsPage = page
	if main.Proof, err = s.proofFor(e, page, twoFactorPath); err != nil {
		return err
	}
	name := "two_factor"
	switch {
	case len(main.Codes) > 0:
		name = "recovery_codes"
	case main.Setup.Secret != "":
		name = "totp"
	}
	p := s.page(e, "settings", i18n.T(langOf(e), "two_factor.title"), main)
	p.Once = name != "two_factor"
	return s.show(e, status, name, p)
}

// setUpTwoFactor answers POST /settings/two-factor/setup.
func (s *Site) setUpTwoFactor(e *core.RequestEvent) error {
	setup, err := ask[TOTPSetup](e, s.do.SetupTOTP, "", nothing{})
	if err != nil {
		return err
	}
	return s.showTwoFactor(e, http.StatusOK, twoFactorMain{Setup: setup})
}

// enableTwoFactor answers POST /settings/two-factor: the code of the app that was set up. The
// form brings the secret along, since it is shown nowhere else again.
func (s *Site) enableTwoFactor(e *core.RequestEvent) error {
	value := e.Request.PostFormValue
	made, err := ask[recoveryCodes](e, s.do.EnableTOTP, "", map[string]string{
		"code": value("code"), "password": value("password"), "current_code": value("current_code"),
	})
	if err == nil {
		return s.showTwoFactor(e, http.StatusOK, twoFactorMain{Codes: made.Codes})
	}
	main := twoFactorMain{}
	if err := main.sent.refuse(e, err, "code", "password", "current_code"); err != nil {
		return err
	}
	if main.Setup, err = s.do.DrawTOTP(e, value("secret")); err != nil {
		return err
	}
	return s.showTwoFactor(e, http.StatusBadRequest, main)
}

type recoveryCodes struct {
	Codes []string `json:"recovery_codes"`
}

// renewCodes answers POST /settings/two-factor/codes.
func (s *Site) renewCodes(e *core.RequestEvent) error {
	made, err := ask[recoveryCodes](e, s.do.RenewRecoveryCodes, "", proved(e))
	if err != nil {
		return s.refuseTwoFactor(e, "codes", err)
	}
	return s.showTwoFactor(e, http.StatusOK, twoFactorMain{Codes: made.Codes})
}

// disableTwoFactor answers POST /settings/two-factor/off.
func (s *Site) disableTwoFactor(e *core.RequestEvent) error {
	if err := tell(e, s.do.DisableTOTP, "", proved(e)); err != nil {
		return s.refuseTwoFactor(e, "off", err)
	}
	return done(e, securityPath, "two_factor_off")
}

func (s *Site) refuseTwoFactor(e *core.RequestEvent, scope string, err error) error {
	main := twoFactorMain{}
	main.sent.scope = scope
	if err := main.sent.refuse(e, err, "password", "code"); err != nil {
		return err
	}
	return s.showTwoFactor(e, http.StatusBadRequest, main)
}
