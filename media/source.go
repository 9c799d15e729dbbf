package media

import (
	"errors"
	"fmt"
	"io"
)

// window is how much a source reads ahead; maxLoad bounds every part that is held whole.
const (
	window  = 16 << 10
	maxLoad = 32 << 20
)

// source gives parsers random access to a file through one small buffer,
// so that a probe costs what it reads and never the whole file in memory.
type source struct {
	r    io.ReadSeeker
	size int64

	start int64 // offset of buf in the file
	buf   []byte
	space [window]byte
}

// at is the n bytes at off; they are valid until the next call. Past the end: errCut.
func (s *source) at(off int64, n int) ([]byte, error) {
	if off < 0 || n < 0 {
		return nil, errMalformed
	}
	if off > s.size || int64(n) > s.size-off {
		return nil, errCut
	}
	if n > window {
		return s.load(off, int64(n))
	}
	if off < s.start || off+int64(n) > s.start+int64(len(s.buf)) {
		if err := s.fill(off); err != nil {
			return nil, err
		}
	}
	i := off - s.start
	if i+int64(n) > int64(len(s.buf)) {
		return nil, errCut
	}
	return s.buf[i : i+int64(n)], nil
}

// upTo is like at, with fewer bytes where the file ends.
func (s *source) upTo(off int64, n int) ([]byte, error) {
	return s.at(off, int(max(0, min(int64(n), s.size-off))))
}

func (s *source) fill(off int64) error {
	s.buf = nil
	if _, err := s.r.Seek(off, io.SeekStart); err != nil {
		return fmt.Errorf("seek in the upload: %w", err)
	}
	n, err := io.ReadFull(s.r, s.space[:min(window, s.size-off)])
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read the upload: %w", err)
	}
	s.start, s.buf = off, s.space[:n]
	return nil
}

// load copies n bytes at off into memory of their own; n is bounded by maxLoad.
func (s *source) load(off, n int64) ([]byte, error) {
	if off < 0 || n < 0 || n > maxLoad {
		return nil, errMalformed
	}
	if off > s.size || n > s.size-off {
		return nil, errCut
	}
	s.buf = nil
	if _, err := s.r.Seek(off, io.SeekStart); err != nil {
		return nil, fmt.Errorf("seek in the upload: %w", err)
	}
	b := make([]byte, n)
	if _, err := io.ReadFull(s.r, b); err != nil {
		if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
			return nil, errCut
		}
		return nil, fmt.Errorf("read the upload: %w", err)
	}
	return b, nil
}
