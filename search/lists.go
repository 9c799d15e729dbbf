package search

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// Lists of common terms are kept decoded: reading one takes some 40 ns for each document, also where few of them are
// wanted, and common words are asked for again and again. A segment never changes, so neither do its lists; they go when it does.
const (
	longList     = 1024    // from how many documents in a segment on
	veryLongList = 1 << 17 // from how many on only where many of them are wanted
	chunkOfList  = 1024    // documents of a list that are read for one of them
	nearby       = 8       // how many places on a document is looked for before halving
)

// roomForLists is how many documents all lists may have, of an index of so many: 32 MB, and 128 MB of a million. A larger
// place has longer lists, and whoever runs it a larger machine.
func roomForLists(documents uint64) int64 { return max(4<<20, 16*int64(documents)) }

// list is a term's documents and what it says of each, see bm25.
type list struct {
	numbers []uint32
	says    []float32
	most    float32 // of says
	asked   atomic.Bool
}

type termOf struct{ field, term string }

// lists are those of a segment that are decoded.
type lists struct {
	mu    sync.Mutex
	known map[termOf]*list
}

func (l *lists) get(of termOf) *list {
	l.mu.Lock()
	defer l.mu.Unlock()
	found := l.known[of]
	if found != nil {
		found.asked.Store(true)
	}
	return found
}

// put keeps a list, counted in used.
func (l *lists) put(of termOf, one *list, used *atomic.Int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.known[of] != nil {
		return
	}
	if l.known == nil {
		l.known = map[termOf]*list{}
	}
	l.known[of] = one
	used.Add(int64(len(one.numbers)))
}

// drop forgets all lists or, if some are spared, those that nobody has asked for since it was last called.
func (l *lists) drop(used *atomic.Int64, spare bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for of, one := range l.known {
		if asked := one.asked.Swap(false); !asked || !spare {
			used.Add(-int64(len(one.numbers)))
			delete(l.known, of)
		}
	}
}

// readList decodes a list, of documents that live or not.
func readList(postings segment.PostingsList, field *saturation) (*list, error) {
	out := &list{numbers: make([]uint32, 0, postings.Count()), says: make([]float32, 0, postings.Count())}
	it := postings.Iterator(true, true, false, nil)
	for {
		posting, err := it.Next()
		if err != nil {
			return nil, fmt.Errorf("read list of term: %w", err)
		}
		if posting == nil {
			return out, nil
		}
		out.numbers = append(out.numbers, uint32(posting.Number()))
		says := field.of(posting)
		out.says, out.most = append(out.says, says), max(out.most, says)
	}
}

// score adds what the list says, times a weight, of documents that it has.
func (l *list) score(wanted []uint32, weight float64, scores []float64) error {
	at := 0
	for i, number := range wanted {
		for end := min(at+nearby, len(l.numbers)); at < end && l.numbers[at] < number; {
			at++
		}
		if at < len(l.numbers) && l.numbers[at] < number {
			further, _ := slices.BinarySearch(l.numbers[at:], number)
			at += further
		}
		if at == len(l.numbers) || l.numbers[at] != number {
			return fmt.Errorf("%w: list of a term without a document of its set", errCorrupt)
		}
		scores[i] += weight * float64(l.says[at])
	}
	return nil
}
