package media

import (
	"errors"
	"fmt"
	"io"

	"github.com/pocketbase/pocketbase/tools/filesystem"
)

// piece is bytes of our own, or n bytes at off of the original.
type piece struct {
	own []byte
	off int64
	n   int64
}

func (p piece) size() int64 {
	if p.own != nil {
		return int64(len(p.own))
	}
	return p.n
}

// splice is a file described as pieces of another: cleaning is leaving pieces out,
// so pictures stay lossless and films are never held in memory.
type splice struct{ pieces []piece }

// keep appends n bytes of the original at off.
func (s *splice) keep(off, n int64) {
	if n <= 0 {
		return
	}
	if last := len(s.pieces) - 1; last >= 0 {
		if p := &s.pieces[last]; p.own == nil && p.off+p.n == off {
			p.n += n
			return
		}
	}
	s.pieces = append(s.pieces, piece{off: off, n: n})
}

// add appends bytes of our own.
func (s *splice) add(b []byte) {
	if len(b) > 0 {
		s.pieces = append(s.pieces, piece{own: b})
	}
}

func (s *splice) size() (n int64) {
	for _, p := range s.pieces {
		n += p.size()
	}
	return n
}

// open reads the new file out of the original.
func (s *splice) open(original io.ReadSeeker) *spliced {
	return &spliced{original: original, pieces: s.pieces, total: s.size()}
}

// spliced is the io.ReadSeeker of a splice.
type spliced struct {
	original io.ReadSeeker
	pieces   []piece
	total    int64
	pos      int64
}

// Read implements io.Reader.
func (s *spliced) Read(b []byte) (int, error) {
	if len(b) == 0 {
		return 0, nil
	}
	at := s.pos
	for _, p := range s.pieces {
		if at >= p.size() {
			at -= p.size()
			continue
		}
		n, err := s.readPiece(b, p, at)
		s.pos += int64(n)
		return n, err
	}
	return 0, io.EOF
}

func (s *spliced) readPiece(b []byte, p piece, at int64) (int, error) {
	if p.own != nil {
		return copy(b, p.own[at:]), nil
	}
	// note: seeking each time is one cheap system call, and survives somebody else moving the original.
	if _, err := s.original.Seek(p.off+at, io.SeekStart); err != nil {
		return 0, fmt.Errorf("seek in the original: %w", err)
	}
	n, err := s.original.Read(b[:min(int64(len(b)), p.n-at)])
	if errors.Is(err, io.EOF) {
		err = nil
		if n == 0 {
			err = io.ErrUnexpectedEOF
		}
	}
	return n, err
}

// Seek implements io.Seeker.
func (s *spliced) Seek(off int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		off += s.pos
	case io.SeekEnd:
		off += s.total
	}
	if off < 0 {
		return 0, errors.New("seek before the start")
	}
	s.pos = off
	return off, nil
}

// splicedFile makes PocketBase upload the spliced file in place of the one that was sent.
type splicedFile struct {
	original filesystem.FileReader
	splice   splice
}

// Open implements filesystem.FileReader.
func (f *splicedFile) Open() (io.ReadSeekCloser, error) {
	r, err := f.original.Open()
	if err != nil {
		return nil, fmt.Errorf("open the original: %w", err)
	}
	return struct {
		io.ReadSeeker
		io.Closer
	}{f.splice.open(r), r}, nil
}
