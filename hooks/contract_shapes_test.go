package hooks_test

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// A kind says what is wrong with a value of an answer, "" when nothing is.
type kind func(v any) string

func ofType[T any](name string) kind {
	return func(v any) string {
		if _, ok := v.(T); !ok {
			return fmt.Sprintf("%v is not a %s", v, name)
		}
		return ""
	}
}

var (
	aText   = ofType[string]("text")
	aNumber = ofType[float64]("number")
	aBool   = ofType[bool]("boolean")
)

var idPattern = regexp.MustCompile(`^[a-z0-9]{15}$`)

func anID(v any) string {
	if s, _ := v.(string); !idPattern.MatchString(s) {
		return fmt.Sprintf("%v is not an id", v)
	}
	return ""
}

// aTime is RFC 3339 in UTC.
func aTime(v any) string {
	s, _ := v.(string)
	if _, err := time.Parse(time.RFC3339Nano, s); err != nil || !strings.HasSuffix(s, "Z") {
		return fmt.Sprintf("%v is not a time in UTC", v)
	}
	return ""
}

func oneOfTexts(values ...string) kind {
	return func(v any) string {
		if s, _ := v.(string); !slices.Contains(values, s) {
			return fmt.Sprintf("%v is none of %v", v, values)
		}
		return ""
	}
}

// orEmpty is a kind of text that may be "".
func orEmpty(k kind) kind {
	return func(v any) string {
		if v == "" {
			return ""
		}
		return k(v)
	}
}

func orNull(k kind) kind {
	return func(v any) string {
		if v == nil {
			return ""
		}
		return k(v)
	}
}

func listOf(k kind) kind {
	return func(v any) string {
		list, ok := v.([]any)
		if !ok {
			return fmt.Sprintf("%v is not a list", v)
		}
		for i, item := range list {
			if wrong := k(item); wrong != "" {
				return fmt.Sprintf("[%d]: %s", i, wrong)
			}
		}
		return ""
	}
}

// object has exactly these keys.
type object map[string]kind

