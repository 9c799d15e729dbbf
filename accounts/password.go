package accounts

import (
	"net/http"
	"strings"
	"sync"
	"unicode"

	validation "github.com/pocketbase/ozzo-validation/v4"
	"github.com/pocketbase/pocketbase/core"
	"github.com/trustelem/zxcvbn/frequency"

	"madang/present"
)

// Bounds of a password, in bytes: bcrypt reads no more than 72.
const (
	minPassword = 8
	maxPassword = 72
)

// common are the 10,000 most common passwords.
var common = sync.OnceValue(func() map[string]bool {
	list := frequency.FrequencyLists["passwords"][:10_000]
	set := make(map[string]bool, len(list))
	for _, p := range list {
		set[p] = true
	}
	return set
})

// checkPassword refuses passwords that are too short or long, only digits, common, or too
// like what others know of the person.
func checkPassword(password string, about ...string) error {
	folded := strings.ToLower(password)
	switch {
	case len(password) < minPassword:
		return validation.NewError("validation_password_short", "Must be at least 8 characters long.")
	case len(password) > maxPassword:
		return validation.NewError("validation_password_long", "Must be at most 72 bytes long.")
	case strings.IndexFunc(password, func(r rune) bool { return !unicode.IsDigit(r) }) < 0:
		return validation.NewError("validation_password_numeric", "Must not be only digits.")
	case common()[folded]:
		return validation.NewError("validation_password_common", "Is one of the most common passwords.")
	}
	for _, known := range about {
		for _, part := range append(strings.FieldsFunc(strings.ToLower(known), notLetterOrDigit), strings.ToLower(known)) {
			if similar(folded, part) {
				return validation.NewError("validation_password_similar", "Is too like your name or address.")
			}
		}
	}
	return nil
}

func notLetterOrDigit(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }

// similar reports whether the password is mostly known: what they share, in order, is at
// least 70 % of the longer one, or the known part is most of the password.
func similar(password, known string) bool {
	p, k := []rune(password), []rune(known)
	if len(k) < 3 {
		return false
	}
	if strings.Contains(password, known) && len(k)*2 > len(p) {
		return true
	}
	return 10*sharedLength(p, k) >= 7*max(len(p), len(k))
}

// sharedLength is the length of the longest common subsequence of a and b.
func sharedLength(a, b []rune) int {
	row := make([]int, len(b)+1)
	for _, x := range a {
		diagonal := 0
		for j, y := range b {
			above := row[j+1]
			switch {
			case x == y:
				row[j+1] = diagonal + 1
			case row[j] > above:
				row[j+1] = row[j]
			}
			diagonal = above
		}
	}
	return row[len(b)]
}

// PasswordForm changes a password.
type PasswordForm struct {
	Old     string `json:"old_password" form:"old_password" required:"true"`
	New     string `json:"new_password" form:"new_password" required:"true" minLength:"8"`
	Confirm string `json:"new_password_confirm" form:"new_password_confirm" required:"true"`
}

// ChangePassword answers POST /api/auth/password/change: every other session ends at once,
// access tokens included, and the caller gets new tokens.
func (s *Service) ChangePassword(e *core.RequestEvent) error {
	form := PasswordForm{}
	if err := present.Bind(e, &form); err != nil {
		return err
	}
	if err := s.SetPassword(e, form); err != nil {
		return present.Failure(err)
	}
	vouch(e)
	tokens, err := s.Start(e, e.Auth)
	if err != nil {
		return present.Failure(err)
	}
	return e.JSON(http.StatusOK, tokens)
}

// SetPassword changes the caller's password and ends all their sessions.
func (s *Service) SetPassword(e *core.RequestEvent, form PasswordForm) error {
	user := e.Auth
	switch {
	case !user.ValidatePassword(form.Old):
		return present.Invalid("old_password", "validation_wrong_password", "Is not your password.")
	case form.New != form.Confirm:
		return present.Invalid("new_password_confirm", "validation_values_mismatch", "Values don't match.")
	}
	if err := checkPassword(form.New, user.GetString("username"), user.Email(), user.GetString("name")); err != nil {
		return present.BadQuery(validation.Errors{"new_password": err})
	}
	user.SetPassword(form.New)
	MarkLanguage(e, user)
	if err := e.App.Save(user); err != nil {
		return err
	}
	return s.RevokeAll(e.App, user.Id)
}
