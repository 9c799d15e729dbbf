package search

import (
	"errors"
	"fmt"

	"github.com/RoaringBitmap/roaring/v2"
	index "github.com/blevesearch/bleve_index_api"
	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// lookups remember what one search has looked up in the dictionaries of its snapshot. It is asked for the same several
// times: as typed, more freely, for near matches, and for what those may mean.
type lookups struct {
	dictionaries map[dictionaryOf]segment.TermDictionary
	terms        map[termOf]*postings
	excerpts     map[excerptOf][]index.DictEntry
	unions       map[excerptOf]*postings
}

type dictionaryOf struct {
	part  int
	field string
}

// excerptOf names an excerpt of a field's terms: how they are told, and from what.
type excerptOf struct {
	how, field, from string
	letters          int // that may differ
}

func newLookups() lookups {
	return lookups{map[dictionaryOf]segment.TermDictionary{}, map[termOf]*postings{}, map[excerptOf][]index.DictEntry{}, map[excerptOf]*postings{}}
}

// postings are where a term is, or any of several (then without lists), by part. count is in how many public documents or, where it is in none, in how many that
// the viewer sees: weights that other documents took part in would tell of them, as would guesses at words.
type postings struct {
	lists []segment.PostingsList
	sets  []*roaring.Bitmap
	count uint64
}

// postings looks a term up.
func (s *snapshot) postings(of termOf) (*postings, error) {
	if known := s.lookups.terms[of]; known != nil {
		return known, nil
	}
	p := &postings{lists: make([]segment.PostingsList, len(s.parts)), sets: make([]*roaring.Bitmap, len(s.parts))}
	s.work.spend(len(s.parts), stepTerm)
	for i, part := range s.parts {
		dictionary, err := s.dictionary(i, of.field)
		if err != nil {
			return nil, err
		}
		list, err := dictionary.PostingsList([]byte(of.term), part.segment.Deleted(), nil)
		if err != nil {
			return nil, fmt.Errorf("look up term: %w", err)
		}
		p.lists[i], p.sets[i] = list, setOfList(list)
	}
	s.lookups.terms[of] = p
	return p, s.count(p)
}

// termsLike are the terms of a field that begin with the same letter as one and of which at most so many others differ.
func (s *snapshot) termsLike(of termOf, letters int) ([]index.DictEntry, error) {
	return s.excerpt(excerptOf{"fuzzy", of.field, of.term, letters}, func() (index.FieldDict, error) {
		return s.FieldDictFuzzy(of.field, of.term, letters, truncateRunes(of.term, 1))
	})
}

// union looks all terms of an excerpt up.
func (s *snapshot) union(of excerptOf, look func() (index.FieldDict, error)) (*postings, error) {
	if known := s.lookups.unions[of]; known != nil {
		return known, nil
	}
	terms, err := s.excerpt(of, look)
	if err != nil {
		return nil, err
	}
	s.work.spend(len(s.parts)*len(terms), stepTerm)
	p := &postings{sets: make([]*roaring.Bitmap, len(s.parts))}
	for i, part := range s.parts {
		dictionary, err := s.dictionary(i, of.field)
		if err != nil {
			return nil, err
		}
		sets := make([]*roaring.Bitmap, 0, len(terms))
		for _, entry := range terms {
			list, err := dictionary.PostingsList([]byte(entry.Term), nil, nil)
			if err != nil {
				return nil, fmt.Errorf("look up term: %w", err)
			}
			sets = append(sets, setOfList(list))
		}
		p.sets[i] = roaring.FastOr(sets...)
		if deleted := part.segment.Deleted(); deleted != nil {
			p.sets[i].AndNot(deleted)
		}
	}
	s.lookups.unions[of] = p
	return p, s.count(p)
}

// count fills in postings' count.
func (s *snapshot) count(p *postings) error {
	for i := range p.sets {
		public, err := s.public(i)
		if err != nil {
			return err
		}
		p.count += p.sets[i].AndCardinality(public)
	}
	for i := range p.sets {
		if p.count > 0 {
			return nil
		}
		seen, err := s.seen(i, p.sets[i])
		if err != nil {
			return err
		}
		p.count = seen
	}
	return nil
}

// setOfList is the documents of a list that live.
func setOfList(list segment.PostingsList) *roaring.Bitmap {
	it, ok := list.Iterator(false, false, false, nil).(segment.OptimizablePostingsIterator)
	if !ok {
		return nothing
	}
	if number, one := it.DocNum1Hit(); one {
		return roaring.BitmapOf(uint32(number))
	}
	if set := it.ActualBitmap(); set != nil {
		return set
	}
	return nothing
}

func (s *snapshot) dictionary(part int, field string) (segment.TermDictionary, error) {
	of := dictionaryOf{part, field}
	if known, ok := s.lookups.dictionaries[of]; ok {
		return known, nil
	}
	dictionary, err := s.parts[part].segment.Segment().Dictionary(field)
	if err != nil {
		return nil, fmt.Errorf("open dictionary: %w", err)
	}
	s.lookups.dictionaries[of] = dictionary
	return dictionary, nil
}

// excerpt reads the terms that look finds.
func (s *snapshot) excerpt(of excerptOf, look func() (index.FieldDict, error)) (found []index.DictEntry, err error) {
	if known, ok := s.lookups.excerpts[of]; ok {
		return known, nil
	}
	terms, err := look()
	if err != nil {
		return nil, fmt.Errorf("look through dictionary: %w", err)
	}
	defer func() { err = errors.Join(err, terms.Close()) }()
	for {
		entry, err := terms.Next()
		if err != nil {
			return nil, fmt.Errorf("look through dictionary: %w", err)
		}
		if entry == nil {
			s.work.spend(len(found), stepEntry)
			s.lookups.excerpts[of] = found
			return found, nil
		}
		found = append(found, *entry)
	}
}

// seen is how many documents of a set the viewer sees.
func (s *snapshot) seen(part int, set *roaring.Bitmap) (n uint64, err error) {
	s.work.spend(int(set.GetCardinality()), stepRow)
	for it := set.Iterator(); it.HasNext(); {
		r, err := s.rowIn(&s.parts[part], uint64(it.Next()))
		if err != nil {
			return 0, err
		}
		if s.viewer.sees(r) {
			n++
		}
	}
	return n, nil
}
