package search

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

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
	work    work
	parts   []part
	wanted  []*roaring.Bitmap // see public
	scopes  map[scopeOf]*roaring.Bitmap
	at      int // the part that was last asked for; searches go through documents in order
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
	s := &snapshot{IndexSnapshot: snap, columns: c, lookups: newLookups(), work: newWork(), scopes: map[scopeOf]*roaring.Bitmap{}}
	first := uint64(0)
	for _, seg := range snap.Segments() {
		size := uint64(seg.FullSize())
		s.parts = append(s.parts, part{first: first, end: first + size, segment: seg})
		first += size
	}
	c.enter(s)
	return s, nil
}

// smallestFirst is the parts by their number, the smallest first: what came last has not been merged yet.
func (s *snapshot) smallestFirst() []int {
	order := make([]int, len(s.parts))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Compare(s.parts[a].end-s.parts[a].first, s.parts[b].end-s.parts[b].first)
	})
	return order
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
