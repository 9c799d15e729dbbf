package collections

import (
	"database/sql"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
)

// Reach is what of a medium decides who may see it: whose it is, how its post stands, nil while it is in none, and
// in which message it is, "" in none.
type Reach struct {
	ID, Owner string
	Post      *Standing
	Message   string
}

// Reach of the medium; sql.ErrNoRows when its post is gone.
func (m *Medium) Reach(app core.App) (Reach, error) {
	r := Reach{ID: m.Id, Owner: m.Owner(), Message: m.Message()}
	if m.Post() == "" {
		return r, nil
	}
	post, err := FindPost(app, m.Post())
	if err != nil {
		return r, err
	}
	standing := post.Standing()
	r.Post = &standing
	return r, nil
}

// InPublic reports whether everybody may see the medium.
func (r Reach) InPublic() bool { return r.Post != nil && r.Post.InPublic() }

// SeesMedium reports whether v is the medium's owner or may see its post or its message.
func (v Viewer) SeesMedium(app core.App, r Reach) (bool, error) {
	if v.Superuser || v.ID != "" && v.ID == r.Owner && (r.Post == nil || r.Post.Status != Removed) {
		return true, nil
	}
	if r.Message != "" {
		return v.seesMessageMedia(app, r.Message)
	}
	if r.Post == nil {
		return false, nil
	}
	return v.SeesWhat(app, *r.Post)
}

// Stream is what streaming a medium takes.
type Stream struct {
	Reach
	File, MIME string
}

// FindStream reads that in one query, for a player asks for hundreds of ranges: records of the medium and of its post, with all
// their fields, take five times as long. sql.ErrNoRows when there is no such medium, or its post is gone.
func FindStream(app core.App, id string) (Stream, error) {
	s := Stream{Reach: Reach{ID: id}}
	var post string
	var found bool
	var standing Standing
	err := app.DB().NewQuery(`SELECT m.owner, m.file, m.mime_type, m.post, m.message, p.id IS NOT NULL,
			COALESCE(p.author, ''), COALESCE(p.status, ''), COALESCE(p.visibility, ''), COALESCE(p.is_hidden, FALSE)
		FROM media m LEFT JOIN posts p ON p.id = m.post WHERE m.id = {:id}`).Bind(dbx.Params{"id": id}).
		Row(&s.Owner, &s.File, &s.MIME, &post, &s.Message, &found, &standing.Author, &standing.Status, &standing.Visibility, &standing.Hidden)
	if err != nil {
		return Stream{}, err
	}
	if post != "" {
		s.Post = &standing
		if !found {
			return Stream{}, sql.ErrNoRows
		}
	}
	return s, nil
}
