package ui

import (
	"net/http"

	"github.com/pocketbase/pocketbase/core"

	"madang/i18n"
)

// The pages that mailed links lead to, and the one that asks for such a mail. A link alone
// changes nothing, since programs that read mail open links: the button on its page does.

type mailedMain struct {
	Form  form
	Kind  string // forgot, reset, verify, email or unsubscribe, which is also the path
	Token string
	Done  bool
}

// mailed answers GET of one of these pages.
func (s *Site) mailed(kind string) func(*core.RequestEvent) error {
	return func(e *core.RequestEvent) error {
		return s.showMailed(e, mailedMain{Kind: kind, Token: e.Request.URL.Query().Get("token")}, http.StatusOK)
	}
}

// redeem answers POST of one of these pages: do is what its button does.
func (s *Site) redeem(kind string, do func(e *core.RequestEvent, f MailedForm) error) func(*core.RequestEvent) error {
	return func(e *core.RequestEvent) error {
		f := typed(e, "email", "token")
		if token := e.Request.URL.Query().Get("token"); f.Value("token") == "" && token != "" { // of a mail program's button, RFC 8058
			f.values["token"] = token
		}
		err := do(e, MailedForm{
			Email: f.Value("email"), Token: f.Value("token"), Password: e.Request.PostFormValue("password"),
			New: e.Request.PostFormValue("new_password"), Confirm: e.Request.PostFormValue("new_password_confirm"),
		})
		main := mailedMain{Form: f, Kind: kind, Token: f.Value("token"), Done: err == nil}
		if err == nil {
			return s.showMailed(e, main, http.StatusOK)
		}
		if err := f.refuse(e, err, "email", "password", "new_password", "new_password_confirm"); err != nil {
			return err
		}
		main.Form = f
		return s.showMailed(e, main, http.StatusBadRequest)
	}
}

func (s *Site) showMailed(e *core.RequestEvent, main mailedMain, status int) error {
	return s.show(e, status, "mailed", s.page(e, "", i18n.T(langOf(e), "mailed."+main.Kind), main))
}
