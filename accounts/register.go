package accounts

import (
	"net/http"

	validation "github.com/pocketbase/ozzo-validation/v4"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/i18n"
	"madang/present"
)

// RegisterForm is what somebody fills in to join.
type RegisterForm struct {
	Username        string `json:"username" form:"username" required:"true" minLength:"3" maxLength:"30" pattern:"^[a-zA-Z0-9_.]+$"`
	Email           string `json:"email" form:"email" required:"true" format:"email"`
	Password        string `json:"password" form:"password" required:"true" minLength:"8" maxLength:"72"`
	PasswordConfirm string `json:"password_confirm" form:"password_confirm" required:"true"`
	Name            string `json:"name" form:"name" maxLength:"60"`
	Locale          string `json:"locale" form:"locale" enum:"ko,en,"`
}

// Register answers POST /api/auth/register: a new person, signed in.
func (s *Service) Register(e *core.RequestEvent) error {
	form := RegisterForm{}
	if err := present.Bind(e, &form); err != nil {
		return err
	}
	user, err := s.JoinIn(e.App, form, asked(e))
	if err != nil {
		return present.Failure(err)
	}
	return s.signIn(e, user, http.StatusCreated)
}

// Join is JoinIn in the language that the person chose.
func (s *Service) Join(app core.App, form RegisterForm) (*core.Record, error) {
	return s.JoinIn(app, form, i18n.Lang(form.Locale))
}

// JoinIn makes a person and mails them a link that confirms their address, in lang when they
// chose no language. All bad fields are reported together.
func (s *Service) JoinIn(app core.App, form RegisterForm, lang i18n.Lang) (*core.Record, error) {
	problems := validation.Errors{}
	for field, value := range map[string]string{
		"username": form.Username, "email": form.Email, "password": form.Password, "password_confirm": form.PasswordConfirm,
	} {
		if value == "" {
			problems[field] = validation.NewError("validation_required", "Cannot be blank.")
		}
	}
	if form.PasswordConfirm != "" && form.Password != form.PasswordConfirm {
		problems["password_confirm"] = validation.NewError("validation_values_mismatch", "Values don't match.")
	}
	user, err := collections.New(app, collections.Users)
	if err != nil {
		return nil, err
	}
	user.Load(map[string]any{
		"username": form.Username, "email": form.Email, "name": form.Name, "locale": form.Locale, "password": form.Password,
	})
	if err := check(app, user, problems); err != nil {
		return nil, err
	}
	if len(problems) > 0 {
		return nil, present.BadQuery(problems)
	}
	user.SetRaw(welcome, string(lang))
	return user, app.Save(user)
}

// check adds to problems what Prepare and the fields' own rules say against user. An error
// is something else than a bad field.
func check(app core.App, user *core.Record, problems validation.Errors) error {
	for _, err := range []error{Prepare(collections.UserOf(user)), app.Validate(user)} {
		fields, ok := fieldErrors(err)
		if err != nil && !ok {
			return err
		}
		for field, problem := range fields {
			if _, named := problems[field]; !named {
				problems[field] = problem
			}
		}
	}
	return nil
}
