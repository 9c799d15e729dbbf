package limits

import (
	"net/http"
	"strings"

	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
)

// byPattern names the class of routes by method and pattern, as the router matched them: so
// neither case, encoding, slashes nor HEAD make another route of one.
// Routes that aren't here are Read or Write, and under /api/auth/ Password; those of records
// are in [classOfRecords].
var byPattern = map[string]Class{
	"POST /api/auth/login":                                  Login,
	"POST /login":                                           Login,
	"POST /login/passkey":                                   Login,
	"POST /api/auth/passkeys/sign-in":                       Login,
	"POST /api/auth/passkeys/sign-in/begin":                 Write,
	"PATCH /api/auth/passkeys/{id}":                         Write,
	"POST /api/auth/passkeys":                               Write, // what was asked for with a password
	"POST /api/auth/social/{provider}":                      Login,
	"GET /login/{provider}/back":                            Login,
	"POST /api/collections/{collection}/auth-with-password": Login,
	"POST /api/collections/{collection}/auth-with-oauth2":   Login,
	"POST /api/collections/{collection}/auth-with-otp":      Code,

	"POST /api/auth/register":                         SignUp,
	"POST /signup":                                    SignUp,
	"POST /api/auth/token/refresh":                    Refresh,
	"POST /api/collections/{collection}/auth-refresh": Refresh,
	"POST /api/auth/logout":                           Write,
	"DELETE /api/auth/sessions/{id}":                  Write,
	"DELETE /api/auth/sessions":                       Write,
	"PATCH /api/auth/profile":                         Write,

	"POST /settings/security":             Password,
	"POST /settings/two-factor":           Password,
	"POST /settings/two-factor/codes":     Password,
	"POST /settings/two-factor/off":       Password,
	"POST /settings/passkeys/{id}/remove": Password,
	"POST /settings/delete":               Password,

	"POST /api/auth/password/reset":                             Mail,
	"POST /api/auth/email/verify":                               Mail,
	"POST /api/collections/{collection}/request-otp":            Mail,
	"POST /api/collections/{collection}/request-verification":   Mail,
	"POST /api/collections/{collection}/request-password-reset": Mail,
	"POST /api/collections/{collection}/request-email-change":   Mail,
	"POST /forgot":                          Mail,
	"POST /reset":                           Code,
	"POST /verify":                          Code,
	"POST /join":                            Code,
	"POST /api/auth/register/confirm":       Code,
	"POST /email":                           Code,
	"POST /api/auth/password/reset/confirm": Code,
	"POST /api/auth/email/verify/confirm":   Code,
	"POST /api/auth/email/change/confirm":   Code,
	"POST /api/collections/{collection}/confirm-verification":   Code,
	"POST /api/collections/{collection}/confirm-password-reset": Code,
	"POST /api/collections/{collection}/confirm-email-change":   Code,

	"POST /api/posts":                       Post,
	"POST /new":                             Post,
	"POST /api/posts/preview":               Preview,
	"POST /api/media":                       Upload,
	"POST /api/media/uploads":               Upload,
	"PATCH /api/media/uploads/{id}/content": File, // a film has many pieces
	"HEAD /api/media/uploads/{id}/content":  File,
	"POST /api/posts/{id}/comments":         Comment,
	"POST /posts/{id}/comments":             Comment,
	"POST /api/comments/{id}/reply":         Comment,

	"POST /api/conversations/{id}/messages": Message,
	"POST /messages/{username}":             Message,
	"POST /api/conversations/{id}/typing":   Typing,

	"POST /api/push/test":               Push,
	"POST /settings/notifications/test": Push,

	"POST /api/posts/{id}/like":       Social,
	"DELETE /api/posts/{id}/like":     Social,
	"DELETE /api/posts/{id}/unlike":   Social,
	"POST /posts/{id}/like":           Social,
	"POST /api/posts/{id}/bookmark":   Social,
	"DELETE /api/posts/{id}/bookmark": Social,
	"POST /posts/{id}/bookmark":       Social,
	"POST /api/users/{id}/follow":     Social,
	"DELETE /api/users/{id}/follow":   Social,
	"DELETE /api/users/{id}/unfollow": Social,
	"POST /users/{id}/follow":         Social,
	"POST /users/{id}/mute":           Social,
	"POST /users/{id}/block":          Social,
	"POST /settings/requests/{id}":    Social,
	"POST /api/users/{id}/mute":       Social,
	"DELETE /api/users/{id}/mute":     Social,
	"POST /api/users/{id}/block":      Social,
	"DELETE /api/users/{id}/block":    Social,

	"POST /api/users/me/follow-requests/{id}":   Social,
	"DELETE /api/users/me/follow-requests/{id}": Social,

	"GET /api/auth/export":        Mail, // costs as much
	"GET /settings/data/download": Mail,

	"GET /api/search":    Search,
	"GET /search":        Search,
	"GET /api/realtime":  Stream,
	"POST /api/realtime": Stream,

	"POST /media/{id}/captions":                         Upload,
	"PUT /api/media/{id}/captions/{language}/track.vtt": Upload,
	"GET /api/media/{id}/captions/{language}/track.vtt": File,
	"GET /api/media/{id}/stream":                        File,
	"GET /api/media/{id}/thumbnail":                     File,
	"GET /api/media/{id}/hls/master.m3u8":               File,
	"GET /api/media/{id}/hls/{size}/{file}":             File, // a player asks for a piece every few seconds
	"GET /api/media/{id}/rendition.mp4":                 File,
	"GET /api/media/{id}/sprite.jpg":                    File,
	"GET /api/media/{id}/sprite.vtt":                    File,
	"GET /api/files/{collection}/{recordId}/{filename}": File,

	"GET /assets/{version}/{path...}":  Free,
	"GET /favicon.svg":                 Free,
	"GET /robots.txt":                  Free,
	"GET /api/health":                  Free,
	"GET /api/schema/assets/{path...}": Free,
	"GET /_/{path...}":                 Free,
}

