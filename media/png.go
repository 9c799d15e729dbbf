package media

import "encoding/binary"

// walkPNG keeps the chunks that show the picture, animated ones included, and leaves out text, time, EXIF and private chunks
// (W3C PNG, third edition, 11.2–11.3) and whatever follows IEND.
func walkPNG(src *source) (*layout, error) {
	out := &layout{orientation: 1}
	out.keep(0, 8)
	shown := 0
	for off := int64(8); ; {
		h, err := src.at(off, 8)
		if err != nil {
			return nil, err
		}
		n, kind := int64(binary.BigEndian.Uint32(h)), string(h[4:8])
		if n > 1<<31-1 || (off == 8) != (kind == "IHDR") {
			return nil, errMalformed
		}
		if n > src.size-off-12 {
			return nil, errCut
		}
		if err := out.pngChunk(src, kind, off+8, n); err != nil {
			return nil, err
		}
		if keepPNG(kind) {
			out.keep(off, n+12)
		}
		if kind == "fcTL" {
			shown++
		}
		off += n + 12
		if kind == "IEND" {
			out.frames = max(1, out.frames, shown)
			return out, nil
		}
	}
}

func keepPNG(kind string) bool {
	switch kind {
	case "IHDR", "PLTE", "IDAT", "IEND", "tRNS", "cHRM", "gAMA", "iCCP", "sBIT", "sRGB", "cICP", "mDCV", "cLLI", "bKGD", "pHYs", "acTL", "fcTL", "fdAT":
		return true
	}
	return false
}

func (l *layout) pngChunk(src *source, kind string, off, n int64) error {
	switch kind {
	case "IHDR":
		b, err := src.at(off, 13)
		if err != nil || n != 13 {
			return errMalformed
		}
		w, h := binary.BigEndian.Uint32(b), binary.BigEndian.Uint32(b[4:])
		if w > 1<<31-1 || h > 1<<31-1 {
			return errMalformed
		}
		l.width, l.height = int(w), int(h)
		if l.width > maxSide || l.height > maxSide {
			return tooManyPixels()
		}
		l.cost = int64(w) * int64(h) * pngBytes(b[8], b[9])
		if b[12] != 0 { // interlaced: the largest pass is held beside the whole
			l.cost += l.cost / 2
		}
	case "tRNS":
		return l.pngTransparent(src)
	case "acTL":
		b, err := src.at(off, 8)
		if err != nil || n != 8 {
			return errMalformed
		}
		l.frames = int(min(binary.BigEndian.Uint32(b), 1<<30))
	case "eXIf":
		if n <= 1<<16 {
			b, err := src.load(off, n)
			if err != nil {
				return err
			}
			l.orientation = exifOrientation(b)
		}
	}
	return nil
}

// pngTransparent counts what a transparent shade of grey costs: image/png makes four channels of the one.
func (l *layout) pngTransparent(src *source) error {
	b, err := src.at(24, 2) // depth and colour, in IHDR
	if err != nil {
		return err
	}
	const grey = 0
	if b[1] == grey && l.cost <= maxCost {
		l.cost += int64(l.width) * int64(l.height) * 4 * max(1, int64(b[0])/8)
	}
	return nil
}

// pngBytes is how many bytes image/png takes a pixel.
func pngBytes(depth, colour byte) int64 {
	const grey, palette = 0, 3
	switch {
	case colour == palette, colour == grey && depth <= 8:
		return 1
	case colour == grey:
		return 2
	case depth == 16:
		return 8
	}
	return 4
}
