package search

import (
	"encoding/binary"
	"errors"
	"fmt"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
)

// Reasons why a generation on disk can't be used. Only errLocked leaves it where it is.
var (
	errLocked  = errors.New("index is open in another process")
	errForeign = errors.New("index was made by another version")
	errCorrupt = errors.New("index file is damaged")
)

// Internal keys of ours inside the Bleve index.
var (
	keyCursor      = []byte("madang.cursor")
	keyFingerprint = []byte("madang.fingerprint")
)

// stallLimit is how long one batch may take. Beyond it Bleve's background writer is taken for dead: it
// catches its own panics and stops, which leaves a waiting batch waiting for ever.
const stallLimit = 2 * time.Minute

// generation is one Bleve index on disk. Index holds the one in force and replaces it as a whole.
type generation struct {
	path  string
	bleve bleve.Index
	users sync.WaitGroup // searches and writes in flight

	columns *columns
	filled  atomic.Bool // isFilled said so once
}

// isFilled reports whether the index has ever been written to with a cursor.
func (g *generation) isFilled() (bool, error) {
	if g.filled.Load() {
		return true, nil
	}
	_, known, err := g.cursor()
	if known {
		g.filled.Store(true)
	}
	return known, err
}

func (g *generation) name() string { return filepath.Base(g.path) }

// createGeneration makes an empty index at path, which must not exist.
func createGeneration(path string) (*generation, error) {
	mark, err := fingerprint()
	if err != nil {
		return nil, err
	}
	b, err := bleve.NewUsing(path, newMapping(), scorch.Name, scorch.Name, map[string]any{"bolt_timeout": "1s"})
	if err != nil {
		return nil, fmt.Errorf("create index: %w", err)
	}
	if err := b.SetInternal(keyFingerprint, []byte(mark)); err != nil {
		return nil, errors.Join(fmt.Errorf("mark index: %w", err), b.Close())
	}
	return &generation{path: path, bleve: b, columns: newColumns()}, nil
}

// openGeneration opens the index at path and checks it: sealed files, segment checksums, version.
// wait bounds how long another process's lock is waited for.
func openGeneration(path string, wait time.Duration) (g *generation, err error) {
	defer rescue(&err)
	defer faultsAsPanics()()
	if err := checkSeal(path); err != nil {
		return nil, err
	}
	b, err := bleve.OpenUsing(path, map[string]any{"bolt_timeout": wait.String()})
	if err != nil && strings.Contains(err.Error(), "timeout") {
		return nil, errLocked
	}
	if err != nil {
		return nil, fmt.Errorf("open index: %w", err)
	}
	g = &generation{path: path, bleve: b, columns: newColumns()}
	if err := g.check(); err != nil {
		return nil, errors.Join(err, b.Close())
	}
	return g, removeSeal(path)
}

// check compares what is only known once the index is open.
func (g *generation) check() error {
	want, err := fingerprint()
	if err != nil {
		return err
	}
	got, err := g.bleve.GetInternal(keyFingerprint)
	if err != nil {
		return fmt.Errorf("read version of index: %w", err)
	}
	if string(got) != want {
		return fmt.Errorf("%w: %q, want %q", errForeign, got, want)
	}
	return checkSegments(g.bleve)
}

// rescue turns a panic or a memory fault, which damaged files cause in code that reads them as a memory map,
// into an error. Use it with faultsAsPanics.
func rescue(err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("%w: %v", errCorrupt, r)
	}
}

// faultsAsPanics makes reading beyond a truncated memory map a panic, for rescue; call the result to undo.
func faultsAsPanics() (undo func()) {
	before := debug.SetPanicOnFault(true)
	return func() { debug.SetPanicOnFault(before) }
}

// write applies ops and, with hasCursor, the cursor in one batch, durable on return: after a crash the index holds
// all of it or nothing.
func (g *generation) write(ops []Op, cursor int64, hasCursor bool) error {
	batch := g.bleve.NewBatch()
	for _, op := range ops {
		if err := op.validate(); err != nil {
			return err
		}
	}
	for i, d := range built(ops) {
		if d == nil {
			batch.Delete(ops[i].key())
		} else if err := batch.IndexAdvanced(d); err != nil {
			return fmt.Errorf("index document %s: %w", ops[i].key(), err)
		}
	}
	if hasCursor {
		batch.SetInternal(keyCursor, binary.BigEndian.AppendUint64(nil, uint64(cursor)))
	}
	return g.commit(batch)
}

func (g *generation) commit(batch *bleve.Batch) error {
	done := make(chan error, 1)
	go func() {
		var err error
		defer func() { done <- err }()
		defer rescue(&err)
		err = g.bleve.Batch(batch)
	}()
	stalled := time.NewTimer(stallLimit)
	defer stalled.Stop()
	select {
	case err := <-done:
		if err != nil {
			return fmt.Errorf("write batch: %w", err)
		}
		return nil
	case <-stalled.C:
		return fmt.Errorf("write batch: no answer in %s: %w", stallLimit, errCorrupt)
	}
}

// cursor is the change-log position the index reflects; known is false before the first write of one.
func (g *generation) cursor() (cursor int64, known bool, err error) {
	v, err := g.bleve.GetInternal(keyCursor)
	if err != nil {
		return 0, false, fmt.Errorf("read cursor of index: %w", err)
	}
	if len(v) != 8 {
		return 0, false, nil
	}
	return int64(binary.BigEndian.Uint64(v)), true, nil
}
