package search

import (
	"context"
	"errors"
	"fmt"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
)

// snapshot is an index as it was when a search began.
type snapshot struct {
	*scorch.IndexSnapshot
	columns *columns
	viewer  viewer // who asks
	lookups lookups
	parts   []part
	wanted  []*roaring.Bitmap // see public
	at      int               // the part that was last asked for; searches go through documents in order
}

// part is a segment in a snapshot: its documents are numbered from first.
type part struct {
	first, end uint64
	segment    *scorch.SegmentSnapshot
	columns    *segmentColumns
}

// snapshotOf is the index now. Close it.
func snapshotOf(b bleve.Index, c *columns) (*snapshot, error) {
	inner, err := b.Advanced()
	if err != nil {
		return nil, fmt.Errorf("reach index store: %w", err)
	}
	reader, err := inner.Reader()
	if err != nil {
		return nil, fmt.Errorf("read index store: %w", err)
	}
	snap, ok := reader.(*scorch.IndexSnapshot)
	if !ok {
		return nil, errors.Join(errForeign, reader.Close())
	}
	s := &snapshot{IndexSnapshot: snap, columns: c, lookups: newLookups()}
	first := uint64(0)
	for _, seg := range snap.Segments() {
		size := uint64(seg.FullSize())
		s.parts = append(s.parts, part{first: first, end: first + size, segment: seg})
		first += size
	}
	c.enter(s)
	return s, nil
}

// partOf is the part that holds a document, and the document's number in it.
func (s *snapshot) partOf(number uint64) (*part, uint64) {
	if s.at >= len(s.parts) || number < s.parts[s.at].first {
		s.at = 0
	}
	for number >= s.parts[s.at].end {
		s.at++
	}
	p := &s.parts[s.at]
	return p, number - p.first
}

// rowOf is the values of a document.
func (s *snapshot) rowOf(number uint64) (*row, error) {
	p, local := s.partOf(number)
	return s.rowIn(p, local)
}

// rowIn is the values of a document of a part.
func (s *snapshot) rowIn(p *part, local uint64) (*row, error) {
	block := p.columns.blocks[local/blockSize].Load()
	if block == nil {
		var err error
		if block, err = s.columns.decode(p, local/blockSize); err != nil {
			return nil, err
		}
		p.columns.blocks[local/blockSize].Store(block)
	}
	return &block[local%blockSize], nil
}

// warm decodes what isn't yet, so that no search has to wait for it.
func (s *snapshot) warm(ctx context.Context) error {
	for i := range s.parts {
		p := &s.parts[i]
		for at := uint64(0); at < p.end-p.first; at += blockSize {
			if _, err := s.rowIn(p, at); err != nil || ctx.Err() != nil {
				return errors.Join(err, ctx.Err())
			}
		}
		if _, err := s.public(i); err != nil {
			return err
		}
	}
	return nil
}
