package media

import (
	"encoding/binary"
	"errors"
)

// MP3 and ADTS have no container: both are read frame by frame, and share what may stand around frames.

// maxJunk is how far a broken or foreign stretch between frames may reach.
const maxJunk = 64 << 10

// frame is one frame of sound: its length in the file and how many samples at which rate it holds.
type frame struct {
	bytes, samples, rate int64
}

// isMP3 looks for the sync of MPEG audio layer III (ISO 11172-3, 2.4.2.3).
func isMP3(head []byte) bool {
	_, ok := mp3Frame(head)
	return ok
}

func mp3Frame(h []byte) (frame, bool) {
	if len(h) < 4 || h[0] != 0xff || h[1]&0xe0 != 0xe0 || h[1]>>1&3 != 1 {
		return frame{}, false
	}
	version, rateIndex, speedIndex := h[1]>>3&3, h[2]>>2&3, h[2]>>4
	if version == 1 || rateIndex == 3 || speedIndex == 0 || speedIndex == 15 {
		return frame{}, false
	}
	const v1 = 3
	rate := [3]int64{44100, 48000, 32000}[rateIndex]
	kbit := [16]int64{0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160}[speedIndex]
	samples := int64(576)
	if version == v1 {
		kbit = [16]int64{0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320}[speedIndex]
		samples = 1152
	} else {
		rate /= 4 - int64(version) // 2: half the rates, 2.5 (coded 0): a quarter
	}
	return frame{samples/8*kbit*1000/rate + int64(h[2]>>1&1), samples, rate}, true
}

// isADTS looks for the sync of an AAC stream (ISO 13818-7, 6.2).
func isADTS(head []byte) bool {
	_, ok := adtsFrame(head)
	return ok
}

func adtsFrame(h []byte) (frame, bool) {
	if len(h) < 7 || h[0] != 0xff || h[1]&0xf6 != 0xf0 {
		return frame{}, false
	}
	rates := [16]int64{96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350}
	rate := rates[h[2]>>2&15]
	n := int64(h[3]&3)<<11 | int64(h[4])<<3 | int64(h[5]>>5)
	if rate == 0 || n < 7 {
		return frame{}, false
	}
	return frame{n, 1024 * int64(h[6]&3+1), rate}, true
}

func probeADTS(src *source, info *Info) error {
	start, err := skipID3(src, 0)
	if err != nil {
		return err
	}
	info.Codec = "aac"
	info.Duration, err = walkFrames(src, start, adtsFrame)
	return err
}

// probeMP3 believes the encoder's own table of contents where there is one (Xing, Info, VBRI) and otherwise reads every frame.
func probeMP3(src *source, info *Info) error {
	start, err := skipID3(src, 0)
	if err != nil {
		return err
	}
	h, err := src.at(start, 4)
	if err != nil {
		return err
	}
	first, ok := mp3Frame(h)
	if !ok {
		return errMalformed
	}
	info.Codec = "mp3"
	frames, bytes, err := mp3Contents(src, start, first)
	if err != nil {
		return err
	}
	if bytes > src.size-start {
		return errCut
	}
	// note: the second frame has to be where the first one says, else a few lucky bytes look like sound.
	if frames > 0 && bytes > 0 && nextFrame(src, start, first) {
		info.Duration = float64(frames*first.samples) / float64(first.rate)
		return nil
	}
	info.Duration, err = walkFrames(src, start, mp3Frame)
	return err
}

func nextFrame(src *source, off int64, f frame) bool {
	h, err := src.at(off+f.bytes, 4)
	if err != nil {
		return false
	}
	_, ok := mp3Frame(h)
	return ok
}

// mp3Contents reads how many frames and bytes the first frame announces, 0 where it doesn't.
func mp3Contents(src *source, start int64, first frame) (frames, bytes int64, err error) {
	b, err := src.upTo(start, 64)
	if err != nil || len(b) < 64 {
		return 0, 0, err
	}
	if string(b[36:40]) == "VBRI" {
		return int64(binary.BigEndian.Uint32(b[50:])), int64(binary.BigEndian.Uint32(b[46:])), nil
	}
	// Xing follows the side information, whose length depends on version and channels.
	mono := b[3]>>6 == 3
	at := 4 + 17
	switch {
	case first.samples == 1152 && !mono:
		at = 4 + 32
	case first.samples == 576 && mono:
		at = 4 + 9
	}
	if tag := string(b[at : at+4]); tag != "Xing" && tag != "Info" {
		return 0, 0, nil
	}
	if flags := binary.BigEndian.Uint32(b[at+4:]); flags&3 != 3 {
		return 0, 0, nil
	}
	return int64(binary.BigEndian.Uint32(b[at+8:])), int64(binary.BigEndian.Uint32(b[at+12:])), nil
}

// walkFrames is the length in seconds of the frames from off to the end.
func walkFrames(src *source, off int64, parse func([]byte) (frame, bool)) (float64, error) {
	seconds, found := 0.0, false
	for off < src.size {
		h, err := src.upTo(off, 10)
		if err != nil {
			return 0, err
		}
		if f, ok := parse(h); ok {
			if off+f.bytes > src.size {
				return 0, errCut
			}
			seconds += float64(f.samples) / float64(f.rate)
			off, found = off+f.bytes, true
			continue
		}
		if found && len(h) < 7 && h[0] == 0xff {
			return 0, errCut // the first bytes of one more header
		}
		if isTrailer(h) {
			break
		}
		off, err = resync(src, off+1, parse)
		if errors.Is(err, errNoFrame) && found {
			break
		}
		if err != nil {
			return 0, err
		}
	}
	if !found {
		return 0, errEmpty
	}
	return seconds, nil
}

// isTrailer knows the tags that stand behind sound.
func isTrailer(h []byte) bool {
	for _, tag := range []string{"TAG", "APETAGEX", "ID3", "LYRICSBEG"} {
		if prefix(tag)(h) {
			return true
		}
	}
	return false
}

// errNoFrame says that the file ends in a short stretch without frames, as tags and padding leave it.
var errNoFrame = errors.New("no further frame")

// resync finds the next frame that another one follows.
func resync(src *source, off int64, parse func([]byte) (frame, bool)) (int64, error) {
	end := min(src.size, off+maxJunk)
	for ; off < end; off++ {
		h, err := src.upTo(off, 7)
		if err != nil {
			return 0, err
		}
		f, ok := parse(h)
		if !ok {
			continue
		}
		if h, err = src.upTo(off+f.bytes, 7); err != nil && !errors.Is(err, errCut) {
			return 0, err
		}
		if _, ok := parse(h); ok || off+f.bytes == src.size {
			return off, nil
		}
	}
	if end < src.size {
		return 0, errMalformed
	}
	return 0, errNoFrame
}
