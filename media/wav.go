package media

import "encoding/binary"

// probeWAV walks the RIFF chunks (Microsoft, Multimedia Programming Interface 1.0): the length is the data over the byte rate.
func probeWAV(src *source, info *Info) error {
	var rate, data int64 = 0, -1
	for off := int64(12); off+8 <= src.size; {
		h, err := src.at(off, 8)
		if err != nil {
			return err
		}
		kind, n := string(h[:4]), int64(binary.LittleEndian.Uint32(h[4:]))
		off += 8
		switch kind {
		case "fmt ":
			if rate, info.Codec, err = wavFormat(src, off, n); err != nil {
				return err
			}
		case "data":
			// note: a recorder that streamed never came back to write the size.
			if n == 0 && off < src.size || n == 1<<32-1 {
				n = src.size - off
			}
			data = n
		}
		if n > src.size-off {
			return errCut
		}
		off += n + n&1
	}
	switch {
	case data < 0:
		return errCut
	case rate == 0:
		return errMalformed
	case data == 0:
		return errEmpty
	}
	info.Duration = float64(data) / float64(rate)
	return nil
}

// wavFormat reads the bytes a second and the codec.
func wavFormat(src *source, off, n int64) (rate int64, codec string, err error) {
	if n < 16 {
		return 0, "", errMalformed
	}
	b, err := src.at(off, 16)
	if err != nil {
		return 0, "", err
	}
	return int64(binary.LittleEndian.Uint32(b[8:])), wavCodec(binary.LittleEndian.Uint16(b)), nil
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
