package collections

import (
	"github.com/pocketbase/pocketbase/core"
)

// Posts is the collection of posts.
const Posts = "posts"

// Visibility says for whom a post is.
const (
	Public    = "public"
	Followers = "followers"
	Private   = "private"
)

// Status says how far a post is.
const (
	Draft     = "draft"
	Scheduled = "scheduled"
	Published = "published"
	Removed   = "removed" // in the moderators' trash; nobody but superusers sees it
)

// Limits of a post, in characters or pieces.
const (
	MaxContent   = 50_000
	MaxTags      = 10
	MaxTagLength = 50
	MaxMedia     = 10
)

// Post is a typed view of a record of [Posts].
type Post struct{ core.BaseRecordProxy }

// PostOf wraps r.
func PostOf(r *core.Record) *Post {
	p := &Post{}
	p.SetProxyRecord(r)
	return p
}

// FindPost finds the post with that id; sql.ErrNoRows when there is none.
// It doesn't ask who may see it: see [Viewer.Sees].
func FindPost(app core.App, id string) (*Post, error) {
	r, err := app.FindRecordById(Posts, id)
	if err != nil {
		return nil, err
	}
	return PostOf(r), nil
}

func (p *Post) Author() string     { return p.GetString("author") }
func (p *Post) Title() string      { return p.GetString("title") }
func (p *Post) Content() string    { return p.GetString("content") }
func (p *Post) Visibility() string { return p.GetString("visibility") }
func (p *Post) Status() string     { return p.GetString("status") }
func (p *Post) IsHidden() bool     { return p.GetBool("is_hidden") }
func (p *Post) HiddenBy() string   { return p.GetString("hidden_by") }

// IsRemoved reports whether the post lies in the trash.
func (p *Post) IsRemoved() bool { return p.Status() == Removed }

// Tags are the names of the post's tags, in the author's order.
func (p *Post) Tags() []string {
	tags := []string{}
	if err := p.UnmarshalJSONField("tags", &tags); err != nil {
		return []string{}
	}
	return tags
}

// Standing is what of the post decides who may see it.
func (p *Post) Standing() Standing {
	return Standing{Author: p.Author(), Status: p.Status(), Visibility: p.Visibility(), Hidden: p.IsHidden()}
}

// InPublic reports whether everybody may see the post.
func (p *Post) InPublic() bool { return p.Standing().InPublic() }
