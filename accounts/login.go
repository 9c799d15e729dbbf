package accounts

import (
	"errors"
	"net/http"
	"strings"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	"golang.org/x/crypto/bcrypt"

	"madang/collections"
	"madang/present"
)

// LoginForm names a person by e-mail or username, and proves it by password; or goes on with a
// sign-in that waits for its second factor.
type LoginForm struct {
	Email    string `json:"email" form:"email"`
	Username string `json:"username" form:"username"`
	Identity string `json:"identity" form:"identity" description:"e-mail or username"`
	Password string `json:"password" form:"password"`
	MFAID    string `json:"mfa_id" form:"mfa_id" description:"in place of name and password, when those were answered with it"`
	Code     string `json:"code" form:"code" description:"of the authenticator app, or a recovery code"`
}

// identity is whichever of the three names was sent.
func (f LoginForm) identity() string {
	for _, name := range []string{f.Identity, f.Email, f.Username} {
		if name = strings.ToLower(strings.TrimSpace(name)); name != "" {
			return name
		}
	}
	return ""
}

// Login answers POST /api/auth/login.
func (s *Service) Login(e *core.RequestEvent) error {
	form := LoginForm{}
	if err := present.Bind(e, &form); err != nil {
		return err
	}
	user, err := s.whoSignsIn(e, form)
	if err != nil {
		return err
	}
	return s.signIn(e, user, http.StatusOK)
}

// signIn opens a session for user and answers with who they are and its tokens, or asks for
// the second factor.
func (s *Service) signIn(e *core.RequestEvent, user *core.Record, status int) error {
	tokens, err := s.Start(e, user)
	var needed *SecondFactorNeeded
	if errors.As(err, &needed) {
		return needed.answer(e, "")
	}
	if err != nil {
		return present.Failure(err)
	}
	profile, err := me(e.App, user)
	if err != nil {
		return present.Failure(err)
	}
	return e.JSON(status, SignedIn{*profile, *tokens})
}

// whoSignsIn proves the first factor, or the second of a sign-in that waits for it.
func (s *Service) whoSignsIn(e *core.RequestEvent, form LoginForm) (*core.Record, error) {
	if form.MFAID != "" {
		return s.SecondFactor(e, form.MFAID, form.Code)
	}
	return s.Authenticate(e.App, form)
}

// Authenticate finds the person whom form names and checks the password. The refusal and
// the time it takes are the same for an unknown name and a wrong password. It is the first
// factor alone: [Service.Start] and [Service.StartWeb] ask for the second.
func (s *Service) Authenticate(app core.App, form LoginForm) (*core.Record, error) {
	name := form.identity()
	switch {
	case name == "":
		return nil, present.Invalid("identity", "validation_required", "Cannot be blank.")
	case form.Password == "":
		return nil, present.Invalid("password", "validation_required", "Cannot be blank.")
	}
	user := &core.Record{}
	err := app.RecordQuery(collections.Users).
		AndWhere(dbx.Or(dbx.HashExp{"email": name}, dbx.HashExp{"username": strings.TrimPrefix(name, "@")})).Limit(1).One(user)
	if err != nil {
		burnTime(form.Password)
		return nil, wrongCredentials(err)
	}
	if !user.ValidatePassword(form.Password) {
		return nil, wrongCredentials(nil)
	}
	return user, nil
}

// nobodysHash is a bcrypt hash, at PocketBase's cost, of a password that nobody has.
var nobodysHash = []byte("$2a$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy")

// burnTime does the work of checking a password.
func burnTime(password string) {
	// the result doesn't matter
	_ = bcrypt.CompareHashAndPassword(nobodysHash, []byte(password)[:min(len(password), 72)])
}

func wrongCredentials(cause error) error {
	return unauthorized("The name or the password is wrong.", cause)
}
