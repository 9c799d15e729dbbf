package search

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// columns are the values that every hit needs – who may see it, when it is from, what facets count – of one index,
// decoded once per part of a segment. Segments never change, so what was decoded stays true until merging drops the
// segment. Bleve's own way, reading and parsing them again per hit, took most of a search's time.
type columns struct {
	mu       sync.Mutex
	names    map[string]uint32 // every author, username, tag and month seen so far, by number
	text     []string
	segments map[segment.Segment]*segmentColumns
	listed   atomic.Int64 // documents in all lists, see roomForLists
}

// blockSize is how many rows are decoded at once: as many as Bleve keeps in a chunk of values.
const blockSize = 1024

type segmentColumns struct {
	blocks []atomic.Pointer[[blockSize]row]
	public atomic.Pointer[publicSet]
	lists  lists
}

// row is one document's values. Names are numbers in columns.text; 0 is the empty name.
type row struct {
	created  int64 // Unix milliseconds
	author   uint32
	owner    uint32
	username uint32
	month    uint32
	tags     []uint32
	kind     uint8
	access   uint8
	weight   uint8 // per cent
	media    uint8 // bits, in the order of mediaTypes
}

// rowAccess numbers the access levels; 0 is a document without values, which nobody sees.
const (
	rowUnknown uint8 = iota
	rowPublic
	rowFollowers
	rowPrivate
	rowOwn // its author's alone
)

func newColumns() *columns {
	return &columns{names: map[string]uint32{"": 0}, text: []string{""}, segments: map[segment.Segment]*segmentColumns{}}
}

// enter gives the parts of s their columns and forgets those of segments that s has no more.
func (c *columns) enter(s *snapshot) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range s.parts {
		p := &s.parts[i]
		known := c.segments[p.segment.Segment()]
		if known == nil {
			known = &segmentColumns{blocks: make([]atomic.Pointer[[blockSize]row], (p.end-p.first+blockSize-1)/blockSize)}
			c.segments[p.segment.Segment()] = known
		}
		p.columns = known
	}
	if len(c.segments) > 2*len(s.parts)+8 {
		kept := make(map[segment.Segment]*segmentColumns, len(s.parts))
		for _, p := range s.parts {
			kept[p.segment.Segment()] = p.columns
		}
		for seg, gone := range c.segments {
			if kept[seg] == nil {
				gone.lists.drop(&c.listed, false)
			}
		}
		c.segments = kept
	}
}

// keep keeps a decoded list of a part, in the room that all lists have. When there is no room, what wasn't asked for lately is forgotten or, where that
// isn't enough, everything.
func (c *columns) keep(p *part, of termOf, l *list, room int64) {
	for _, spare := range []bool{true, false} {
		if c.listed.Load()+int64(len(l.numbers)) <= room {
			break
		}
		c.mu.Lock()
		for _, known := range c.segments {
			known.lists.drop(&c.listed, spare)
		}
		c.mu.Unlock()
	}
	p.columns.lists.put(of, l, &c.listed)
}

// decode reads a block of rows. Two searches may do so at once; both read the same.
func (c *columns) decode(p *part, number uint64) (*[blockSize]row, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	values, ok := p.segment.Segment().(segment.DocValueVisitable)
	if !ok {
		return nil, errForeign
	}
	var state segment.DocVisitState
	block := new([blockSize]row)
	for i := range min(blockSize, p.end-p.first-number*blockSize) {
		r := &block[i]
		var err error
		state, err = values.VisitDocValues(number*blockSize+i, []string{fieldKind}, func(_ string, value []byte) { c.set(r, value) }, state)
		if err != nil {
			return nil, fmt.Errorf("read columns: %w", err)
		}
	}
	return block, nil
}

// set reads what entry.row wrote, or a kind.
func (c *columns) set(r *row, value []byte) {
	if kind := kindNumber(string(value)); kind > 0 {
		r.kind = kind
		return
	}
	var part [8][]byte
	rest := value
	for i := range part {
		part[i], rest, _ = bytes.Cut(rest, []byte(rowSeparator))
	}
	access, weight, media := small(part[0]), small(part[1]), small(part[4])
	r.access, r.weight, r.media = access, weight, media
	r.created, r.month = readCreated(string(part[2])), c.number(part[3])
	r.author, r.owner, r.username = c.number(part[5]), c.number(part[6]), c.number(part[7])
	for len(rest) > 0 {
		var tag []byte
		tag, rest, _ = bytes.Cut(rest, []byte(rowSeparator))
		r.tags = append(r.tags, c.number(tag))
	}
}

// small reads a number of entry.row; what isn't one is 0, which as access is rowUnknown: kept back rather than guessed.
func small(digits []byte) uint8 {
	n, err := strconv.ParseUint(string(digits), 10, 8)
	if err != nil {
		return 0
	}
	return uint8(n)
}

// rowFor is the row of a document that is to be indexed.
func (c *columns) rowFor(e entry) row {
	c.mu.Lock()
	defer c.mu.Unlock()
	r := row{kind: kindNumber(kindOf(e.document.Kind))}
	c.set(&r, e.row())
	return r
}

// sorted is a row with its tags in the order of their numbers.
func sorted(r row) row {
	r.tags = slices.Clone(r.tags)
	slices.Sort(r.tags)
	r.tags = slices.Compact(r.tags)
	return r
}

func (c *columns) number(name []byte) uint32 {
	if n, known := c.names[string(name)]; known {
		return n
	}
	n := uint32(len(c.text))
	c.text = append(c.text, string(name))
	c.names[string(name)] = n
	return n
}

// numbers are the numbers of names, known so far or not.
func (c *columns) numbers(names []string) map[uint32]bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	set := make(map[uint32]bool, len(names))
	for _, name := range names {
		set[c.number([]byte(name))] = true
	}
	return set
}

// name is the text of a number.
func (c *columns) name(n uint32) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.text[n]
}

// createdTerm writes a time so that it fits into a value; readCreated reads it.
func createdTerm(t time.Time) string { return strconv.FormatInt(t.UnixMilli(), 36) }

func readCreated(value string) int64 {
	n, err := strconv.ParseInt(value, 36, 64)
	if err != nil {
		return 0
	}
	return n
}
