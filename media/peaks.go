package media

import "math"

// A sound's shape is drawn from its peaks: how loud each of peakCount equal parts gets, from 0 to 100 of the most that the format can say.
// Of a long sound a bounded stretch of each part is heard, so that hours take no longer than minutes.
const peakCount = 400

// meter hears a sound.
type meter struct {
	level [peakCount]float64
	heard [peakCount]bool
}

// part is the one that a place between 0 and 1 lies in.
func part(at float64) int { return int(max(0, min(peakCount-1, at*peakCount))) }

// hear notes a level between 0 and 1 in a part.
func (m *meter) hear(part int, level float64) {
	m.level[part], m.heard[part] = max(m.level[part], min(level, 1)), true
}

// peaks are what was heard; nil when nothing was. A part of which nothing was heard is as its neighbour before.
func (m *meter) peaks() []int {
	out, last, any := make([]int, peakCount), 0, false
	for i := range out {
		if m.heard[i] {
			last, any = int(math.Round(100*m.level[i])), true
		}
		out[i] = last
	}
	if !any {
		return nil
	}
	return out
}

// peaksOf are the peaks of a sound; nil where they can't be known, which refuses nothing: the sound plays all the same.
func peaksOf(src *source, info Info) (peaks []int) {
	listen := map[string]func(*source, *meter) error{"audio/wav": hearWAV, "audio/flac": hearFLAC, "audio/mpeg": hearMP3}[info.MIME]
	if listen == nil {
		return nil
	}
	defer func() {
		if recover() != nil { // note: decoders meet hostile bytes, as in Inspect
			peaks = nil
		}
	}()
	m := &meter{}
	if err := listen(src, m); err != nil {
		return nil
	}
	return m.peaks()
}
