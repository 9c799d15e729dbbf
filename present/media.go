package present

import (
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/types"

	"madang/collections"
)

// Media is a picture, a sound or a film.
type Media struct {
	ID           string  `json:"id" db:"id"`
	MediaType    string  `json:"media_type" db:"media_type" enum:"image,audio,video"`
	URL          string  `json:"url" db:"-"`
	StreamURL    string  `json:"stream_url" db:"-"`
	ThumbnailURL string  `json:"thumbnail_url" db:"-"`
	FileSize     int64   `json:"file_size" db:"file_size"` // bytes
	MIMEType     string  `json:"mime_type" db:"mime_type"`
	Width        int     `json:"width" db:"width"`
	Height       int     `json:"height" db:"height"`
	Duration     float64 `json:"duration" db:"duration"`       // seconds
	Placeholder  string  `json:"placeholder" db:"placeholder"` // thumbhash, base64
	AltText      string  `json:"alt_text" db:"alt_text"`
	Status       string  `json:"status" db:"status" enum:"processing,ready,failed"`
	CreatedAt    string  `json:"created_at" db:"created_at"`
	Title        string  `json:"title,omitempty" db:"title"`   // of a sound, from its tags
	Artist       string  `json:"artist,omitempty" db:"artist"` // of a sound, from its tags
	Peaks        []int   `json:"peaks,omitempty" db:"-"`       // of a single sound: how loud each of 400 equal parts gets, 0 to 100
	Failure      string  `json:"failure,omitempty" db:"-"`     // why it can't be used; only its owner sees one that failed

	Captions []MediaCaption `json:"captions" db:"-"` // of films and sounds, by language

	// What was made of a film; where there is no ffmpeg, nothing.
	HLSURL     string           `json:"hls_url" db:"-"`    // the master playlist (RFC 8216), or ""
	SpriteURL  string           `json:"sprite_url" db:"-"` // WebVTT: which part of a picture shows which second, or ""
	Renditions []MediaRendition `json:"renditions" db:"-"` // of what not every browser plays: files that each does

	Post      string        `json:"-" db:"post"`
	Message   string        `json:"-" db:"message"`
	Thumbnail string        `json:"-" db:"thumbnail"`
	Sprite    string        `json:"-" db:"sprite"`
	Stored    types.JSONRaw `json:"-" db:"renditions"`
	Captioned types.JSONRaw `json:"-" db:"captions"`
}

// MediaCaption is a file of what is said and heard (WebVTT).
type MediaCaption struct {
	Language string `json:"language"` // BCP 47
	Label    string `json:"label"`    // what its owner calls it, or ""
	URL      string `json:"url"`
}

// MediaRendition is a file in place of a film's own.
type MediaRendition struct {
	URL      string `json:"url"`
	MIMEType string `json:"mime_type"`
	Width    int    `json:"width"`
	Height   int    `json:"height"`
	FileSize int64  `json:"file_size"` // bytes
}

// Signer makes the token that lets a player, which can't send a header, fetch one
// private medium for a while as holder may.
type Signer func(mediumID string, holder *core.Record, expires time.Time) string

// streamLife is how long a signed stream URL works: longer than a film takes.
const streamLife = 6 * time.Hour

var mediaColumns = []string{
	"id", "post", "media_type", "file_size", "mime_type", "width", "height", "duration", "placeholder", "alt_text", "status",
	"thumbnail", "sprite", "renditions", "captions", "created_at", "title", "artist",
}

// finish fills in the URLs; private ones carry a token of the viewer's.
func (p *Presenter) finish(m *Media, v collections.Viewer, private bool) {
	base, query := "/api/media/"+m.ID, ""
	if private {
		query = p.StreamQuery(v, m.ID)
	}
	m.URL, m.StreamURL = withQuery(base+"/stream", query), withQuery(base+"/stream", query)
	if m.Thumbnail != "" {
		m.ThumbnailURL = withQuery(base+"/thumbnail", query)
	}
	if m.Sprite != "" {
		m.SpriteURL = withQuery(base+"/sprite.vtt", query)
	}
	// note: what can't be read isn't shown; the original plays as before
	if hls, err := collections.Renditions(m.Stored, collections.ForHLS); err == nil && len(hls) > 0 {
		m.HLSURL = withQuery(base+"/hls/master.m3u8", query)
	}
	m.Renditions = []MediaRendition{}
	if films, err := collections.Renditions(m.Stored, collections.ForFilms); err == nil {
		for _, f := range films {
			m.Renditions = append(m.Renditions, MediaRendition{withQuery(base+"/rendition.mp4", query), "video/mp4", f.Width, f.Height, f.Size})
		}
	}
	m.Captions = []MediaCaption{}
	if captions, err := collections.Captions(m.Captioned); err == nil {
		for _, c := range captions {
			m.Captions = append(m.Captions, MediaCaption{c.Language, c.Label, withQuery(base+"/captions/"+c.Language+"/track.vtt", query)})
		}
	}
	m.CreatedAt = Time(m.CreatedAt)
}

// StreamQuery is the query of v's URLs of a private medium; "" when v isn't signed in.
func (p *Presenter) StreamQuery(v collections.Viewer, mediumID string) string {
	if v.Account() == nil || p.Sign == nil {
		return ""
	}
	// note: rounded, so that the same page keeps the same URL and a browser its cache
	return "token=" + p.Sign(mediumID, v.Account(), p.Now().Add(streamLife).Truncate(time.Hour))
}

func withQuery(path, query string) string {
	if query == "" {
		return path
	}
	return path + "?" + query
}

// MediaOf shows single records of media to v, who may see them; public says
// whether everybody may.
func (p *Presenter) MediaOf(v collections.Viewer, r *core.Record, public bool) Media {
	m := Media{
		ID: r.Id, MediaType: r.GetString("media_type"), FileSize: int64(r.GetFloat("file_size")),
		MIMEType: r.GetString("mime_type"), Width: r.GetInt("width"), Height: r.GetInt("height"),
		Duration: r.GetFloat("duration"), Placeholder: r.GetString("placeholder"), AltText: r.GetString("alt_text"),
		Status: r.GetString("status"), Failure: r.GetString("failure"), CreatedAt: r.GetString("created_at"), Thumbnail: r.GetString("thumbnail"),
		Sprite: r.GetString("sprite"), Stored: types.JSONRaw(r.GetString("renditions")), Captioned: types.JSONRaw(r.GetString("captions")),
		Title: r.GetString("title"), Artist: r.GetString("artist"),
	}
	if err := r.UnmarshalJSONField("peaks", &m.Peaks); err != nil {
		m.Peaks = nil // note: nobody but this program writes them; a row by an operator's hand shows none
	}
	p.finish(&m, v, !public)
	return m
}

// mediaOf loads the media of posts, in the author's order.
func mediaOf(app core.App, posts []any) ([]Media, error) {
	return all[Media](app.DB().Select(mediaColumns...).From(collections.Media).
		Where(dbx.In("post", posts...)).OrderBy("post", "position", "created_at"))
}
