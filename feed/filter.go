package feed

import (
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pocketbase/dbx"
	validation "github.com/pocketbase/ozzo-validation/v4"

	"madang/collections"
	"madang/present"
	"madang/text"
)

// Filter narrows and orders a list of posts. Zero values don't narrow.
type Filter struct {
	Author        string // username
	IsPublic      *bool
	Visibility    string
	CreatedAfter  time.Time // inclusive
	CreatedBefore time.Time // exclusive
	Tag           string
	MediaType     string
	HasMedia      *bool
	IsFeatured    *bool
	Search        string
	Order         []present.Key // none: the newest first, or the best match
}

// ListParams are the query parameters of GET /api/posts.
type ListParams struct {
	present.PageParams
	Author        string `query:"author" description:"username"`
	IsPublic      bool   `query:"is_public"`
	Visibility    string `query:"visibility" enum:"public,followers,private"`
	CreatedAfter  string `query:"created_after" description:"date (in the instance's zone) or RFC 3339 time, inclusive"`
	CreatedBefore string `query:"created_before" description:"date or time, exclusive"`
	Tag           string `query:"tag"`
	MediaType     string `query:"media_type" enum:"image,audio,video"`
	HasMedia      bool   `query:"has_media"`
	IsFeatured    bool   `query:"is_featured" description:"what the operators feature, or what they don't"`
	Search        string `query:"search" description:"full text over title, content, tags and author"`
	Ordering      string `query:"ordering" description:"created_at, view_count, likes_count, comments_count, each with - to descend, several by comma"`
}

var newestFirst = []present.Key{{Column: "posts.created_at", Desc: true}}

// orderings are the columns that a client may order by.
var orderings = []string{"created_at", "view_count", "likes_count", "comments_count"}

func (s *Service) parseFilter(q url.Values) (Filter, error) {
	problems := validation.Errors{}
	f := Filter{
		Author: strings.ToLower(strings.TrimPrefix(q.Get("author"), "@")),
		Tag:    text.Tag(q.Get("tag")), Search: strings.TrimSpace(q.Get("search")),
	}
	f.Visibility = oneOf(q, "visibility", problems, collections.Public, collections.Followers, collections.Private)
	f.MediaType = oneOf(q, "media_type", problems, collections.Image, collections.Audio, collections.Video)
	f.IsPublic, f.HasMedia = boolean(q, "is_public", problems), boolean(q, "has_media", problems)
	f.IsFeatured = boolean(q, "is_featured", problems)
	f.CreatedAfter, f.CreatedBefore = s.moment(q, "created_after", problems), s.moment(q, "created_before", problems)
	f.Order = ordering(q.Get("ordering"), problems)
	if len(problems) > 0 {
		return f, present.BadQuery(problems)
	}
	return f, nil
}

func oneOf(q url.Values, name string, problems validation.Errors, allowed ...string) string {
	value := q.Get(name)
	if value != "" && !slices.Contains(allowed, value) {
		problems[name] = validation.NewError("validation_in_invalid", "Must be one of "+strings.Join(allowed, ", ")+".")
	}
	return value
}

func boolean(q url.Values, name string, problems validation.Errors) *bool {
	if q.Get(name) == "" {
		return nil
	}
	value, err := strconv.ParseBool(strings.ToLower(q.Get(name)))
	if err != nil {
		problems[name] = validation.NewError("validation_invalid_bool", "Must be true or false.")
	}
	return &value
}

// moment reads an RFC 3339 time, or a bare date as its first moment in the configured zone.
func (s *Service) moment(q url.Values, name string, problems validation.Errors) time.Time {
	value := q.Get(name)
	if value == "" {
		return time.Time{}
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02T15:04", time.DateTime, time.DateOnly} {
		// note: an unescaped + of a zone arrives as a space
		for _, v := range []string{value, strings.Replace(value, " ", "+", 1)} {
			if t, err := time.ParseInLocation(layout, v, s.Zone); err == nil {
				return t
			}
		}
	}
	problems[name] = validation.NewError("validation_invalid_date", "Must be a date (2025-01-31) or a time (2025-01-31T12:00:00Z).")
	return time.Time{}
}

func ordering(value string, problems validation.Errors) []present.Key {
	var keys []present.Key
	if value == "" {
		return nil
	}
	seen := map[string]bool{}
	for _, part := range strings.Split(value, ",") {
		name, desc := strings.CutPrefix(strings.TrimSpace(part), "-")
		if !slices.Contains(orderings, name) || seen[name] {
			problems["ordering"] = validation.NewError("validation_invalid_ordering",
				"Must be of "+strings.Join(orderings, ", ")+", each once, with - to descend.")
			return nil
		}
		seen[name] = true
		keys = append(keys, present.Key{Column: "posts." + name, Desc: desc})
	}
	return keys
}

// isAll reports whether f leaves nothing out, but perhaps what isn't for everybody or hasn't a tag.
func (f Filter) isAll() bool {
	f.Order = nil
	all := Filter{Visibility: f.Visibility, IsPublic: f.IsPublic, Tag: f.Tag}
	return reflect.DeepEqual(f, all) && (f.Visibility == "" || f.Visibility == collections.Public) && (f.IsPublic == nil || *f.IsPublic)
}

// ways is in how many ways f narrows the posts down, of those of which numbers are kept: an author, a tag, media, a span of time; known is
// false when it does so in others.
func (f Filter) ways() (n int, known bool) {
	whole := f
	whole.Author, whole.HasMedia, whole.MediaType, whole.CreatedAfter, whole.CreatedBefore = "", nil, "", time.Time{}, time.Time{}
	n = len(f.media())
	if f.Author != "" {
		n++
	}
	if f.Tag != "" {
		n++
	}
	if !f.CreatedAfter.IsZero() || !f.CreatedBefore.IsZero() {
		n++
	}
	return n, whole.isAll()
}

