package collections

import (
	"github.com/pocketbase/pocketbase/core"
)

// Media is the collection of pictures, sounds and films.
const Media = "media"

// Kinds of media.
const (
	Image = "image"
	Audio = "audio"
	Video = "video"
)

// FailedMedia is the status of a medium that arrived and can't be used; its failure says why.
const FailedMedia = "failed"

// Medium is a typed view of a record of [Media].
type Medium struct{ core.BaseRecordProxy }

// MediumOf wraps r.
func MediumOf(r *core.Record) *Medium {
	m := &Medium{}
	m.SetProxyRecord(r)
	return m
}

// FindMedium finds the medium with that id; sql.ErrNoRows when there is none.
func FindMedium(app core.App, id string) (*Medium, error) {
	r, err := app.FindRecordById(Media, id)
	if err != nil {
		return nil, err
	}
	return MediumOf(r), nil
}

func (m *Medium) Owner() string     { return m.GetString("owner") }
func (m *Medium) Post() string      { return m.GetString("post") }
func (m *Medium) Message() string   { return m.GetString("message") }
func (m *Medium) Kind() string      { return m.GetString("media_type") }
func (m *Medium) MIME() string      { return m.GetString("mime_type") }
func (m *Medium) File() string      { return m.GetString("file") }
func (m *Medium) Thumbnail() string { return m.GetString("thumbnail") }
func (m *Medium) Sprite() string    { return m.GetString("sprite") } // a film's frames for a seek bar

// Renditions are what was made of a film for a use.
func (m *Medium) Renditions(use string) ([]Rendition, error) {
	return Renditions([]byte(m.GetString("renditions")), use)
}

// Captions are what is said and heard in it, by language.
func (m *Medium) Captions() ([]Caption, error) { return Captions([]byte(m.GetString("captions"))) }

// IsFailed reports whether it can't be used.
func (m *Medium) IsFailed() bool { return m.GetString("status") == FailedMedia }
