package media

import "encoding/binary"

// wavFile is what the chunks of a WAV say: which bytes are the sound, and how it is coded.
type wavFile struct {
	off, size int64 // of the sound
	rate      int64 // bytes a second
	align     int64 // bytes of a sample of all channels
	bits      int64 // of a sample of one
	tag       uint16
}

func probeWAV(src *source, info *Info) error {
	w, err := walkWAV(src)
	if err != nil {
		return err
	}
	if w.size == 0 {
		return errEmpty
	}
	info.Codec, info.Duration = wavCodec(w.tag), float64(w.size)/float64(w.rate)
	return nil
}

// walkWAV walks the RIFF chunks (Microsoft, Multimedia Programming Interface 1.0): the length is the data over the byte rate.
func walkWAV(src *source) (*wavFile, error) {
	w := &wavFile{size: -1}
	for off := int64(12); off+8 <= src.size; {
		h, err := src.at(off, 8)
		if err != nil {
			return nil, err
		}
		kind, n := string(h[:4]), int64(binary.LittleEndian.Uint32(h[4:]))
		off += 8
		switch kind {
		case "fmt ":
			if err := w.format(src, off, n); err != nil {
				return nil, err
			}
		case "data":
			// note: a recorder that streamed never came back to write the size.
			if n == 0 && off < src.size || n == 1<<32-1 {
				n = src.size - off
			}
			w.off, w.size = off, n
		}
		if n > src.size-off {
			return nil, errCut
		}
		off += n + n&1
	}
	switch {
	case w.size < 0:
		return nil, errCut
	case w.rate == 0:
		return nil, errMalformed
	}
	return w, nil
}

// format reads the bytes a second and the codec.
func (w *wavFile) format(src *source, off, n int64) error {
	if n < 16 {
		return errMalformed
	}
	b, err := src.at(off, 16)
	if err != nil {
		return err
	}
	w.tag, w.rate = binary.LittleEndian.Uint16(b), int64(binary.LittleEndian.Uint32(b[8:]))
	w.align, w.bits = int64(binary.LittleEndian.Uint16(b[12:])), int64(binary.LittleEndian.Uint16(b[14:]))
	const extensible, size = 0xfffe, 40
	if w.tag == extensible && n >= size { // the codec begins the GUID of the sub-format
		if b, err = src.at(off+24, 2); err != nil {
			return err
		}
		w.tag = binary.LittleEndian.Uint16(b)
	}
	return nil
}

// wavCodec names the common format tags.
func wavCodec(tag uint16) string {
	switch tag {
	case 6:
		return "alaw"
	case 7:
		return "mulaw"
	case 1, 3, 0xfffe:
		return "pcm"
	}
	return "adpcm"
}
