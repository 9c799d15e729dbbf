package media

import (
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/Eyevinn/mp4ff/bits"
	"github.com/Eyevinn/mp4ff/mp4"
)

// Bounds of what a film may make us hold and walk; an hour of fragments of half a second has 7,200.
const (
	maxTopBoxes = 100_000
	maxFragment = 4 << 20
	maxDepth    = 8 // of boxes in boxes
)

// probeMP4 reads the boxes of ISO 14496-12 and QuickTime. Only the few that matter are decoded (by mp4ff), one by one:
// phones write many that no library knows, and one it can't read must not refuse the film.
func probeMP4(src *source, info *Info) error {
	tops, err := topBoxes(src)
	if err != nil {
		return err
	}
	m, err := readMovie(src, tops)
	if err != nil {
		return err
	}
	return m.describe(info, brandOf(src, tops))
}

// box is a box in the file: n bytes at off, its header included.
type box struct {
	kind   string
	off, n int64
}

// topBoxes lists the outermost boxes; they have to fill the file.
func topBoxes(src *source) ([]box, error) {
	var out []box
	for off := int64(0); off < src.size; {
		h, err := src.upTo(off, 16)
		if err != nil {
			return nil, err
		}
		if len(h) < 8 {
			return nil, errCut
		}
		b := box{string(h[4:8]), off, int64(binary.BigEndian.Uint32(h))}
		switch {
		case b.n == 1 && len(h) < 16:
			return nil, errCut
		case b.n == 1:
			b.n = int64(binary.BigEndian.Uint64(h[8:]))
		case b.n == 0: // to the end of the file
			b.n = src.size - off
		}
		if b.n < 8 || len(out) >= maxTopBoxes || !printable(b.kind) {
			return nil, errMalformed
		}
		if b.n > src.size-off {
			return nil, errCut
		}
		out = append(out, b)
		off += b.n
	}
	return out, nil
}

func printable(kind string) bool {
	for i := range len(kind) {
		if c := kind[i]; c < ' ' || c == 0x7f {
			return false
		}
	}
	return true
}

func brandOf(src *source, tops []box) string {
	if tops[0].kind != "ftyp" {
		return "qt  "
	}
	b, err := src.upTo(tops[0].off+8, 4)
	if err != nil {
		return ""
	}
	return string(b)
}

// movie is what the index (moov) and the fragments say.
type movie struct {
	duration   float64
	tracks     []track
	fragmented bool
	hasData    bool
}

type track struct {
	id            uint32
	kind, codec   string
	width, height int
	timescale     uint32
	duration      uint64
	lastChunk     int64
	trex          *mp4.TrexBox
}

// readMovie loads the index and, where it points to fragments, sums those up.
func readMovie(src *source, tops []box) (*movie, error) {
	m := &movie{}
	i := slices.IndexFunc(tops, func(b box) bool { return b.kind == "moov" })
	if i < 0 {
		return nil, errCut
	}
	moov, err := src.load(tops[i].off, tops[i].n)
	if err != nil {
		return nil, err
	}
	if err := m.index(moov); err != nil {
		return nil, err
	}
	for _, b := range tops {
		switch b.kind {
		case "mdat":
			m.hasData = m.hasData || b.n > 8
		case "moof":
			if b.n > maxFragment {
				return nil, errMalformed
			}
			moof, err := src.load(b.off, b.n)
			if err != nil {
				return nil, err
			}
			if err := m.fragment(moof); err != nil {
				return nil, err
			}
		}
	}
	for _, t := range m.tracks {
		if t.lastChunk >= src.size {
			return nil, errCut
		}
	}
	return m, nil
}

// eachBox calls do for the boxes that fill b; whole is the box with its header, body without.
// Fewer than eight bytes at the end are no box: QuickTime lets user data end with a 32-bit zero.
func eachBox(b []byte, do func(kind string, whole, body []byte) error) error {
	for len(b) >= 8 {
		n, head := uint64(binary.BigEndian.Uint32(b)), uint64(8)
		if n == 1 && len(b) >= 16 {
			n, head = binary.BigEndian.Uint64(b[8:]), 16
		} else if n == 0 {
			n = uint64(len(b))
		}
		if n < head || n > uint64(len(b)) {
			return errMalformed
		}
		if err := do(string(b[4:8]), b[:n], b[head:n]); err != nil {
			return err
		}
		b = b[n:]
	}
	return nil
}

