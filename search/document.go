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

// Access levels as indexed; see Audience for who may see which.
const (
	accessPublic    = "public"    // published, not hidden, public: everyone
	accessFollowers = "followers" // published, not hidden, followers: the author's followers
	accessPrivate   = "private"   // published, but private or hidden by moderation: author and staff
	accessOwn       = "own"       // its author alone
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

// values are what columns are read from and restrictions name.
func (e entry) values() []named {
	d := e.document
	out := []named{
		{fieldKind, kindOf(d.Kind)}, {fieldUsername, fold(d.AuthorUsername)}, {fieldMonth, d.CreatedAt.Format("2006-01")},
		{fieldGate, gateOf(d)}, {fieldCreated, createdTerm(d.CreatedAt)},
	}
	for _, t := range e.tags {
		out = append(out, named{fieldTag, fold(t)})
	}
	for _, m := range d.MediaTypes {
		out = append(out, named{fieldMedia, m})
	}
	return out
}

// gateOf is all that is read of a hit to decide who sees it, as one value: access level, weight, author, owner.
func gateOf(d Document) string {
	owner := d.OwnerID
	if owner == "" {
		owner = d.AuthorID
	}
	return accessOf(d) + "/" + strconv.Itoa(weightOf(d.Likes, d.Views)) + "/" + d.AuthorID + "/" + owner
}

func accessOf(d Document) string {
	switch {
	case d.Visibility == VisibilityOwn:
		return accessOwn
	case d.Hidden:
		return accessPrivate
	case d.Visibility == accessPublic, d.Visibility == accessFollowers:
		return d.Visibility
	default: // private, and anything this version doesn't know
		return accessPrivate
	}
}

// weightOf turns popularity into percent added to a hit's score: gentle and capped at 25, so it orders
// equals and never lifts a poor match over a good one. 8 likes give 5, 1,024 give 18. Only powers of two count: between
// them the log needn't tell of a like or a view.
func weightOf(likes, views int) int {
	w := 6*math.Log10(1+float64(step(likes))) + math.Log10(1+float64(step(views)))
	return min(25, int(w))
}

// step is the highest power of two that is no more than n, 0 for none.
func step(n int) int {
	if n < 1 {
		return 0
	}
	return 1 << (bits.Len(uint(n)) - 1)
}

// validate refuses what would silently break the index.
func (o Op) validate() error {
	if o.ID == "" || o.Kind == "" {
		return fmt.Errorf("index change without id or kind: %q", o.key())
	}
	return nil
}
