package search

import (
	"fmt"
	"math"
	"math/bits"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Kinds of documents. They share the index; a search is of one of them, posts unless it says otherwise.
const (
	KindPost    = "post"
	KindUser    = "user"    // Title is the name, AuthorUsername the username
	KindTag     = "tag"     // Title is the name; Likes the number of public posts
	KindComment = "comment" // Content is the text, OwnerID the author of the post
	KindMedia   = "media"   // Title is a sound's, Content the artist and the alt text, Tags the post's
)

func kinds() []string { return []string{KindPost, KindUser, KindTag, KindComment, KindMedia} }

// kindNumber is a kind as a row has it, 0 for one that isn't known.
func kindNumber(kind string) uint8 { return uint8(slices.Index(kinds(), kind) + 1) }

func mediaTypes() []string { return []string{"image", "audio", "video"} }

// statusPublished is the one status that is ever indexed: drafts and scheduled posts are not searched.
const statusPublished = "published"

// Visibilities that aren't private.
const (
	visiblePublic    = "public"
	visibleFollowers = "followers"
)

// VisibilityOwn is the visibility of what nobody but its author finds, staff neither: media that no post has.
const VisibilityOwn = "own"

// Document is what the index keeps of one record. Content is plain text, without markup.
// Months in facets are counted in the location that CreatedAt carries.
type Document struct {
	ID             string
	Kind           string // KindPost when empty
	Title          string
	Content        string
	Tags           []string // without '#'
	AuthorID       string
	AuthorUsername string
	AuthorName     string
	OwnerID        string // whose followers may see it, when that isn't the author
	Visibility     string // public, followers, private or VisibilityOwn
	Status         string // only "published" is indexed
	Hidden         bool   // hidden by moderation
	MediaTypes     []string
	CreatedAt      time.Time
	Likes          int
	Views          int
}

// Op is one change of the index: Document set means index it, nil means delete Kind and ID.
// A document that is not published is deleted too, so a post taken back to draft disappears.
type Op struct {
	Kind     string
	ID       string
	Document *Document
}

// IndexOp makes the change that adds or replaces d.
func IndexOp(d Document) Op {
	return Op{Kind: kindOf(d.Kind), ID: d.ID, Document: &d}
}

// DeleteOp makes the change that removes a document; removing one that isn't there is no error.
func DeleteOp(kind, id string) Op {
	return Op{Kind: kindOf(kind), ID: id}
}

func kindOf(kind string) string {
	if kind == "" {
		return KindPost
	}
	return kind
}

// key is the document's id in Bleve: ids of different kinds may be equal.
func (o Op) key() string { return o.Kind + "/" + o.ID }

// removes reports whether the change leaves nothing in the index.
func (o Op) removes() bool {
	return o.Document == nil || o.Document.Status != statusPublished
}

// splitKey is the inverse of Op.key.
func splitKey(key string) (kind, id string) {
	kind, id, found := strings.Cut(key, "/")
	if !found {
		return "", key
	}
	return kind, id
}

// entry is a Document as it is indexed (builder.go).
type entry struct {
	all, title, person, typing string
	tags                       []string
	document                   Document
}

// partBreak stands between the parts of what is stored of a document: title, tags and people, text. No phrase
// reaches over it.
const partBreak = "\n\x1e\n"

func entryOf(d Document) entry {
	e := entry{title: tidy(d.Title), person: tidy(d.AuthorName + " " + d.AuthorUsername), document: d}
	for _, tag := range d.Tags {
		e.tags = append(e.tags, tidy(tag))
	}
	between := append(slices.Clone(e.tags), e.person)
	e.all = strings.Join([]string{e.title, strings.Join(between, partBreak), tidy(d.Content)}, partBreak)
	e.typing = e.title
	if d.Kind == KindUser {
		e.typing = e.person
	}
	return e
}

// tidy is normalised text without partBreak's sign.
func tidy(text string) string { return strings.ReplaceAll(normalize(text), partBreak[1:2], " ") }

// headOf is what is stored without the content.
func headOf(all string) string { return all[:max(0, strings.LastIndex(all, partBreak))] }

// partsOf takes what is stored apart again.
func partsOf(all string) (title, content string) {
	first, last := strings.Index(all, partBreak), strings.LastIndex(all, partBreak)
	if first < 0 {
		return all, ""
	}
	return all[:first], all[last+len(partBreak):]
}

// named is a value of a field.
type named struct{ name, value string }

// ranking are the texts of rankingFields.
func (e entry) ranking() []named {
	return []named{{fieldTitle, e.title}, {fieldTagText, strings.Join(e.tags, "\n")}, {fieldPerson, e.person}}
}

// keyword is a field of values that are taken whole.
type keyword struct {
	name   string
	values []string
}

// keywords are what restrictions name.
func (e entry) keywords() []keyword {
	out := []keyword{{fieldUsername, []string{fold(e.document.AuthorUsername)}}}
	if tags := e.foldedTags(); len(tags) > 0 {
		out = append(out, keyword{fieldTag, tags})
	}
	return out
}

func (e entry) foldedTags() []string {
	out := make([]string, len(e.tags))
	for i, t := range e.tags {
		out[i] = fold(t)
	}
	return out
}

// rowSeparator stands between the values of a row, and between tags; it is in no text that was tidied.
const rowSeparator = "\x1e"

// row is all that is read of every hit, as one value: access, weight, time, month, media, author, owner, username and
// tags. See columns.set for its inverse. It has no byte that UTF-8 hasn't, so none that Bleve ends values with.
func (e entry) row() []byte {
	d := e.document
	owner := d.OwnerID
	if owner == "" {
		owner = d.AuthorID
	}
	values := []string{
		strconv.Itoa(int(accessOf(d))), strconv.Itoa(weightOf(d.Likes, d.Views)), createdTerm(d.CreatedAt), d.CreatedAt.Format("2006-01"),
		strconv.Itoa(int(mediaBits(d.MediaTypes))), tidy(d.AuthorID), tidy(owner), tidy(fold(d.AuthorUsername)),
	}
	return []byte(strings.Join(append(values, e.foldedTags()...), rowSeparator))
}

// mediaBits has a bit for each of mediaTypes.
func mediaBits(types []string) (bits uint8) {
	for i, m := range mediaTypes() {
		if slices.Contains(types, m) {
			bits |= 1 << i
		}
	}
	return bits
}

func accessOf(d Document) uint8 {
	switch {
	case d.Visibility == VisibilityOwn:
		return rowOwn
	case d.Hidden:
		return rowPrivate
	case d.Visibility == visiblePublic:
		return rowPublic
	case d.Visibility == visibleFollowers:
		return rowFollowers
	default: // private, and anything this version doesn't know
		return rowPrivate
	}
}

// weightOf turns popularity into percent added to a hit's score: gentle and capped at 25, so it orders
// equals and never lifts a poor match over a good one. 16 likes give 7, 1,024 give 18. Only powers of four count: between
// them the log needn't tell of a like or a view.
func weightOf(likes, views int) int {
	w := 6*math.Log10(1+float64(step(likes))) + math.Log10(1+float64(step(views)))
	return min(25, int(w))
}

// step is the highest power of four that is no more than n, 0 below four.
func step(n int) int {
	if n < 4 {
		return 0
	}
	return 1 << ((bits.Len(uint(n)) - 1) &^ 1)
}

// validate refuses what would silently break the index.
func (o Op) validate() error {
	if o.ID == "" || o.Kind == "" {
		return fmt.Errorf("index change without id or kind: %q", o.key())
	}
	return nil
}
