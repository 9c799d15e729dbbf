package media

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"
)

// format is one kind of content: how its bytes begin, which extensions may hold it, who reads it.
type format struct {
	kind  Type
	mime  string
	exts  []string
	match func(head []byte) bool
	probe func(*source, *Info) error
}

func formats() []format {
	return []format{
		{Image, "image/jpeg", []string{"jpg"}, prefix("\xff\xd8\xff"), probePicture},
		{Image, "image/png", []string{"png"}, prefix("\x89PNG\r\n\x1a\n"), probePicture},
		{Image, "image/gif", []string{"gif"}, isGIF, probePicture},
		{Image, "image/webp", []string{"webp"}, isRIFF("WEBP"), probePicture},
		{Audio, "audio/wav", []string{"wav"}, isRIFF("WAVE"), probeWAV},
		{Audio, "audio/flac", []string{"flac"}, prefix("fLaC"), probeFLAC},
		{Audio, "audio/ogg", []string{"ogg", "opus"}, prefix("OggS"), probeOgg},
		{Audio, "audio/aac", []string{"aac"}, isADTS, probeADTS},
		{Audio, "audio/mpeg", []string{"mp3"}, isMP3, probeMP3},
		{Video, "video/webm", []string{"webm"}, prefix("\x1a\x45\xdf\xa3"), probeWebM},
		{Video, "video/mp4", []string{"mp4", "m4v", "mov", "m4a"}, isMP4, probeMP4},
	}
}

// sniff finds the format that the bytes are of, and refuses one that the extension doesn't promise.
func sniff(src *source, ext string) (format, error) {
	if err := refusePolyglot(src); err != nil {
		return format{}, err
	}
	start, err := skipID3(src, 0)
	if err != nil {
		return format{}, err
	}
	head, err := src.upTo(start, 64)
	if err != nil {
		return format{}, err
	}
	for _, f := range formats() {
		if !f.match(head) {
			continue
		}
		if !slices.Contains(f.exts, ext) {
			return format{}, mismatch("The file is not what its name says: ." + ext + " but its content is " + f.mime + ".")
		}
		return f, nil
	}
	if isHEIF(head) && slices.Contains(heifExts, ext) {
		return format{}, noHEIF() // what can be read was a JPEG by now
	}
	if isHEIF(head) {
		return format{}, mismatch("The file is a HEIC or AVIF picture under another name. Send a JPEG.")
	}
	return format{}, mismatch("The file is not what its name says: its content is not ." + ext + ".")
}

func prefix(p string) func([]byte) bool {
	return func(head []byte) bool { return strings.HasPrefix(string(head), p) }
}

func isGIF(head []byte) bool {
	return prefix("GIF87a")(head) || prefix("GIF89a")(head)
}

func isRIFF(form string) func([]byte) bool {
	return func(head []byte) bool {
		return len(head) >= 12 && string(head[:4]) == "RIFF" && string(head[8:12]) == form
	}
}

// isMP4 also knows QuickTime files older than ftyp.
func isMP4(head []byte) bool {
	if len(head) < 8 || isHEIF(head) {
		return false
	}
	return slices.Contains([]string{"ftyp", "moov", "mdat", "wide", "free", "skip"}, string(head[4:8]))
}

func isHEIF(head []byte) bool {
	if len(head) < 12 || string(head[4:8]) != "ftyp" {
		return false
	}
	return slices.Contains([]string{"heic", "heix", "hevc", "hevx", "heim", "heis", "mif1", "msf1", "avif", "avis"}, string(head[8:12]))
}

// refusePolyglot refuses what another program would open as an archive (found by its end) or a PDF (within the first KiB).
// Other passengers are harmless: pictures are rebuilt from their known parts, all is served with nosniff under its own type.
func refusePolyglot(src *source) error {
	head, err := src.upTo(0, 1024)
	if err != nil {
		return err
	}
	disguised := bytes.Contains(head, []byte("%PDF-"))
	// An archive's end record is 22 bytes and a comment of at most 64 KiB (APPNOTE 4.3.16).
	n := min(src.size, 22+1<<16)
	tail, err := src.load(src.size-n, n)
	if err != nil {
		return err
	}
	for i := 0; i+22 <= len(tail); i++ {
		j := bytes.Index(tail[i:], []byte("PK\x05\x06"))
		if j < 0 || i+j+22 > len(tail) {
			break
		}
		i += j
		comment := int(binary.LittleEndian.Uint16(tail[i+20:]))
		disguised = disguised || i+22+comment == len(tail)
	}
	if disguised {
		return mismatch("The file carries a second file inside. Upload it without.")
	}
	return nil
}

// skipID3 is the offset behind the ID3v2 tags at off (id3.org: 10 bytes, then a size of four 7-bit bytes, then a footer).
func skipID3(src *source, off int64) (int64, error) {
	for range 8 {
		h, err := src.upTo(off, 10)
		if err != nil {
			return 0, err
		}
		if len(h) < 10 || string(h[:3]) != "ID3" || (h[6]|h[7]|h[8]|h[9])&0x80 != 0 {
			return off, nil
		}
		off += 10 + int64(h[6])<<21 + int64(h[7])<<14 + int64(h[8])<<7 + int64(h[9])
		if h[5]&0x10 != 0 {
			off += 10
		}
		if off > src.size {
			return 0, errCut
		}
	}
	return off, nil
}

// TypeByName is the content type that a stored file of ours has by its name alone, for where no record says it:
// profile pictures, and PocketBase's own file route. A name that is none of ours is application/octet-stream.
func TypeByName(name string) string {
	ext, err := extension(name)
	if err != nil {
		return "application/octet-stream"
	}
	switch ext { // one format, three types
	case "mov":
		return "video/quicktime"
	case "m4a":
		return "audio/mp4"
	}
	i := slices.IndexFunc(formats(), func(f format) bool { return slices.Contains(f.exts, ext) })
	if i < 0 {
		return "application/octet-stream" // HEIF, which isn't stored as it is
	}
	return formats()[i].mime
}
