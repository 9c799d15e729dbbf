package collections

import (
	"strings"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
)

// Users is the collection of people.
const Users = "users"

// Roles of people, from the least to the most trusted.
const (
	RoleMember    = "member"
	RolePremium   = "premium"
	RoleCreator   = "creator"
	RoleModerator = "moderator"
	RoleAdmin     = "admin"
)

// Who may write to somebody; "" is mutual.
const (
	MessagesFromMutual = "mutual" // whom they follow, and who follow them
	MessagesFromNobody = "nobody"
)

// User is a typed view of a record of [Users].
type User struct{ core.BaseRecordProxy }

// UserOf wraps r.
func UserOf(r *core.Record) *User {
	u := &User{}
	u.SetProxyRecord(r)
	return u
}

func (u *User) Username() string { return u.GetString("username") }
func (u *User) Name() string     { return u.GetString("name") }
func (u *User) Role() string     { return u.GetString("role") }

// ApprovesFollowers reports whether who wants to follow the person has to ask.
func (u *User) ApprovesFollowers() bool { return u.GetBool("approves_followers") }

// AcceptsMessages reports whether people whom they follow, and who follow them, may write to them.
func (u *User) AcceptsMessages() bool { return u.GetString("messages_from") != MessagesFromNobody }

// KeepsTagsApart reports whether posts of the tags that the person follows stay out of their home feed.
func (u *User) KeepsTagsApart() bool { return u.GetBool("tags_apart") }

// WantsRecommendations reports whether anything may be recommended to the person, and kept for it.
func (u *User) WantsRecommendations() bool { return !u.GetBool("recommendations_off") }

// IsStaff reports whether the person moderates.
func (u *User) IsStaff() bool { return IsStaffRole(u.Role()) }

// IsSuspended reports whether the person may only read at the time now, and until when.
func (u *User) IsSuspended(now time.Time) (until time.Time, suspended bool) {
	until = u.GetDateTime("suspended_until").Time()
	return until, until.After(now)
}

// IsStaffRole reports whether people of that role moderate.
func IsStaffRole(role string) bool { return role == RoleModerator || role == RoleAdmin }

// FindUser finds a person by id or by @username, whatever its case.
// The error is sql.ErrNoRows when there is none.
func FindUser(app core.App, idOrName string) (*User, error) {
	key := "id"
	if name, ok := strings.CutPrefix(idOrName, "@"); ok {
		key, idOrName = "username", strings.ToLower(name)
	}
	r := &core.Record{}
	if err := app.RecordQuery(Users).AndWhere(dbx.HashExp{key: idOrName}).Limit(1).One(r); err != nil {
		return nil, err
	}
	return UserOf(r), nil
}
