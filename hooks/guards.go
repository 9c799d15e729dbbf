package hooks

import (
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
)

// A guard decides who may call a route.
type guard struct {
	check    func(e *core.RequestEvent) error
	signedIn bool // strangers are refused
}

var (
	anyone    = guard{check: (*core.RequestEvent).Next}
	member    = guard{check: requireMember, signedIn: true}
	operator  = guard{check: requireSuperuser, signedIn: true}
	moderator = guard{check: requireStaff, signedIn: true}
	staffToo  = guard{check: requireMemberOrSuperuser, signedIn: true}
	admins    = guard{check: requireAdmin, signedIn: true}
)

// requireMember lets people who are signed in call; a superuser of the dashboard is no member.
func requireMember(e *core.RequestEvent) error {
	switch {
	case e.Auth == nil:
		return e.UnauthorizedError("Sign in first.", nil)
	case e.Auth.Collection().Name != collections.Users:
		return e.ForbiddenError("This is for members; a superuser is none.", nil)
	}
	return e.Next()
}

// requireSuperuser lets the dashboard's superusers call.
func requireSuperuser(e *core.RequestEvent) error {
	switch {
	case e.Auth == nil:
		return e.UnauthorizedError("Sign in first.", nil)
	case !e.HasSuperuserAuth():
		return e.ForbiddenError("This is for superusers of the dashboard.", nil)
	}
	return e.Next()
}

// requireAdmin lets admins among the members and the dashboard's superusers call.
func requireAdmin(e *core.RequestEvent) error {
	switch {
	case e.Auth == nil:
		return e.UnauthorizedError("Sign in first.", nil)
	case !e.HasSuperuserAuth() && collections.ViewerOf(e.Auth).Role != collections.RoleAdmin:
		return e.ForbiddenError("This is for admins.", nil)
	}
	return e.Next()
}

func requireMemberOrSuperuser(e *core.RequestEvent) error {
	if e.HasSuperuserAuth() {
		return e.Next()
	}
	return requireMember(e)
}

// requireStaff lets moderators, admins and superusers call.
func requireStaff(e *core.RequestEvent) error {
	switch {
	case e.Auth == nil:
		return e.UnauthorizedError("Sign in first.", nil)
	case !collections.ViewerOf(e.Auth).IsStaff():
		return e.ForbiddenError("This is for moderators.", nil)
	}
	return e.Next()
}

// openToSuspended are requests of suspended people that change nothing but what is their own.
var openToSuspended = []string{
	"/api/realtime", "/api/files/token", "/api/notifications/read", "/api/notifications/settings", "/api/push/subscriptions", "/api/push/test", "/unsubscribe", "/notifications", "/search/forget", "/settings", "/login", "/login/passkey", "/logout", "/signup", "/forgot", "/reset", "/verify", "/email", "/join",
}

// notSuspended keeps suspended people from writing, on our routes and PocketBase's own.
// They may read, change their settings, appeal, sign out and leave.
func (d *Deps) notSuspended(e *core.RequestEvent) error {
	reads := []string{http.MethodGet, http.MethodHead, http.MethodOptions}
	path := strings.TrimSuffix(e.Request.URL.Path, "/")
	if e.Auth == nil || e.Auth.Collection().Name != collections.Users || slices.Contains(reads, e.Request.Method) ||
		strings.HasPrefix(path, "/api/auth/") || strings.HasPrefix(path, "/settings/") || strings.HasPrefix(path, "/api/push/subscriptions/") || slices.Contains(openToSuspended, path) || ofTheirAccount(e) ||
		strings.HasSuffix(path, "/appeal") || strings.HasPrefix(path, "/api/conversations/") && strings.HasSuffix(path, "/read") ||
		strings.HasPrefix(path, "/api/experiments/") { // what somebody saw and did there is no writing
		return e.Next()
	}
	if until, suspended := collections.UserOf(e.Auth).IsSuspended(d.Now()); suspended {
		return e.ForbiddenError("You are suspended until "+until.UTC().Format(time.RFC3339)+".", nil)
	}
	return e.Next()
}

// ofTheirAccount reports whether a request is for PocketBase's own routes of signing in and out, of one's own record
// and of what one wants to hear of; what may be done there its rule says.
func ofTheirAccount(e *core.RequestEvent) bool {
	name := e.Request.PathValue("collection")
	if name == "" {
		return false
	}
	c, err := e.App.FindCachedCollectionByNameOrId(name)
	if err == nil && (c.Name == collections.NotificationSettings || c.Name == collections.PushSubscriptions) {
		return true
	}
	if err != nil || c.Name != collections.Users {
		return false
	}
	id := e.Request.PathValue("id")
	return id == e.Auth.Id || id == "" && !strings.HasSuffix(e.Request.Pattern, "/records")
}

// allowedHost refuses requests for a host that isn't ours, when the operator named ours.
func (d *Deps) allowedHost(e *core.RequestEvent) error {
	if len(d.Config.AllowedHosts) == 0 {
		return e.Next()
	}
	host := e.Request.Host
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	if !slices.Contains(d.Config.AllowedHosts, strings.ToLower(host)) {
		return e.BadRequestError("This host is not served here.", nil)
	}
	return e.Next()
}
