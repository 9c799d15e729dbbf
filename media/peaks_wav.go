package media

import (
	"encoding/binary"
	"math"
)

// wavStretches of a window each are heard of a part of a WAV.
const wavStretches = 4

// hearWAV reads whole numbers of 8 to 32 bits and floats of 32 or 64; of other codecs it hears nothing.
func hearWAV(src *source, m *meter) error {
	w, err := walkWAV(src)
	if err != nil {
		return err
	}
	level := w.level()
	if level == nil || w.align < w.bits/8 || w.align > window {
		return nil
	}
	frames := w.size / w.align
	for i := range int64(peakCount) {
		first, end := frames*i/peakCount, max(frames*(i+1)/peakCount, frames*i/peakCount+1)
		step := max((end-first)/wavStretches, window/w.align)
		for ; first < min(end, frames); first += step {
			b, err := src.at(w.off+first*w.align, int(min(window/w.align, end-first, frames-first)*w.align))
			if err != nil {
				return err
			}
			for n := w.bits / 8; int64(len(b)) >= n; b = b[n:] {
				m.hear(int(i), level(b))
			}
		}
	}
	return nil
}

// level is how loud the sample at the start of b is; nil for a codec that isn't known.
func (w *wavFile) level() func(b []byte) float64 {
	const whole, float = 1, 3
	switch kind := w.tag; {
	case kind == whole && w.bits == 8:
		return func(b []byte) float64 { return math.Abs(float64(b[0])-128) / 128 }
	case kind == whole && w.bits == 16:
		return func(b []byte) float64 { return math.Abs(float64(int16(binary.LittleEndian.Uint16(b)))) / (1 << 15) }
	case kind == whole && w.bits == 24:
		return func(b []byte) float64 { return math.Abs(float64(int32(uint24(b)<<8))) / (1 << 31) }
	case kind == whole && w.bits == 32:
		return func(b []byte) float64 { return math.Abs(float64(int32(binary.LittleEndian.Uint32(b)))) / (1 << 31) }
	case kind == float && w.bits == 32:
		return func(b []byte) float64 { return sane(float64(math.Float32frombits(binary.LittleEndian.Uint32(b)))) }
	case kind == float && w.bits == 64:
		return func(b []byte) float64 { return sane(math.Float64frombits(binary.LittleEndian.Uint64(b))) }
	}
	return nil
}

// sane is the size of v, 0 for what is no number.
func sane(v float64) float64 {
	if math.IsNaN(v) {
		return 0
	}
	return math.Abs(v)
}
