package media

import (
	"encoding/binary"
	"errors"
	"io"
	"math"

	gomp3 "github.com/hajimehoshi/go-mp3"
)

// Bounds of what is decoded of an MP3.
const (
	mp3Frames = 6       // heard of each part
	maxFrames = 1 << 20 // seven hours; the places of so many are held
	// reservoir is how far back a frame may borrow (ISO 11172-3, 2.4.2.7: main_data_begin), side what of a frame can't be lent.
	reservoir, side = 511, 4 + 2 + 32
)

// hearMP3 decodes a short MP3 whole, and of a long one a run of frames in every part.
func hearMP3(src *source, m *meter) error {
	start, err := skipID3(src, 0)
	if err != nil {
		return err
	}
	frames, err := mp3Places(src, start)
	if err != nil || len(frames) == 0 {
		return err
	}
	if frames[0].samples != 1152 {
		return nil // note: of MPEG-2 at half rates the decoder makes noise at 32 kbit/s; better no shape than a wrong one
	}
	if len(frames) <= peakCount*mp3Frames {
		total := int64(0)
		for _, f := range frames {
			total += f.samples * 4
		}
		return decodeMP3(src, frames, func(at int64, level float64) { m.hear(part(float64(at)/float64(total)), level) })
	}
	for i := range peakCount {
		at := len(frames) * i / peakCount
		first := warmup(frames, at)
		run := frames[first:min(at+mp3Frames, len(frames))]
		skip := int64(at-first) * run[0].samples * 4
		if err := decodeMP3(src, run, func(at int64, level float64) {
			if at >= skip {
				m.hear(i, level)
			}
		}); err != nil {
			return err
		}
	}
	return nil
}

// warmup is the frame from which to decode so that the one at a place is right: those that it borrows from, and one more,
// whose end runs on into the next. Up to there a decoder may make noise.
func warmup(frames []mp3Place, at int) int {
	lent := int64(0)
	for at > 0 && lent < reservoir {
		at--
		lent += max(0, frames[at].bytes-side)
	}
	return max(0, at-2)
}

// mp3Place is a frame and where it lies.
type mp3Place struct {
	off            int64
	bytes, samples int64
}

// mp3Places finds the frames as walkFrames does.
func mp3Places(src *source, off int64) (places []mp3Place, err error) {
	for off < src.size && len(places) < maxFrames {
		h, err := src.upTo(off, 10)
		if err != nil {
			return nil, err
		}
		if f, ok := mp3Frame(h); ok && off+f.bytes <= src.size {
			places = append(places, mp3Place{off, f.bytes, f.samples})
			off += f.bytes
			continue
		}
		if off, err = resync(src, off+1, mp3Frame); err != nil {
			return places, nil //nolint:nilerr // tags, or nothing more
		}
	}
	return places, nil
}

// decodeMP3 calls hear for every sample of frames, with the place of its bytes in what is decoded: 16 bits, two channels.
// A run that the decoder can't follow is heard as far as it can.
func decodeMP3(src *source, frames []mp3Place, hear func(at int64, level float64)) error {
	d, err := gomp3.NewDecoder(&frameReader{src: src, frames: frames})
	if err != nil {
		return nil //nolint:nilerr // what can't be decoded here may play elsewhere
	}
	buf := make([]byte, 8<<10)
	for at := int64(0); ; {
		n, err := io.ReadFull(d, buf)
		for i := 0; i+1 < n; i += 2 {
			hear(at+int64(i), math.Abs(float64(int16(binary.LittleEndian.Uint16(buf[i:]))))/(1<<15))
		}
		at += int64(n)
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || err != nil {
			return nil //nolint:nilerr // as above
		}
	}
}

// frameReader reads frames one behind the other, without what stands between them. It can't seek, or the decoder would.
type frameReader struct {
	src    *source
	frames []mp3Place
	rest   []byte
}

// Read implements io.Reader.
func (r *frameReader) Read(b []byte) (int, error) {
	if len(r.rest) == 0 {
		if len(r.frames) == 0 {
			return 0, io.EOF
		}
		frame, err := r.src.at(r.frames[0].off, int(r.frames[0].bytes))
		if err != nil {
			return 0, err
		}
		r.rest, r.frames = frame, r.frames[1:]
	}
	n := copy(b, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}
