package ui

import (
	"errors"
	"net/http"

	"github.com/pocketbase/pocketbase/core"

	"madang/i18n"
	"madang/present"
)

// settingsPage is what every page of the settings has.
type settingsPage struct {
	Tab  string // which of them it is, or belongs to
	Done string // what was just done
	User *present.User
	forms
}

// settingsOf begins a page of the settings. Its forms are empty.
func (s *Site) settingsOf(e *core.RequestEvent, tab string) (settingsPage, error) {
	u, err := ask[*present.User](e, s.do.Profile, "", nothing{})
	if err != nil {
		return settingsPage{}, err
	}
	return settingsPage{Tab: tab, User: u, Done: doneOf(e)}, nil
}

// doneOf is what the page says was just done, by the word in its address.
func doneOf(e *core.RequestEvent) string {
	key := "settings.done." + e.Request.URL.Query().Get("done")
	if said := i18n.T(langOf(e), key); said != key {
		return said
	}
	return ""
}

// done leads to a page that says what was done.
func done(e *core.RequestEvent, page, what string) error {
	return e.Redirect(http.StatusSeeOther, page+"?done="+what)
}

// showSettings shows one of the settings' pages, called title in i18n/ui.*.json.
func (s *Site) showSettings(e *core.RequestEvent, status int, name, title string, main any) error {
	return s.show(e, status, name, s.page(e, "settings", i18n.T(langOf(e), title), main))
}

type settingsMain struct {
	settingsPage
	Profile, Picture form
}

// settings answers GET /settings.
func (s *Site) settings(e *core.RequestEvent) error {
	return s.showProfile(e, http.StatusOK, settingsMain{})
}

func (s *Site) showProfile(e *core.RequestEvent, status int, main settingsMain) (err error) {
	if main.settingsPage, err = s.settingsOf(e, "profile"); err != nil {
		return err
	}
	if u := main.User; main.Profile.values == nil {
		main.Profile.values = map[string]string{"name": u.Name, "bio": u.Bio, "phone": u.Phone, "locale": u.Locale}
	}
	return s.showSettings(e, status, "settings", "settings.title", main)
}

// saveSettings answers POST /settings; the field "section" says which of its forms it was.
func (s *Site) saveSettings(e *core.RequestEvent) error {
	section := e.Request.FormValue("section")
	switch section {
	case "language":
		return s.saveLanguage(e)
	case "theme":
		return s.saveTheme(e)
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
		if err := tell(e, s.do.EditProfile, "", map[string]string{"profile_image": ""}); err != nil {
			return err
		}
		return done(e, "/settings", "picture")
	}
	return e.BadRequestError("", nil)
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
	return e.Redirect(http.StatusSeeOther, withoutLang(backOf(e)))
}

func (s *Site) saveProfile(e *core.RequestEvent) error {
	main := settingsMain{Profile: typed(e, "name", "bio", "phone", "locale")}
	err := tell(e, s.do.EditProfile, "", sent(e, "name", "bio", "phone", "locale"))
	if err == nil {
		return done(e, "/settings", "profile")
	}
	if err := main.Profile.refuse(e, err, "name", "bio", "phone"); err != nil {
		return err
	}
	return s.showProfile(e, http.StatusBadRequest, main)
}

func (s *Site) savePicture(e *core.RequestEvent) error {
	main := settingsMain{}
	_, err := e.FindUploadedFiles("profile_image")
	switch {
	case errors.Is(err, http.ErrMissingFile): // note: passed on, it would remove the picture
		main.Picture.problems = map[string]string{"profile_image": i18n.T(langOf(e), "settings.choose_picture")}
		return s.showProfile(e, http.StatusBadRequest, main)
	case err != nil:
		return err
	}
	if err = tell(e, s.do.EditProfile, "", nil); err == nil {
		return done(e, "/settings", "picture")
	}
	if err := main.Picture.refuse(e, err, "profile_image"); err != nil {
		return err
	}
	return s.showProfile(e, http.StatusBadRequest, main)
}
