package accounts

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/nyaruka/phonenumbers"
	validation "github.com/pocketbase/ozzo-validation/v4"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/present"
	"madang/text"
)

// reserved names would be taken for the place itself, or for a page of it.
var reserved = []string{
	"admin", "root", "api", "me", "system", "support", "moderator", "madang", "www", "null", "undefined",
	"posts", "new", "explore", "search", "notifications", "bookmarks", "drafts", "settings", "login", "logout",
	"signup", "register", "moderation", "feed", "tags", "media", "users", "static", "assets", "styleguide", "offline", "messages", "icons", "share", "unsubscribe",
	"forgot", "reset", "verify", "email", "comments", "goodbye", "report", "notices", "sitemap", "oembed", "metrics", "join", "invites",
}

// defaultRegion is the country of a phone number that names none.
const defaultRegion = "KR"

// Prepare makes a person's record ready to be validated and stored, however it came: names
// and addresses in one spelling, texts cleaned, the rules of names, passwords and numbers kept.
func Prepare(u *collections.User) error {
	u.Set("username", strings.ToLower(strings.TrimSpace(u.Username())))
	u.Set("email", strings.ToLower(strings.TrimSpace(u.GetString("email"))))
	u.Set("name", text.CleanLine(u.Name()))
	u.Set("bio", text.Clean(u.GetString("bio")))
	u.Set("emailVisibility", false)
	if u.Role() == "" {
		u.Set("role", collections.RoleMember)
	}
	problems := validation.Errors{}
	if name := u.Username(); name != "" && isReserved(name) && name != u.ProxyRecord().Original().GetString("username") {
		problems["username"] = validation.NewError("validation_reserved_name", "This name is reserved.")
	} else if n := utf8.RuneCountInString(name); n >= 3 && n <= 30 && strings.ContainsFunc(name, notOfName) { // the length is said by PocketBase
		problems["username"] = validation.NewError("validation_invalid_format", "Only letters a–z, digits, _ and . can be used.")
	}
	if phone := u.GetString("phone"); phone != "" {
		number, err := phonenumbers.Parse(phone, defaultRegion)
		if err != nil || !phonenumbers.IsValidNumber(number) {
			problems["phone"] = validation.NewError("validation_invalid_phone", "Is not a phone number.")
		} else {
			u.Set("phone", phonenumbers.Format(number, phonenumbers.E164))
		}
	}
	// note: the plain password is there only when it was just set
	if password := u.GetString("password"); password != "" {
		if err := checkPassword(password, u.Username(), u.GetString("email"), u.Name()); err != nil {
			problems["password"] = err
		}
		if value, ok := u.GetRaw("password").(*core.PasswordFieldValue); ok && len(password) == maxPassword {
			value.Plain = "" // note: hashed already; PocketBase would refuse the 72nd byte, which bcrypt takes
		}
	}
	if len(problems) > 0 {
		return present.BadQuery(problems)
	}
	return nil
}

// notOfName reports whether a username can't have a character; its field says the same in schema.txt.
func notOfName(r rune) bool {
	return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '_' && r != '.'
}

func isReserved(name string) bool {
	return slices.Contains(reserved, name) || strings.Trim(name, "._") == ""
}
