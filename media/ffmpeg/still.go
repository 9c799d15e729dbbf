package ffmpeg

import (
	"context"
	"fmt"
	"math"
	"path/filepath"
)

// posterSide is the longer side of a poster, in pixels: enough for the widest thumbnail.
const posterSide = 1280

// Poster makes a JPEG of a telling frame of s in dir and returns its path. It looks a little way
// into the film, since many begin in black.
func (t *Tool) Poster(ctx context.Context, dir string, s Source) (string, error) {
	args, err := t.input(s, min(s.Duration/10, 5))
	if err != nil {
		return "", err
	}
	w, h := Fit(s.Width, s.Height, min(s.Width, s.Height)*posterSide/max(s.Width, s.Height))
	path := filepath.Join(dir, "poster.jpg")
	args = append(args, "-map", "0:v:0", "-an", "-vf", fmt.Sprintf("thumbnail=n=50,scale=%d:%d,setsar=1", w, h), "-frames:v", "1", "-c:v", "mjpeg", "-pix_fmt", "yuvj420p", "-q:v", "3")
	if err := t.run(ctx, dir, s, append(append(args, plain()...), "-f", "image2", "-update", "1", filepath.Base(path)), nil); err != nil {
		return "", err
	}
	_, err = made(path, s)
	return path, err
}

// Grid is how a sprite is laid out: frames of Width×Height pixels, one for each Interval of
// seconds, row by row. It follows from the film alone.
type Grid struct {
	Width, Height, Columns, Count int
	Interval                      float64
}

// The bounds of a sprite.
const (
	maxFrames   = 100
	minInterval = 2.0 // seconds
	columns     = 10
	frameSide   = 160 // the longer side, in pixels
)

// GridOf is the layout of the sprite of a film.
func GridOf(width, height int, duration float64) Grid {
	width, height = max(width, 1), max(height, 1)
	g := Grid{Interval: max(minInterval, duration/maxFrames)}
	g.Count = max(1, min(maxFrames, int(math.Ceil(duration/g.Interval))))
	g.Columns = min(columns, g.Count)
	g.Width, g.Height = Fit(width, height, max(1, min(width, height)*frameSide/max(width, height)))
	return g
}

// longFilm is from where only key frames are decoded for a sprite, in seconds: they come often
// enough, and the whole film takes as long as its transcoding.
const longFilm = 20 * 60

// Sprite makes the JPEG that shows s in small frames, for a player's seek bar, in dir and returns its path.
func (t *Tool) Sprite(ctx context.Context, dir string, s Source, progress Progress) (string, error) {
	var more []string
	if s.Duration > longFilm {
		more = []string{"-skip_frame", "nokey"}
	}
	args, err := t.input(s, 0, more...)
	if err != nil {
		return "", err
	}
	g := GridOf(s.Width, s.Height, s.Duration)
	path := filepath.Join(dir, "sprite.jpg")
	rows := (g.Count + g.Columns - 1) / g.Columns
	filter := fmt.Sprintf("fps=fps=1/%s:start_time=0,scale=%d:%d,setsar=1,tile=%dx%d", seconds(g.Interval), g.Width, g.Height, g.Columns, rows)
	args = append(args, "-map", "0:v:0", "-an", "-vf", filter, "-frames:v", "1", "-c:v", "mjpeg", "-pix_fmt", "yuvj420p", "-q:v", "6")
	if err := t.run(ctx, dir, s, append(append(args, plain()...), "-f", "image2", "-update", "1", filepath.Base(path)), progress); err != nil {
		return "", err
	}
	_, err = made(path, s)
	return path, err
}