// decodeBox is a whole box as mp4ff knows it.
func decodeBox[T mp4.Box](whole []byte) (T, error) {
	var none T
	b, err := mp4.DecodeBoxSR(0, bits.NewFixedSliceReader(whole))
	if err != nil {
		return none, fmt.Errorf("%w: %w", errMalformed, err)
	}
	t, ok := b.(T)
	if !ok {
		return none, errMalformed
	}
	return t, nil
}

// index reads moov.
func (m *movie) index(moov []byte) error {
	return eachBox(moov, func(_ string, _, body []byte) error {
		return eachBox(body, func(kind string, whole, body []byte) error {
			switch kind {
			case "mvhd":
				h, err := decodeBox[*mp4.MvhdBox](whole)
				if err != nil {
					return err
				}
				if h.Timescale > 0 && h.Duration < 1<<32-1 {
					m.duration = float64(h.Duration) / float64(h.Timescale)
				}
			case "trak":
				return m.track(body)
			case "mvex":
				m.fragmented = true
				return m.defaults(body)
			}
			return nil
		})
	})
}

// track reads trak and the boxes inside that matter, wherever they nest.
func (m *movie) track(body []byte) error {
	var t track
	var visit func(kind string, whole, body []byte) error
	depth := 0
	visit = func(kind string, whole, body []byte) error {
		switch kind {
		case "mdia", "minf", "stbl":
			if depth++; depth > maxDepth { // note: a stack of a box for every eight bytes is the end of the program
				return errMalformed
			}
			defer func() { depth-- }()
			return eachBox(body, visit)
		case "tkhd":
			return t.header(whole, body)
		case "mdhd":
			h, err := decodeBox[*mp4.MdhdBox](whole)
			if err != nil {
				return err
			}
			t.timescale, t.duration = h.Timescale, h.Duration
		case "hdlr":
			// note: QuickTime writes a second one inside minf, about where the data is.
			if len(body) >= 12 && t.kind == "" {
				t.kind = string(body[8:12])
			}
		case "stsd":
			if len(body) >= 16 {
				t.codec = string(body[12:16])
			}
		case "stco", "co64":
			t.lastChunk = lastChunk(kind, body)
		}
		return nil
	}
	if err := eachBox(body, visit); err != nil {
		return err
	}
	if len(m.tracks) >= 256 {
		return errMalformed
	}
	m.tracks = append(m.tracks, t)
	return nil
}

// header reads tkhd: whose track, and how large it is shown.
func (t *track) header(whole, body []byte) error {
	h, err := decodeBox[*mp4.TkhdBox](whole)
	if err != nil {
		return err
	}
	t.id, t.width, t.height = h.TrackID, int(h.Width>>16), int(h.Height>>16)
	// The matrix {a b u c d v x y w} and the size end the box; a quarter turn has a = d = 0.
	matrix := body[max(0, len(body)-44):]
	if len(matrix) == 44 && binary.BigEndian.Uint32(matrix) == 0 && binary.BigEndian.Uint32(matrix[4:]) != 0 {
		t.width, t.height = t.height, t.width
	}
	return nil
}

// lastChunk is the highest offset in a chunk table.
func lastChunk(kind string, body []byte) (last int64) {
	eachChunk(kind, body, func(entry []byte) {
		if len(entry) == 4 {
			last = max(last, int64(binary.BigEndian.Uint32(entry)))
			return
		}
		last = max(last, int64(binary.BigEndian.Uint64(entry)))
	})
	return last
}

// eachChunk calls do for every entry of a chunk table, 4 (stco) or 8 (co64) bytes.
func eachChunk(kind string, body []byte, do func(entry []byte)) {
	if len(body) < 8 {
		return
	}
	size := 4
	if kind == "co64" {
		size = 8
	}
	rest := body[8:]
	for n := binary.BigEndian.Uint32(body[4:]); n > 0 && len(rest) >= size; n-- {
		do(rest[:size])
		rest = rest[size:]
	}
}