// byCreated names the class of making a record on PocketBase's own routes.
var byCreated = map[string]Class{
	collections.Users: SignUp, collections.Posts: Post, collections.Media: Upload, collections.Comments: Comment, collections.Messages: Message, collections.Reports: Report,
	collections.Likes: Social, collections.Bookmarks: Social, collections.Follows: Social, collections.FollowRequests: Social, collections.Mutes: Social, collections.Blocks: Social,
}

const recordsPattern = "/api/collections/{collection}/records"

// classOf is the class of a request that the router matched.
func classOf(e *core.RequestEvent, said *body) Class {
	r := e.Request
	pattern := strings.TrimSuffix(r.Pattern, "/{$}")
	method, path, _ := strings.Cut(pattern, " ")
	switch class, named := byPattern[pattern]; {
	case class == Login && said.Challenge != "":
		return Code // the second step of a sign-in
	case named:
		return class
	case strings.HasPrefix(path, recordsPattern):
		return classOfRecords(e.App, method, r.PathValue("collection"), said.OldPassword != "")
	case pattern == "GET /api/posts" || pattern == "GET /api/users":
		if r.URL.Query().Get("search") != "" {
			return Search
		}
	}
	switch {
	case reads(r.Method):
		return Read
	case strings.HasPrefix(path, "/api/auth/"):
		return Password
	}
	return Write
}

// classOfRecords is the class of a request for records on PocketBase's own routes, or of one in a batch.
func classOfRecords(app core.App, method, collection string, withPassword bool) Class {
	if reads(method) {
		return Read
	}
	c, err := app.FindCachedCollectionByNameOrId(collection)
	if err != nil {
		return Write
	}
	class, named := byCreated[c.Name]
	switch {
	case c.Name == collections.Users && method == http.MethodPatch && withPassword:
		return Password
	case named && method != http.MethodPatch && (method != http.MethodDelete || class == Social):
		return class
	}
	return Write
}

func reads(method string) bool {
	return method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions
}
