package media

import (
	"encoding/binary"
	"strings"
)

// probeOgg walks the pages (RFC 3533, 6): the last granule position of each stream is its length,
// and a stream without an end page was cut.
func probeOgg(src *source, info *Info) error {
	w := &oggWalk{src: src, open: map[uint32]*oggStream{}}
	for off := int64(0); off < src.size; {
		next, err := w.page(off)
		if err != nil {
			return err
		}
		off = next
	}
	if w.film {
		return mismatch("The file holds a film. Send it as mp4 or webm.")
	}
	if w.codec == "" {
		return errMalformed
	}
	if len(w.open) > 0 {
		return errCut
	}
	if info.Ext == "opus" && w.codec != "opus" {
		return mismatch("The file is not what its name says: .opus but its content is " + w.codec + ".")
	}
	if w.seconds <= 0 {
		return errEmpty
	}
	info.Codec, info.Duration = w.codec, w.seconds
	return nil
}

type oggWalk struct {
	src     *source
	open    map[uint32]*oggStream
	codec   string
	seconds float64
	film    bool
}

// oggStream is one logical stream; granules/rate is its time. rate is 0 for what isn't sound.
type oggStream struct {
	rate, skip, granule int64
}

// page reads the page at off and says where the next one is.
func (w *oggWalk) page(off int64) (int64, error) {
	h, err := w.src.at(off, 27)
	if err != nil {
		return 0, err
	}
	if string(h[:4]) != "OggS" || h[4] != 0 {
		return 0, errMalformed
	}
	flags, serial, segments := h[5], binary.LittleEndian.Uint32(h[14:]), int(h[26])
	granule := int64(binary.LittleEndian.Uint64(h[6:]))
	table, err := w.src.at(off+27, segments)
	if err != nil {
		return 0, err
	}
	body, n := off+27+int64(segments), int64(0)
	for _, s := range table {
		n += int64(s)
	}
	if body+n > w.src.size {
		return 0, errCut
	}
	const first = 2
	if flags&first != 0 {
		if err := w.begin(serial, body, int(n)); err != nil {
			return 0, err
		}
	}
	return body + n, w.move(serial, granule, flags)
}

// move notes how far a page takes its stream, and ends it with its last one.
func (w *oggWalk) move(serial uint32, granule int64, flags byte) error {
	s := w.open[serial]
	if s == nil {
		return errMalformed
	}
	if granule > 0 { // -1: no packet ends here
		s.granule = granule
	}
	const last = 4
	if flags&last == 0 {
		return nil
	}
	delete(w.open, serial)
	if s.rate > 0 {
		w.seconds += float64(max(0, s.granule-s.skip)) / float64(s.rate)
	}
	return nil
}

// begin tells a stream by its first packet.
func (w *oggWalk) begin(serial uint32, body int64, n int) error {
	// note: chained files of the web radio kind have a few links; thousands at once are an attack on the map.
	if w.open[serial] != nil || len(w.open) >= 32 {
		return errMalformed
	}
	b, err := w.src.at(body, min(n, 64))
	if err != nil {
		return err
	}
	s, p := &oggStream{}, string(b)
	switch {
	case strings.HasPrefix(p, "OpusHead") && len(b) >= 19: // RFC 7845, 5.1
		s.rate, s.skip = 48000, int64(binary.LittleEndian.Uint16(b[10:]))
		w.codec = "opus"
	case strings.HasPrefix(p, "\x01vorbis") && len(b) >= 30:
		s.rate = int64(binary.LittleEndian.Uint32(b[12:]))
		w.codec = "vorbis"
	case strings.HasPrefix(p, "\x7fFLAC") && len(b) >= 51: // RFC 9639, 10.1
		s.rate = int64(b[27])<<12 | int64(b[28])<<4 | int64(b[29]>>4)
		w.codec = "flac"
	case strings.HasPrefix(p, "\x80theora"), strings.HasPrefix(p, "BBCD"), strings.HasPrefix(p, "OVP80"), strings.HasPrefix(p, "\x01video"):
		w.film = true
	}
	w.open[serial] = s
	return nil
}
