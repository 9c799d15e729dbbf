package media

import (
	"bytes"
	"encoding/binary"
	"slices"
)

// walkWebP keeps the chunks that show the picture (RFC 9649, 2.7) and leaves out EXIF, XMP, unknown chunks
// and whatever follows the RIFF; the flags in VP8X are mended to match.
func walkWebP(src *source) (*layout, error) {
	h, err := src.at(0, 12)
	if err != nil {
		return nil, err
	}
	end := 8 + int64(binary.LittleEndian.Uint32(h[4:]))
	if end > src.size {
		return nil, errCut
	}
	out, still := &layout{orientation: 1}, &webpFrame{}
	if err := riffChunks(src, 12, end, out.webpChunk(src, still)); err != nil {
		return nil, err
	}
	if still.codec != "" && out.frames == 0 {
		out.show(still)
	}
	if out.codec == "" {
		return nil, errEmpty
	}
	out.splice = riff(out.splice)
	out.frames = max(1, out.frames)
	// A lossy picture takes 1.5 bytes a pixel and its transparency one; a lossless one four, and four while it is read.
	// note: transparency is itself a lossless picture, when it is compressed.
	out.cost = int64(out.width) * int64(out.height) * 3
	if out.codec == "vp8l" || out.heavy {
		out.cost = int64(out.width) * int64(out.height) * 8
	}
	return out, nil
}

// riff puts the header before the chunks of a WebP file.
func riff(body splice) splice {
	h := binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(body.size()+4))
	return splice{append([]piece{{own: append(h, "WEBP"...)}}, body.pieces...)}
}

type chunk struct {
	kind   string
	off, n int64 // of its data
}

func (c chunk) padded() int64 { return c.n + c.n&1 }

// riffChunks calls do for every chunk between off and end; the last one's padding may be missing.
func riffChunks(src *source, off, end int64, do func(chunk) error) error {
	for off+8 <= end {
		h, err := src.at(off, 8)
		if err != nil {
			return err
		}
		c := chunk{string(h[:4]), off + 8, int64(binary.LittleEndian.Uint32(h[4:]))}
		if c.n > end-c.off {
			return errCut
		}
		if err := do(c); err != nil {
			return err
		}
		off = c.off + c.padded()
	}
	return nil
}

// keepChunk copies a chunk, with its padding made when the file lacks it.
func (s *splice) keepChunk(c chunk) {
	s.keep(c.off-8, c.n+8)
	if c.n&1 == 1 {
		s.add([]byte{0})
	}
}

func (l *layout) webpChunk(src *source, still *webpFrame) func(chunk) error {
	return func(c chunk) error {
		switch c.kind {
		case "VP8X":
			return l.webpExtended(src, c)
		case "VP8 ", "VP8L", "ALPH":
			l.keepChunk(c)
			return still.chunk(src, c)
		case "ANMF":
			return l.webpAnimated(src, c)
		case "EXIF":
			return l.webpExif(src, c)
		case "ANIM", "ICCP":
			l.keepChunk(c)
		}
		return nil
	}
}

func (l *layout) webpExtended(src *source, c chunk) error {
	if c.n < 10 || l.size() > 0 {
		return errMalformed
	}
	b, err := src.at(c.off, 10)
	if err != nil {
		return err
	}
	const exif, xmp = 0x08, 0x04
	mended := bytes.Clone(b)
	mended[0] &^= exif | xmp
	l.add(append([]byte("VP8X\x0a\x00\x00\x00"), mended...))
	l.fit(1+uint24(b[4:]), 1+uint24(b[7:]))
	return nil
}

func (l *layout) webpExif(src *source, c chunk) error {
	if c.n > 1<<16 {
		return nil
	}
	b, err := src.load(c.off, c.n)
	if err != nil {
		return err
	}
	l.orientation = exifOrientation(bytes.TrimPrefix(b, []byte("Exif\x00\x00")))
	return nil
}

// webpAnimated copies a frame of an animation with the known chunks in it.
func (l *layout) webpAnimated(src *source, c chunk) error {
	if c.n < 16 {
		return errMalformed
	}
	frame := &webpFrame{}
	err := riffChunks(src, c.off+16, c.off+c.n, func(sub chunk) error { return frame.chunk(src, sub) })
	if err != nil {
		return err
	}
	if frame.codec == "" {
		return errMalformed
	}
	l.add(binary.LittleEndian.AppendUint32([]byte("ANMF"), uint32(frame.size()+16)))
	l.keep(c.off, 16)
	l.pieces = append(l.pieces, frame.pieces...)
	l.show(frame)
	l.frames++
	return nil
}

// show takes a frame into account; the first one is what stands still.
func (l *layout) show(f *webpFrame) {
	l.fit(f.width, f.height)
	l.codec, l.heavy = f.codec, l.heavy || f.heavy
	if l.frames == 0 {
		l.first = f.file()
	}
}

// webpFrame is one picture: its bitstream and, beside a lossy one, its transparency.
type webpFrame struct {
	splice
	width, height int
	alpha         bool
	heavy         bool // the transparency is compressed
	codec         string
}

// chunk takes a chunk that belongs to a frame and ignores the rest. It reads the size from
// the lossy (RFC 6386, 9.1) or lossless (RFC 9649, 3.4) header.
func (f *webpFrame) chunk(src *source, c chunk) error {
	if !slices.Contains([]string{"VP8 ", "VP8L", "ALPH"}, c.kind) {
		return nil
	}
	b, err := src.at(c.off, int(min(c.n, 10)))
	if err != nil {
		return err
	}
	switch {
	case f.codec != "" || c.kind == "ALPH" && f.alpha:
		return errMalformed
	case c.kind == "ALPH":
		f.alpha, f.heavy = true, len(b) > 0 && b[0]&3 != 0 // RFC 9649, 2.7.1.2: the method of compression
	case c.kind == "VP8 " && len(b) == 10 && string(b[3:6]) == "\x9d\x01\x2a":
		f.codec = "vp8"
		f.width, f.height = int(binary.LittleEndian.Uint16(b[6:])&0x3fff), int(binary.LittleEndian.Uint16(b[8:])&0x3fff)
	case c.kind == "VP8L" && len(b) >= 5 && b[0] == 0x2f && !f.alpha:
		f.codec = "vp8l"
		bits := binary.LittleEndian.Uint32(b[1:])
		f.width, f.height = 1+int(bits&0x3fff), 1+int(bits>>14&0x3fff)
	default:
		return errMalformed
	}
	f.keepChunk(c)
	return nil
}

// file is the frame as a still picture: extended only where transparency goes beside it.
func (f *webpFrame) file() splice {
	if !f.alpha {
		return riff(f.splice)
	}
	const alpha = 0x10
	w, h := f.width-1, f.height-1
	x := append([]byte("VP8X\x0a\x00\x00\x00"), alpha, 0, 0, 0)
	x = append(x, byte(w), byte(w>>8), byte(w>>16), byte(h), byte(h>>8), byte(h>>16))
	return riff(splice{append([]piece{{own: x}}, f.pieces...)})
}

// fit grows the picture to hold w×h: the decoder allocates by the frame, the browser by the canvas.
func (l *layout) fit(w, h int) {
	l.width, l.height = max(l.width, w), max(l.height, h)
}

func uint24(b []byte) int { return int(b[0]) | int(b[1])<<8 | int(b[2])<<16 }
