package search

import (
	"cmp"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
)

// publicSet is those documents of a part that everybody sees, deleted ones among them.
type publicSet struct {
	all *roaring.Bitmap
	by  []authored // sorted
}

// authored is a document of somebody: who wrote it, or owns what it is on.
type authored struct{ author, number uint32 }

// public is the documents of a part that everybody sees, deleted ones among them, without those of authors whom the viewer
// has nothing to do with: what counts are made of.
func (s *snapshot) public(part int) (*roaring.Bitmap, error) {
	p := &s.parts[part]
	known := p.columns.public.Load()
	if known == nil {
		var err error
		if known, err = s.readPublic(p); err != nil {
			return nil, err
		}
		p.columns.public.Store(known)
	}
	if len(s.viewer.barred) == 0 {
		return known.all, nil
	}
	if s.wanted == nil {
		s.wanted = make([]*roaring.Bitmap, len(s.parts))
	}
	if s.wanted[part] == nil {
		s.wanted[part] = known.without(s.viewer.barred)
	}
	return s.wanted[part], nil
}

func (s *snapshot) readPublic(p *part) (*publicSet, error) {
	found := &publicSet{all: roaring.New()}
	for number := range p.end - p.first {
		r, err := s.rowIn(p, number)
		if err != nil {
			return nil, err
		}
		if r.access != rowPublic {
			continue
		}
		found.all.Add(uint32(number))
		found.by = append(found.by, authored{r.author, uint32(number)})
		if r.owner != r.author {
			found.by = append(found.by, authored{r.owner, uint32(number)})
		}
	}
	slices.SortFunc(found.by, func(a, b authored) int {
		return cmp.Or(cmp.Compare(a.author, b.author), cmp.Compare(a.number, b.number))
	})
	return found, nil
}

// publicDocuments is how many there are.
func (s *snapshot) publicDocuments() (n uint64, err error) {
	for i, p := range s.parts {
		public, err := s.public(i)
		if err != nil {
			return 0, err
		}
		n += public.GetCardinality()
		if deleted := p.segment.Deleted(); deleted != nil {
			n -= public.AndCardinality(deleted)
		}
	}
	return n, nil
}

// without leaves out what those authors wrote and what is on theirs.
func (d *publicSet) without(authors map[uint32]bool) *roaring.Bitmap {
	left := d.all.Clone()
	for author := range authors {
		at, _ := slices.BinarySearchFunc(d.by, author, func(a authored, author uint32) int { return cmp.Compare(a.author, author) })
		for ; at < len(d.by) && d.by[at].author == author; at++ {
			left.Remove(d.by[at].number)
		}
	}
	return left
}
