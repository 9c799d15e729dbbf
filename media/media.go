// Package media owns what an uploaded file is: its truth (Inspect), its cleaning and derivatives (Pictures, Service) and its streaming (Serve).
// It doesn't own the table of URLs, the rules of visibility, quotas or translation: hooks and collections do.
// Start reading at Inspect for a file that comes in, at Service.Prepare for what is stored, at Serve for one that goes out.
package media

import (
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
)

// Type is the family of a file; its text is the wire value of media_type.
type Type string

// The three families that are stored.
const (
	Image Type = "image"
	Audio Type = "audio"
	Video Type = "video"
)

// Bounds of a picture, checked before anything is decoded.
const (
	maxSide   = 12_000
	maxPixels = 50_000_000
)

// Info is the truth about a file, read from its bytes.
type Info struct {
	Type Type
	// MIME is what the file is served as; Ext its extension without a dot, lower-case.
	MIME, Ext string
	// Size in bytes.
	Size int64
	// Width and Height in pixels as shown: orientation and rotation applied. 0 for sound.
	Width, Height int
	// Duration in seconds, 0 for pictures.
	Duration float64
	// Codec of the picture track, else of the sound: avc1, vp9, opus, mp3, pcm…
	Codec string
	// Orientation is the EXIF value 1–8 of a picture still stored turned, 0 for the rest.
	Orientation int
	// Frames of a picture, 1 when it stands still.
	Frames int

	// cost is what decoding the picture takes in memory, in bytes, at most.
	cost int64
}

// Inspect reads the truth about the size bytes of r, called name by its sender.
// It reads only the parts that it needs and leaves r at an unspecified offset.
// A file that can't be stored is a *Problem; every other error is r's own.
func Inspect(r io.ReadSeeker, size int64, name string) (info Info, err error) {
	ext, err := extension(name)
	if err != nil {
		return Info{}, err
	}
	if size <= 0 {
		return Info{}, broken(reasonEmpty)
	}
	// note: parsers here and in libraries meet hostile bytes; one that panics has met a broken file.
	defer func() {
		if recover() != nil {
			info, err = Info{}, broken(reasonUnreadable)
		}
	}()
	src := &source{r: r, size: size}
	f, err := sniff(src, ext)
	if err != nil {
		return Info{}, explain(err)
	}
	info = Info{Type: f.kind, MIME: f.mime, Ext: ext, Size: size}
	if err := f.probe(src, &info); err != nil {
		return Info{}, explain(err)
	}
	if info.Duration > maxSeconds {
		return Info{}, broken(reasonUnreadable)
	}
	return info, nil
}

// extension is the allowed extension of name, else a *Problem.
func extension(name string) (string, error) {
	ext := strings.ToLower(strings.TrimPrefix(path.Ext(name), "."))
	switch ext {
	case "jpeg":
		return "jpg", nil
	case "oga":
		return "ogg", nil
	}
	if kindOf(ext) == "" {
		return "", unsupported("This kind of file can't be uploaded. Allowed are jpg, png, gif, webp, mp3, m4a, aac, ogg, opus, flac, wav, mp4, m4v, mov and webm.")
	}
	return ext, nil
}

// kindOf is the family that an extension promises, "" for one that isn't allowed.
func kindOf(ext string) Type {
	switch ext {
	case "jpg", "jpeg", "png", "gif", "webp", "heic", "heif", "avif":
		return Image
	case "mp3", "m4a", "aac", "ogg", "oga", "opus", "flac", "wav":
		return Audio
	case "mp4", "m4v", "mov", "webm":
		return Video
	}
	return ""
}

// explain turns what a parser says into what a person reads.
func explain(err error) error {
	var p *Problem
	switch {
	case errors.As(err, &p):
		return p
	case errors.Is(err, errCut):
		return broken(reasonCut)
	case errors.Is(err, errEmpty):
		return broken(reasonEmpty)
	case errors.Is(err, errMalformed):
		return broken(reasonUnreadable)
	}
	return fmt.Errorf("read the uploaded file: %w", err)
}
