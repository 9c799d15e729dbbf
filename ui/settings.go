package ui

import (
	"errors"
	"net/http"
	"slices"

	"github.com/pocketbase/pocketbase/core"

	"madang/i18n"
	"madang/present"
)

type settingsMain struct {
	User                       *present.User
	Done                       string
	Profile, Picture, Password form
	Connections                connectionsMain
}

// settings answers GET /settings.
func (s *Site) settings(e *core.RequestEvent) error {
	main := settingsMain{}
	if done := e.Request.URL.Query().Get("done"); slices.Contains([]string{"profile", "picture", "password", "connections"}, done) {
		main.Done = i18n.T(langOf(e), "settings.done."+done)
	}
	return s.showSettings(e, http.StatusOK, main)
}

func (s *Site) showSettings(e *core.RequestEvent, status int, main settingsMain) error {
	u, err := ask[*present.User](e, s.do.Profile, "", nothing{})
	if err != nil {
		return err
	}
	main.User = u
	if main.Connections.Connections, err = s.do.Connections(e); err != nil {
		return err
	}
	if main.Profile.values == nil {
		main.Profile.values = map[string]string{"name": u.Name, "bio": u.Bio, "phone": u.Phone, "locale": u.Locale}
	}
	return s.show(e, status, "settings", s.page(e, "settings", i18n.T(langOf(e), "settings.title"), main))
}

// saveSettings answers POST /settings; the field "section" says which of its forms it was.
func (s *Site) saveSettings(e *core.RequestEvent) error {
	section := e.Request.FormValue("section")
	if section == "language" {
		return s.saveLanguage(e)
	}
	if !signedIn(e) {
		return e.Redirect(http.StatusSeeOther, loginURL("/settings"))
	}
	switch section {
	case "profile":
		return s.saveProfile(e)
	case "picture":
		return s.savePicture(e)
	case "no-picture":
		return s.saved(e, "picture", tell(e, s.do.EditProfile, "", map[string]string{"profile_image": ""}))
	case "password":
		return s.savePassword(e)
	}
	return e.BadRequestError("", nil)
}

func (s *Site) saved(e *core.RequestEvent, section string, err error) error {
	if err != nil {
		return err
	}
	return e.Redirect(http.StatusSeeOther, "/settings?done="+section)
}

// saveLanguage is the switch at the foot of every page, for members and strangers.
func (s *Site) saveLanguage(e *core.RequestEvent) error {
	lang, ok := known(e.Request.PostFormValue("locale"))
	if !ok {
		return e.BadRequestError("", nil)
	}
	rememberLang(e, lang)
	if signedIn(e) {
		if err := tell(e, s.do.EditProfile, "", map[string]string{"locale": string(lang)}); err != nil {
			return err
		}
	}
	return e.Redirect(http.StatusSeeOther, backOf(e))
}

func (s *Site) saveProfile(e *core.RequestEvent) error {
	main := settingsMain{Profile: typed(e, "name", "bio", "phone", "locale")}
	err := tell(e, s.do.EditProfile, "", main.Profile.values)
	if err == nil {
		return s.saved(e, "profile", nil)
	}
	if err := main.Profile.refuse(e, err, "name", "bio", "phone"); err != nil {
		return err
	}
	return s.showSettings(e, http.StatusBadRequest, main)
}

func (s *Site) savePicture(e *core.RequestEvent) error {
	main := settingsMain{}
	_, err := e.FindUploadedFiles("profile_image")
	switch {
	case errors.Is(err, http.ErrMissingFile): // note: passed on, it would remove the picture
		main.Picture.problems = map[string]string{"profile_image": i18n.T(langOf(e), "settings.choose_picture")}
		return s.showSettings(e, http.StatusBadRequest, main)
	case err != nil:
		return err
	}
	if err = tell(e, s.do.EditProfile, "", nil); err == nil {
		return s.saved(e, "picture", nil)
	}
	if err := main.Picture.refuse(e, err, "profile_image"); err != nil {
		return err
	}
	return s.showSettings(e, http.StatusBadRequest, main)
}

func (s *Site) savePassword(e *core.RequestEvent) error {
	f := e.Request.PostFormValue
	err := s.do.ChangePassword(e, PasswordForm{Old: f("old_password"), New: f("new_password"), Confirm: f("new_password_confirm")})
	if err == nil {
		return s.saved(e, "password", nil)
	}
	main := settingsMain{}
	if err := main.Password.refuse(e, err, "old_password", "new_password", "new_password_confirm"); err != nil {
		return err
	}
	return s.showSettings(e, http.StatusBadRequest, main)
}
