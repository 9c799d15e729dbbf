package media

import (
	"bytes"
	"strings"
	"unicode"

	"github.com/dhowden/tag"
	"golang.org/x/text/unicode/norm"
)

// Bounds of what is read of a sound's tags.
const (
	maxTags  = 8 << 20 // bytes, the cover included
	maxLabel = 200     // characters of a title or a name
)

// tags are what a sound says of itself. They are a stranger's words: clean text, but to be escaped like any.
type tags struct {
	title, artist string
	cover         []byte // a picture of any kind, or no picture at all
}

// tagsOf reads ID3v2, Vorbis comments, FLAC's blocks and the items of an MP4. What can't be read is as if it weren't there.
func tagsOf(src *source, info Info) (found tags) {
	defer func() {
		if recover() != nil { // note: as in Inspect
			found = tags{}
		}
		found.title, found.artist = label(found.title), label(found.artist)
	}()
	if info.MIME == "audio/mp4" {
		return itemsOf(src)
	}
	b, err := tagBytes(src, info.MIME)
	if err != nil || len(b) == 0 {
		return tags{}
	}
	m, err := tag.ReadFrom(bytes.NewReader(b))
	if err != nil {
		return tags{}
	}
	found = tags{title: m.Title(), artist: m.Artist()}
	if p := m.Picture(); p != nil {
		found.cover = p.Data
	}
	return found
}

// tagBytes are those of a file in which its tags are, without the sound.
// note: the library believes sizes as far as there are bytes; so it gets no more than these.
func tagBytes(src *source, mime string) ([]byte, error) {
	end, err := skipID3(src, 0)
	if err != nil {
		return nil, err
	}
	switch mime {
	case "audio/flac":
		_, sound, err := flacHead(src, end)
		if err != nil || sound-end > maxTags {
			return nil, err
		}
		return src.load(end, sound-end)
	case "audio/ogg":
		return src.load(0, min(src.size, maxTags))
	}
	if end == 0 || end > maxTags {
		return nil, nil
	}
	return src.load(0, end)
}

// label is a text from a file on one line, without what can't be seen, and not too long.
func label(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r) || r == 0:
			return ' '
		case unicode.Is(unicode.Cc, r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Co, r):
			return -1 // controls, directions, private use
		}
		return r
	}, norm.NFC.String(strings.ToValidUTF8(s, "")))
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > maxLabel {
		s = strings.TrimSpace(string(r[:maxLabel-1])) + "…"
	}
	return s
}
