package search

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/search"
	"github.com/blevesearch/bleve/v2/search/query"
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
}

// blockSize is how many rows are decoded at once: as many as Bleve keeps in a chunk of values.
const blockSize = 1024

type segmentColumns struct {
	blocks []atomic.Pointer[[blockSize]row]
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
	rowOwn
)

func newColumns() *columns {
	return &columns{names: map[string]uint32{"": 0}, text: []string{""}, segments: map[segment.Segment]*segmentColumns{}}
}

// snapshot is an index as it was when a search began.
type snapshot struct {
	*scorch.IndexSnapshot
	columns *columns
	parts   []part
	failed  error // what went wrong where a search can't say so
	at      int   // the part that was last asked for; searches go through documents in order
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
	s := &snapshot{IndexSnapshot: snap, columns: c}
	first := uint64(0)
	for _, seg := range snap.Segments() {
		size := uint64(seg.FullSize())
		s.parts = append(s.parts, part{first: first, end: first + size, segment: seg})
		first += size
	}
	c.enter(s)
	return s, nil
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
		c.segments = kept
	}
}

// frequency is in how many documents a term is, deleted ones among them; 0 without an index.
func (s *snapshot) frequency(field, term string) uint64 {
	if s == nil {
		return 0
	}
	reader, err := s.TermFieldReader(context.Background(), []byte(term), field, false, false, false)
	if err != nil {
		s.failed = fmt.Errorf("look a term up: %w", err)
		return 0
	}
	n := reader.Count()
	if err := reader.Close(); err != nil {
		s.failed = fmt.Errorf("look a term up: %w", err)
	}
	return n
}

// finds reports whether a query finds anything, whoever may see it.
func (s *snapshot) finds(q query.Query) bool {
	if s == nil {
		return true
	}
	ctx := context.Background()
	searcher, err := q.Searcher(ctx, s.IndexSnapshot, newMapping(), search.SearcherOptions{Score: bleve.ScoreNone})
	if err != nil {
		s.failed = fmt.Errorf("prepare query: %w", err)
		return false
	}
	d, err := searcher.Next(&search.SearchContext{
		DocumentMatchPool: search.NewDocumentMatchPool(searcher.DocumentMatchPoolSize()+1, 0), IndexReader: s.IndexSnapshot,
	})
	if err = errors.Join(err, searcher.Close()); err != nil {
		s.failed = fmt.Errorf("search: %w", err)
	}
	return d != nil
}

// documents is how many there are, deleted ones among them; 0 without an index.
func (s *snapshot) documents() uint64 {
	if s == nil || len(s.parts) == 0 {
		return 0
	}
	return s.parts[len(s.parts)-1].end
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
		state, err = values.VisitDocValues(number*blockSize+i, columnFields(), func(field string, value []byte) { c.set(r, field, value) }, state)
		if err != nil {
			return nil, fmt.Errorf("read columns: %w", err)
		}
	}
	return block, nil
}

func (c *columns) set(r *row, field string, value []byte) {
	switch field {
	case fieldGate:
		c.setGate(r, value)
	case fieldTag:
		r.tags = append(r.tags, c.number(value))
	case fieldUsername:
		r.username = c.number(value)
	case fieldMonth:
		r.month = c.number(value)
	case fieldKind:
		r.kind = kindNumber(string(value))
	case fieldMedia:
		for i, m := range mediaTypes() {
			if m == string(value) {
				r.media |= 1 << i
			}
		}
	case fieldCreated:
		r.created = readCreated(string(value))
	}
}

// rowFor is the row of a document that is to be indexed.
func (c *columns) rowFor(e entry) row {
	c.mu.Lock()
	defer c.mu.Unlock()
	var r row
	for _, v := range e.values() {
		if v.value != "" {
			c.set(&r, v.name, []byte(v.value))
		}
	}
	return r
}

// sorted is a row with its tags in the order of their numbers.
func sorted(r row) row {
	r.tags = slices.Clone(r.tags)
	slices.Sort(r.tags)
	r.tags = slices.Compact(r.tags)
	return r
}

// setGate reads what gateOf wrote.
func (c *columns) setGate(r *row, value []byte) {
	access, rest, _ := bytes.Cut(value, []byte("/"))
	percent, rest, _ := bytes.Cut(rest, []byte("/"))
	author, owner, _ := bytes.Cut(rest, []byte("/"))
	switch string(access) {
	case accessPublic:
		r.access = rowPublic
	case accessFollowers:
		r.access = rowFollowers
	case accessPrivate:
		r.access = rowPrivate
	case accessOwn:
		r.access = rowOwn
	}
	weight, err := strconv.ParseUint(string(percent), 10, 8)
	if err != nil {
		r.access = rowUnknown // kept back rather than guessed
	}
	r.weight, r.author, r.owner = uint8(weight), c.number(author), c.number(owner)
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