func (o object) kind(v any) string {
	m, ok := v.(map[string]any)
	if !ok {
		return fmt.Sprintf("%v is not an object", v)
	}
	var wrong []string
	for _, key := range slices.Sorted(maps.Keys(o)) {
		value, has := m[key]
		if !has && o[key](absent{}) == "" {
			continue
		}
		if !has {
			wrong = append(wrong, key+" is missing")
		} else if problem := o[key](value); problem != "" {
			wrong = append(wrong, key+": "+problem)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(m)) {
		if o[key] == nil {
			wrong = append(wrong, key+" is too much")
		}
	}
	return strings.Join(wrong, "; ")
}

// absent stands for a field that isn't there; maybe is a field that may be so.
type absent struct{}

func maybe(k kind) kind {
	return func(v any) string {
		if v == any(absent{}) {
			return ""
		}
		return k(v)
	}
}

func (o object) with(more object) object {
	all := maps.Clone(o)
	maps.Copy(all, more)
	return all
}

// The shapes of the contract.
var (
	userBriefShape = object{"id": anID, "username": aText, "name": aText, "profile_image": aText, "is_verified": aBool}
	userShape      = userBriefShape.with(object{
		"bio": aText, "role": oneOfTexts("member", "premium", "creator", "moderator", "admin"),
		"followers_count": aNumber, "following_count": aNumber, "posts_count": aNumber,
		"is_following": aBool, "is_followed_by": aBool, "created_at": aTime,
		"approves_followers": aBool, "is_requested": aBool, // beyond the contract's list
	})
	ownUserShape = userShape.with(object{"email": aText, "phone": aText, "locale": aText, "messages_from": aText, "verified": aBool, "totp_enabled": aBool, "tags_apart": aBool, "recommendations_off": aBool})
	mediaShape   = object{
		"id": anID, "media_type": oneOfTexts("image", "audio", "video"), "url": aText, "stream_url": aText, "thumbnail_url": aText,
		"file_size": aNumber, "mime_type": aText, "width": aNumber, "height": aNumber, "duration": aNumber, "placeholder": aText,
		"alt_text": aText, "status": oneOfTexts("processing", "ready", "failed"), "created_at": aTime,
		"hls_url": aText, "sprite_url": aText, "renditions": listOf(ofType[map[string]any]("object")), "captions": listOf(ofType[map[string]any]("object")), // beyond the contract's list
		"title": maybe(aText), "artist": maybe(aText), "peaks": maybe(listOf(aNumber)), // of sounds, beyond the contract's list
	}
	postShape = object{
		"id": anID, "title": aText, "excerpt": aText, "author": userBriefShape.kind, "media": listOf(mediaShape.kind), "tags": listOf(aText),
		"visibility": oneOfTexts("public", "followers", "private"), "is_public": aBool, "status": oneOfTexts("draft", "scheduled", "published"),
		"published_at": orEmpty(aTime), "content_warning": aText, "view_count": aNumber, "likes_count": aNumber, "comments_count": aNumber,
		"is_liked": aBool, "is_bookmarked": aBool, "created_at": aTime, "updated_at": aTime, "edited_at": orEmpty(aTime),
		"publish_at": orEmpty(aTime), "is_hidden": aBool, // beyond the contract's list
	}
	postDetailShape = postShape.with(object{"content": aText, "content_html": aText})
	replyShape      = object{
		"id": anID, "post": anID, "parent": orEmpty(anID), "author": userBriefShape.kind, "content": aText, "replies_count": aNumber,
		"replies": listOf(ofType[map[string]any]("object")), "is_deleted": aBool, "created_at": aTime, "updated_at": aTime,
		"is_hidden": aBool, // beyond the contract's list
	}
	commentShape  = replyShape.with(object{"replies": listOf(replyShape.kind)})
	tokensShape   = object{"access": aText, "refresh": aText, "access_expires_at": aTime, "refresh_expires_at": aTime}
	signedInShape = tokensShape.with(object{"user": ownUserShape.kind})
	sessionShape  = object{"id": anID, "user_agent": aText, "ip": aText, "created_at": aTime, "last_used_at": aTime, "current": aBool}
	likedShape    = object{"is_liked": aBool, "likes_count": aNumber}
	keptShape     = object{"is_bookmarked": aBool}
	followedShape = object{"is_following": aBool, "is_requested": aBool, "followers_count": aNumber}
	dayShape      = object{"date": aText, "views": aNumber, "likes": aNumber, "comments": aNumber}
	overviewShape = object{
		"total_users": aNumber, "total_posts": aNumber, "total_likes": aNumber, "total_comments": aNumber, "total_views": aNumber,
		"total_media": aNumber, "today_posts": aNumber, "today_users": aNumber,
		"active_users_24h": aNumber, "active_users_7d": aNumber, "active_users_30d": aNumber,
	}
	postStatsShape = object{
		"view_count": aNumber, "unique_viewers": aNumber, "likes_count": aNumber, "comments_count": aNumber, "bookmarks_count": aNumber,
		"engagement_rate": aNumber, "series": listOf(dayShape.kind),
		"referrers": listOf(object{"host": aText, "views": aNumber}.kind),
	}
	ownStatsShape = object{
		"followers_count": aNumber, "following_count": aNumber, "posts_count": aNumber, "total_likes": aNumber, "total_views": aNumber,
		"total_comments": aNumber, "series": listOf(dayShape.kind), "top_posts": listOf(postShape.kind),
	}
	facetShape  = listOf(object{"value": aText, "count": aNumber}.kind)
	facetsShape = object{"tags": facetShape, "authors": facetShape, "media_types": facetShape, "months": facetShape}
	found       = object{"score": aNumber, "highlights": ofType[map[string]any]("object")}
)

// pageOf is the shape of a list.
func pageOf(row object) object {
	return object{"count": orNull(aNumber), "next": orNull(aText), "previous": orNull(aText), "results": listOf(row.kind)}
}

// foundOf is the shape of a page of a search.
func foundOf(row object) object {
	return pageOf(row.with(found)).with(object{"facets": facetsShape.kind})
}

// shows fails the test unless the answer has exactly that shape.
func (a *reply) shows(o object) *reply {
	a.t.Helper()
	if wrong := o.kind(a.json); wrong != "" {
		a.t.Errorf("%s: %s", a.what, wrong)
	}
	return a
}

// some is shows for a list that may not be empty, since an empty one shows nothing.
func (a *reply) some(o object) *reply {
	a.t.Helper()
	if len(a.shows(o).rows()) == 0 {
		a.t.Errorf("%s: an empty list", a.what)
	}
	return a
}

func TestContractShapesTellTheDifference(t *testing.T) {
	brief := map[string]any{"id": "abcdefghijklmno", "username": "a", "name": "A", "profile_image": "", "is_verified": false}
	equal(t, "a brief", userBriefShape.kind(brief), "")
	delete(brief, "name")
	brief["email"] = "a@example.com"
	equal(t, "a wrong brief", userBriefShape.kind(brief), "name is missing; email is too much")
}
