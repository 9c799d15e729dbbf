package demo

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
)

const (
	soundRate    = 22050 // samples a second
	soundSeconds = 6
	beat         = 0.3 // seconds
)

// WAV returns six seconds of a plucked tune: 16-bit mono PCM at 22.05 kHz, about 265 KB.
// The same seed is the same tune.
func WAV(seed uint64) []byte {
	return wave(melody(newRand(seed, "sound")))
}

// melody plays one note a beat from a pentatonic scale, in which no two notes quarrel, over a
// bass note every four.
func melody(rng *rand.Rand) []float64 {
	scale := []float64{0, 2, 4, 7, 9, 12, 14, 16} // semitones above the root
	root := 220 * math.Pow(2, float64(rng.IntN(8))/12)
	samples := make([]float64, soundRate*soundSeconds)
	step := len(scale) / 2
	for i := range int(soundSeconds/beat) - 3 {
		if i%4 == 0 {
			pluck(samples, float64(i)*beat, root/2*math.Pow(2, scale[rng.IntN(3)]/12), 0.3)
		}
		if rng.IntN(5) == 0 {
			continue // a rest
		}
		step = min(max(step+rng.IntN(5)-2, 0), len(scale)-1)
		pluck(samples, float64(i)*beat, root*math.Pow(2, scale[step]/12), 0.28)
	}
	return samples
}

// pluck adds a note that begins at a time in seconds and dies away: a sine with three overtones,
// the higher ones dying faster, as on a string.
func pluck(samples []float64, at, frequency, loudness float64) {
	first := int(at * soundRate)
	for i := range samples[first:] {
		t := float64(i) / soundRate
		attack := min(t/0.008, 1)
		note := 0.0
		for overtone := 1.0; overtone <= 4; overtone++ {
			note += math.Sin(2*math.Pi*frequency*overtone*t) * math.Exp(-2.2*overtone*t) / (overtone * overtone)
		}
		samples[first+i] += loudness * attack * note
	}
}

// wave wraps samples from -1 to 1 in a RIFF file (Microsoft and IBM, Multimedia Programming
// Interface and Data Specifications 1.0, 1991), fading the last tenth of a second.
func wave(samples []float64) []byte {
	const header, bytesPerSample, pcm, channels = 44, 2, 1, 1
	size := len(samples) * bytesPerSample
	le := binary.LittleEndian
	out := make([]byte, 0, header+size)
	out = append(out, "RIFF"...)
	out = le.AppendUint32(out, uint32(header-8+size))
	out = append(out, "WAVEfmt "...)
	out = le.AppendUint32(out, 16)
	out = le.AppendUint16(out, pcm)
	out = le.AppendUint16(out, channels)
	out = le.AppendUint32(out, soundRate)
	out = le.AppendUint32(out, soundRate*channels*bytesPerSample)
	out = le.AppendUint16(out, channels*bytesPerSample)
	out = le.AppendUint16(out, 8*bytesPerSample)
	out = append(out, "data"...)
	out = le.AppendUint32(out, uint32(size))
	for i, s := range samples {
		fade := min(float64(len(samples)-i)/(soundRate/10), 1)
		value := int16(math.Round(32767 * min(max(s*fade, -1), 1)))
		out = le.AppendUint16(out, uint16(value))
	}
	return out
}