// costliest names the parameter by which a list may have to go through all posts; "" for one that is read off an index: all of
// them, those of a person, a tag, a span of time or with media, or what a search found, and not far from the beginning.
func (f Filter) costliest(page present.Page) string {
	ways, known := f.ways()
	switch {
	case f.Author != "", f.Search != "", known && ways <= 1 && len(f.Order) == 0 && page.Number <= nearPages:
		return ""
	case f.HasMedia != nil:
		return "has_media"
	case f.MediaType != "":
		return "media_type"
	case f.IsFeatured != nil:
		return "is_featured"
	case !f.CreatedAfter.IsZero():
		return "created_after"
	case !f.CreatedBefore.IsZero():
		return "created_before"
	case !f.isAll() && f.Visibility != "":
		return "visibility"
	case !f.isAll():
		return "is_public"
	case len(f.Order) > 1:
		return "ordering"
	case page.Number > nearPages:
		return "page"
	}
	return ""
}

// nearPages are the pages of a list that are read soon.
const nearPages = 50

// newestTagged is the order of what [Filter.walksTag] walks.
var newestTagged = present.Key{Column: "post_tags.created_at", Desc: true}

// walksTag reports whether f wants the newest posts with a tag, be it all of them or those without media: those are read one by
// one from an index of the tag's posts by time. SQLite would read and sort all posts of the tag, or go through those of all tags.
func (f Filter) walksTag() bool {
	whole := f
	if f.hasNoMedia() {
		whole.HasMedia = nil
	}
	return f.Tag != "" && len(f.Order) == 0 && whole.isAll()
}

// searchesAll reports whether f wants what a search finds, all of it.
func (f Filter) searchesAll() bool { return reflect.DeepEqual(f, Filter{Search: f.Search}) }

// hasNoMedia reports whether f wants posts without media, which most are.
func (f Filter) hasNoMedia() bool { return f.HasMedia != nil && !*f.HasMedia }

// order is how the list is ordered, nil for the newest first.
func (f Filter) order() []present.Key {
	if f.walksTag() {
		return []present.Key{newestTagged}
	}
	return f.Order
}

// onlyPublic reports whether f wants what is for everybody alone.
func (f Filter) onlyPublic() bool {
	return f.Visibility == collections.Public || f.IsPublic != nil && *f.IsPublic
}

// leavesOutPublic reports whether f wants nothing that is for everybody.
func (f Filter) leavesOutPublic() bool {
	return f.Visibility != "" && f.Visibility != collections.Public || f.IsPublic != nil && !*f.IsPublic
}

// media are what the posts are to have of media, as [collections.Has] takes it.
func (f Filter) media() (all []string) {
	if f.MediaType != "" {
		all = append(all, f.MediaType)
	}
	switch {
	case f.hasNoMedia():
		all = append(all, collections.NoMedia)
	case f.HasMedia != nil:
		all = append(all, collections.AnyMedia)
	}
	return all
}

// narrow adds the filter's conditions to a query over posts.
func (f Filter) narrow(q *dbx.SelectQuery) {
	if f.Author != "" {
		q.AndWhere(dbx.NewExp("posts.author = (SELECT id FROM users WHERE username = {:author})", dbx.Params{"author": f.Author}))
	}
	if f.Visibility != "" {
		q.AndWhere(dbx.HashExp{"posts.visibility": f.Visibility})
	}
	if f.IsPublic != nil {
		op := " = "
		if !*f.IsPublic {
			op = " != "
		}
		q.AndWhere(dbx.NewExp("posts.visibility"+op+"{:public}", dbx.Params{"public": collections.Public}))
	}
	if !f.CreatedAfter.IsZero() {
		q.AndWhere(dbx.NewExp("posts.created_at >= {:from}", dbx.Params{"from": collections.Stamp(f.CreatedAfter)}))
	}
	if !f.CreatedBefore.IsZero() {
		q.AndWhere(dbx.NewExp("posts.created_at < {:until}", dbx.Params{"until": collections.Stamp(f.CreatedBefore)}))
	}
	switch {
	case f.walksTag():
		q.From("post_tags").Join("CROSS JOIN", "posts", dbx.NewExp("posts.id = post_tags.post")).AndWhere(dbx.HashExp{"post_tags.tag": f.Tag})
	case f.Tag != "" && len(f.media()) > 0 && !f.hasNoMedia(): // the sign: by the index of those with media, which few are
		q.AndWhere(dbx.NewExp("+posts.id IN (SELECT post FROM post_tags WHERE tag = {:tag})", dbx.Params{"tag": f.Tag}))
	case f.Tag != "":
		q.AndWhere(dbx.NewExp("posts.id IN (SELECT post FROM post_tags WHERE tag = {:tag})", dbx.Params{"tag": f.Tag}))
	}
	for _, media := range f.media() {
		q.AndWhere(dbx.NewExp(collections.Has(media)))
	}
	if f.IsFeatured != nil {
		op := " = ''"
		if *f.IsFeatured {
			op = " != ''"
		}
		q.AndWhere(dbx.NewExp("posts.featured_at" + op))
	}
}

// valueOf is what p has in a column of its list's order, as stored.
func valueOf(p present.Post, column string) any {
	switch column {
	case "posts.created_at", newestTagged.Column:
		return present.Stored(p.CreatedAt)
	case "posts.updated_at":
		return present.Stored(p.UpdatedAt)
	case "posts.publish_at":
		return present.Stored(p.PublishAt)
	case "posts.view_count":
		return p.ViewCount
	case "posts.likes_count":
		return p.LikesCount
	case "posts.comments_count":
		return p.CommentsCount
	}
	return p.ID
}
