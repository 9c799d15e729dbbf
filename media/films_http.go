package media

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"strings"

	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/media/ffmpeg"
	"madang/present"
)

// The types of what is answered.
const (
	typeHLS = "application/vnd.apple.mpegurl" // RFC 8216, 4
	typeVTT = "text/vtt"
)

// HLS answers GET and HEAD /api/media/{id}/hls/master.m3u8. Who may stream the medium may; where that
// isn't everybody, the URLs in playlists are signed, since a player sends no header with them.
func (a *API) HLS(e *core.RequestEvent) error {
	f, err := a.film(e, collections.ForHLS)
	if err != nil {
		return err
	}
	if len(f.renditions) == 0 {
		return present.NotFound()
	}
	return f.text(e, typeHLS, master(f.renditions, f.query))
}

// HLSSize answers GET and HEAD /api/media/{id}/hls/{size}/{file}: list.m3u8 and film.mp4 of a size
// that the master playlist names.
func (a *API) HLSSize(e *core.RequestEvent) error {
	f, err := a.film(e, collections.ForHLS)
	if err != nil {
		return err
	}
	for _, r := range f.renditions {
		if e.Request.PathValue("size") != r.Name() {
			continue
		}
		switch e.Request.PathValue("file") {
		case hlsFilm:
			return a.send(e, f.medium.Id, variant{r.File, "video/mp4", f.private})
		case hlsList:
			list, err := f.read(e, r.Playlist)
			if err != nil {
				return err
			}
			return f.text(e, typeHLS, relinked(list, hlsFilm+f.query))
		}
	}
	return present.NotFound()
}

// Names of the files of a size.
const hlsList, hlsFilm = "list.m3u8", "film.mp4"

// Rendition answers GET and HEAD /api/media/{id}/rendition.mp4: a film that every browser plays, in
// place of one that not every one does.
func (a *API) Rendition(e *core.RequestEvent) error {
	f, err := a.film(e, collections.ForFilms)
	if err != nil {
		return err
	}
	if len(f.renditions) == 0 {
		return present.NotFound()
	}
	return a.send(e, f.medium.Id, variant{f.renditions[0].File, "video/mp4", f.private})
}

// Sprite answers GET and HEAD /api/media/{id}/sprite.jpg: the frames of a film, for a seek bar.
func (a *API) Sprite(e *core.RequestEvent) error {
	f, err := a.film(e, "")
	if err != nil {
		return err
	}
	if f.medium.Sprite() == "" {
		return present.NotFound()
	}
	return a.send(e, f.medium.Id, variant{f.medium.Sprite(), "image/jpeg", f.private})
}

// SpriteTrack answers GET and HEAD /api/media/{id}/sprite.vtt: which part of the sprite shows which second.
func (a *API) SpriteTrack(e *core.RequestEvent) error {
	f, err := a.film(e, "")
	if err != nil {
		return err
	}
	if f.medium.Sprite() == "" {
		return present.NotFound()
	}
	duration := f.medium.GetFloat(fieldDuration)
	grid := ffmpeg.GridOf(f.medium.GetInt(fieldWidth), f.medium.GetInt(fieldHeight), duration)
	return f.text(e, typeVTT, cues(grid, duration, "sprite.jpg"+f.query))
}

// askedFilm is a film that the caller may see, with what was made of it for a use.
type askedFilm struct {
	medium     *collections.Medium
	renditions []collections.Rendition
	private    bool
	query      string // what is behind the URLs in playlists: "", or ?token=…
}

func (a *API) film(e *core.RequestEvent, use string) (f askedFilm, err error) {
	m, public, err := a.seen(e)
	if err != nil {
		return f, err
	}
	f.medium, f.private = m, !public
	if f.private {
		token := e.Request.URL.Query().Get("token")
		holder, err := a.holder(e.App, token, m.Id)
		if err != nil {
			return f, present.Failure(err)
		}
		f.query = "?token=" + token
		if holder == nil { // note: a link gives no longer one
			f.query = "?" + a.Show.StreamQuery(collections.ViewerOf(e.Auth), m.Id)
		}
	}
	if f.renditions, err = m.Renditions(use); err != nil {
		return f, present.Failure(err)
	}
	return f, nil
}

// maxPlaylist bounds what is read of a stored playlist: a day of film has 2 MB.
const maxPlaylist = 8 << 20

func (f askedFilm) read(e *core.RequestEvent, name string) (string, error) {
	stored, err := OpenStored(e.Request.Context(), e.App, f.medium.ProxyRecord(), name)
	if errors.Is(err, ErrNotStored) {
		return "", present.NotFound()
	}
	if err != nil {
		return "", present.Failure(err)
	}
	defer stored.Close() //nolint:errcheck // only read
	content, err := io.ReadAll(io.LimitReader(stored.Content, maxPlaylist))
	return string(content), present.Failure(err)
}

func (f askedFilm) text(e *core.RequestEvent, kind, content string) error {
	sum := sha256.Sum256([]byte(content))
	Serve(e.Response, e.Request, File{
		Content: bytes.NewReader([]byte(content)), Size: int64(len(content)), Type: kind, Private: f.private,
		ETag: `"` + base64.RawURLEncoding.EncodeToString(sum[:15]) + `"`,
	})
	return nil
}

// master is the playlist of playlists (RFC 8216, 4.3.4.2).
func master(sizes []collections.Rendition, query string) string {
	var b strings.Builder
	b.WriteString("#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n")
	for _, r := range sizes {
		fmt.Fprintf(&b, "#EXT-X-STREAM-INF:BANDWIDTH=%d,AVERAGE-BANDWIDTH=%d,RESOLUTION=%dx%d,CODECS=%q\n%s/%s%s\n",
			r.Peak, r.Average, r.Width, r.Height, r.Codecs, r.Name(), hlsList, query)
	}
	return b.String()
}

var mapURI = regexp.MustCompile(`^(#EXT-X-MAP:.*URI=)"[^"]*"`)

// relinked is a media playlist whose segments are all in one file, with that file's URL.
func relinked(list, uri string) string {
	var b strings.Builder
	for line := range strings.Lines(list) {
		line = strings.TrimSpace(line)
		switch {
		case line == "":
			continue
		case !strings.HasPrefix(line, "#"):
			line = uri
		default:
			line = mapURI.ReplaceAllString(line, `${1}"`+uri+`"`)
		}
		b.WriteString(line + "\n")
	}
	return b.String()
}

// cues are the parts of a sprite (W3C WebVTT; a part of a picture as Media Fragments have it).
func cues(g ffmpeg.Grid, duration float64, uri string) string {
	var b strings.Builder
	b.WriteString("WEBVTT\n")
	for i := range g.Count {
		from := float64(i) * g.Interval
		to := math.Min(from+g.Interval, math.Max(duration, from))
		fmt.Fprintf(&b, "\n%s --> %s\n%s#xywh=%d,%d,%d,%d\n", cueTime(from), cueTime(to), uri, i%g.Columns*g.Width, i/g.Columns*g.Height, g.Width, g.Height)
	}
	return b.String()
}

func cueTime(s float64) string {
	ms := int64(math.Round(s * 1000))
	return fmt.Sprintf("%02d:%02d:%02d.%03d", ms/3_600_000, ms/60_000%60, ms/1000%60, ms%1000)
}
