package media

import "encoding/binary"

// walkGIF keeps frames, their controls and the loop count (GIF89a, CompuServe 1990), and leaves out comments,
// XMP and other application data, and whatever follows the trailer.
func walkGIF(src *source) (*layout, error) {
	h, err := src.at(0, 13)
	if err != nil {
		return nil, err
	}
	out := &layout{orientation: 1}
	out.width, out.height = int(binary.LittleEndian.Uint16(h[6:])), int(binary.LittleEndian.Uint16(h[8:]))
	off := 13 + colourTable(h[10])
	out.keep(0, off)
	for {
		b, err := src.at(off, 1)
		if err != nil {
			return nil, err
		}
		switch b[0] {
		case 0x2c:
			off, err = out.gifFrame(src, off)
		case 0x21:
			off, err = out.gifExtension(src, off)
		case 0x00: // note: some old encoders pad blocks with zeros
			off++
		case 0x3b:
			out.add([]byte{0x3b})
			if out.frames == 0 {
				return nil, errEmpty
			}
			// image/gif holds the first frame in a byte a pixel; the thumbnail draws it on a canvas of four.
			out.cost = int64(out.width) * int64(out.height) * 5
			return out, nil
		default:
			err = errMalformed
		}
		if err != nil {
			return nil, err
		}
	}
}

// colourTable is the size in bytes of the table that packed flags announce.
func colourTable(packed byte) int64 {
	if packed&0x80 == 0 {
		return 0
	}
	return 3 << (packed&7 + 1)
}

func (l *layout) gifFrame(src *source, off int64) (int64, error) {
	h, err := src.at(off, 10)
	if err != nil {
		return 0, err
	}
	// descriptor, table of colours, code size, data
	data := off + 10 + colourTable(h[9]) + 1
	end, err := subBlocks(src, data)
	if err != nil {
		return 0, err
	}
	l.frames++
	l.keep(off, end-off)
	return end, nil
}

func (l *layout) gifExtension(src *source, off int64) (int64, error) {
	h, err := src.at(off, 2)
	if err != nil {
		return 0, err
	}
	label := h[1]
	end, err := subBlocks(src, off+2)
	if err != nil {
		return 0, err
	}
	const control, application = 0xf9, 0xff
	switch {
	case label == control && end-off == 8:
		l.keep(off, end-off)
	case label == application && end-off == 19:
		// 2 + 1+11 (name) + 1+3 (loop count) + 1: anything longer is not a loop count.
		name, err := src.at(off+3, 11)
		if err != nil {
			return 0, err
		}
		if string(name) == "NETSCAPE2.0" || string(name) == "ANIMEXTS1.0" {
			l.keep(off, end-off)
		}
	}
	return end, nil
}

// subBlocks is the offset behind the chain of sub-blocks at off.
func subBlocks(src *source, off int64) (int64, error) {
	for {
		b, err := src.at(off, 1)
		if err != nil {
			return 0, err
		}
		off += 1 + int64(b[0])
		if b[0] == 0 {
			return off, nil
		}
	}
}
