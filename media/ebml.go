package media

import (
	"encoding/binary"
	"errors"
	"math"
)

// EBML ids that a probe looks at (RFC 8794 and 9559); the length marker is part of an id.
const (
	idEBML         = 0x1a45dfa3
	idDocType      = 0x4282
	idSegment      = 0x18538067
	idInfo         = 0x1549a966
	idScale        = 0x2ad7b1
	idDuration     = 0x4489
	idTracks       = 0x1654ae6b
	idTrackEntry   = 0xae
	idTrackType    = 0x83
	idCodecID      = 0x86
	idVideo        = 0xe0
	idPixelWidth   = 0xb0
	idPixelHeight  = 0xba
	idCluster      = 0x1f43b675
	idTimestamp    = 0xe7
	idSimpleBlock  = 0xa3
	idBlockGroup   = 0xa0
	idBlock        = 0xa1
	unknownSize    = -1
	maxElements    = 4 << 20
	maxTracksBytes = 1 << 20
)

// element is a header: n bytes of data at off.
type element struct {
	id     uint32
	off, n int64
}

func (e element) end() int64 { return e.off + e.n }

// element reads the header at off; what it announces has to be in the file.
func (w *webmWalk) element(off int64) (element, error) {
	b, err := w.src.upTo(off, 12)
	if err != nil {
		return element{}, err
	}
	e, err := ebmlHeader(b)
	if err != nil {
		return element{}, err
	}
	e.off += off
	if e.n > w.src.size-e.off {
		return element{}, errCut
	}
	return e, nil
}

// ebmlHeader reads id and size at the start of b (RFC 8794, 4–6).
func ebmlHeader(b []byte) (element, error) {
	if len(b) == 0 {
		return element{}, errCut
	}
	n := 1
	for n <= 4 && b[0]<<(n-1)&0x80 == 0 {
		n++
	}
	switch {
	case n > 4:
		return element{}, errMalformed
	case n >= len(b):
		return element{}, errCut
	}
	id := uint32(0)
	for _, c := range b[:n] {
		id = id<<8 | uint32(c)
	}
	m := 1
	for m <= 8 && b[n]<<(m-1)&0x80 == 0 {
		m++
	}
	switch {
	case m > 8:
		return element{}, errMalformed
	case n+m > len(b):
		return element{}, errCut
	}
	size := int64(b[n]) & (1<<(8-m) - 1)
	for _, c := range b[n+1 : n+m] {
		size = size<<8 | int64(c)
	}
	if size == 1<<(7*m)-1 {
		size = unknownSize
	}
	return element{id, int64(n + m), size}, nil
}

// eachElement calls do for the elements that fill b.
func eachElement(b []byte, do func(id uint32, data []byte) error) error {
	for len(b) > 0 {
		e, err := ebmlHeader(b)
		if errors.Is(err, errCut) || err == nil && (e.n == unknownSize || e.end() > int64(len(b))) {
			return errMalformed
		}
		if err != nil {
			return err
		}
		if err := do(e.id, b[e.off:e.end()]); err != nil {
			return err
		}
		b = b[e.end():]
	}
	return nil
}

func uintOf(b []byte) float64 {
	v := uint64(0)
	for _, c := range b[:min(len(b), 8)] {
		v = v<<8 | uint64(c)
	}
	return float64(v)
}

func floatOf(b []byte) float64 {
	v := 0.0
	switch len(b) {
	case 4:
		v = float64(math.Float32frombits(binary.BigEndian.Uint32(b)))
	case 8:
		v = math.Float64frombits(binary.BigEndian.Uint64(b))
	}
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return 0
	}
	return v
}
