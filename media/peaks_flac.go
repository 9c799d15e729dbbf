package media

import (
	"bytes"
	"math"

	flacframe "github.com/mewkiz/flac/frame"
)

// Bounds of what is heard of a part of a FLAC: read from where its part of the file begins, decoded until so many samples were heard.
const (
	flacStretch = 256 << 10 // bytes
	flacSamples = 16 << 10
)

// hearFLAC decodes some frames at the beginning of every part of the file; each says by itself where in the sound it is.
func hearFLAC(src *source, m *meter) error {
	start, err := skipID3(src, 0)
	if err != nil {
		return err
	}
	s, sound, err := flacHead(src, start)
	if err != nil || s.total == 0 {
		return err
	}
	for i := range int64(peakCount) {
		off := sound + (src.size-sound)*i/peakCount
		b, err := src.load(off, min(flacStretch, src.size-off))
		if err != nil {
			return err
		}
		hearFrames(b, s, m)
	}
	return nil
}

// hearFrames finds the first whole frame in b and decodes on from there.
func hearFrames(b []byte, s flacStream, m *meter) {
	heard, tried := int64(0), 0
	for heard < flacSamples {
		i := bytes.IndexByte(b, 0xff)
		if i < 0 || i+1 >= len(b) {
			return
		}
		b = b[i:]
		end, ok := flacFrame(b, s.block)
		if b[1]&0xfe != 0xf8 || !ok {
			b = b[1:]
			continue
		}
		if tried++; tried > 8 {
			return
		}
		in := bytes.NewReader(b)
		f, err := flacframe.New(in)
		if err != nil {
			b = b[1:]
			continue
		}
		if f.BitsPerSample == 0 {
			f.BitsPerSample = s.bits // note: “as STREAMINFO says”, which the frame's parser doesn't know
		}
		if err := f.Parse(); err != nil {
			b = b[1:]
			continue
		}
		hearFrame(f, end, s.total, m)
		heard += int64(f.BlockSize)
		b, tried = b[len(b)-in.Len():], 0
	}
}

// hearFrame notes the samples of a frame that ends at the sample end of total.
func hearFrame(f *flacframe.Frame, end, total int64, m *meter) {
	full := math.Ldexp(1, int(f.BitsPerSample)-1)
	first := end - int64(f.BlockSize)
	for _, channel := range f.Subframes {
		for n, v := range channel.Samples {
			m.hear(part(float64(first+int64(n))/float64(total)), math.Abs(float64(v))/full)
		}
	}
}
