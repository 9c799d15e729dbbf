package recommend

import (
	"madang/i18n"
)

// Reason is why something is recommended.
type Reason struct {
	Type string `json:"type" enum:"liked,bookmarked,tag,following,trending,followed_by,popular"`
	// Text says it in the language of the reader.
	Text string `json:"text"`
	// Post is what they liked or keep, when that is why and they still see it.
	Post *ReasonPost `json:"post,omitempty"`
	Tag  string      `json:"tag"` // when that is why

	source string // id of the post, before it is known whether it is still seen
}

// ReasonPost is the post of a reason.
type ReasonPost struct {
	ID    string `json:"id" db:"id"`
	Title string `json:"title" db:"title"`
}

// The reasons.
const (
	becauseLiked    = "liked"
	becauseKept     = "bookmarked"
	becauseTag      = "tag"
	becauseAuthor   = "following"
	becauseTrending = "trending"
	becauseFollowed = "followed_by"
	becausePopular  = "popular"
)

// in is the reason with its sentence in a language.
func (r Reason) in(lang i18n.Lang) Reason {
	switch {
	case r.Post != nil:
		r.Text = i18n.T(lang, "reason."+r.Type, r.Post.Title)
	case r.Type == becauseLiked || r.Type == becauseKept:
		r.Text = i18n.T(lang, "reason.taste") // what it was is gone, or no longer theirs to see
	case r.Type == becauseTag:
		r.Text = i18n.T(lang, "reason.tag", r.Tag)
	default:
		r.Text = i18n.T(lang, "reason."+r.Type)
	}
	return r
}
