package limits

import (
	"slices"
	"strings"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/router"

	"madang/present"
)

// body is what limits read in a request: for whom it is, before anybody is signed in.
// note: the names and the absence of xml tags are those of the forms that the handlers read,
// ours and PocketBase's, so that in every encoding we see what they see.
type body struct {
	Identity    string `json:"identity" form:"identity"`
	Email       string `json:"email" form:"email"`
	Username    string `json:"username" form:"username"`
	Password    string `json:"password" form:"password"`
	OldPassword string `json:"oldPassword" form:"oldPassword"`
	OTPId       string `json:"otpId" form:"otpId"`
	MFAID       string `json:"mfa_id" form:"mfa_id"`
	Challenge   string `json:"-" form:"-" xml:"-"` // what a code is for, on the routes that take one
}

// told are the classes of which the body must be read.
var told = []Class{Login, Code, Mail}

// bodyOf reads what limits need to know of the body. What can't be read is refused here: a
// request that hides its name from the limits must not get past them.
func bodyOf(e *core.RequestEvent) (*body, error) {
	said := &body{}
	pattern := strings.TrimSuffix(e.Request.Pattern, "/{$}")
	password := pattern == "PATCH "+recordsPattern+"/{id}" && isUsers(e)
	if !password && !slices.Contains(told, byPattern[pattern]) {
		return said, nil
	}
	if !strings.HasPrefix(e.Request.URL.Path, "/api/") { // a page's form, read as the page reads it
		said.Identity = e.Request.PostFormValue("identity")
		said.Password = e.Request.PostFormValue("password")
		said.Challenge = e.Request.PostFormValue("challenge") // which the page looks at first
		return said, nil
	}
	err := present.Bind(e, said)
	if rereadable, ok := e.Request.Body.(router.Rereader); ok {
		rereadable.Reread() // note: XML is not read to its end
	}
	switch pattern {
	case "POST /api/auth/login": // which looks at nothing else then
		said.Challenge = said.MFAID
	case "POST /api/collections/{collection}/auth-with-otp":
		said.Challenge = said.OTPId
	}
	return said, err
}

// identity is whom a sign-in or a mail is for, as the sign-in itself folds it.
func (b *body) identity() string {
	for _, name := range []string{b.Identity, b.Email, b.Username} {
		if name = strings.TrimPrefix(strings.ToLower(strings.TrimSpace(name)), "@"); name != "" {
			return name
		}
	}
	return ""
}
