package search

import (
	"context"
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
	"github.com/blevesearch/bleve/v2/index/scorch/mergeplan"
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

// stallLimit is how long one batch may take. Beyond it Bleve's background writer is taken for dead.
const stallLimit = 2 * time.Minute

// deadLimit is how long closing may take where that writer is known to be dead.
const deadLimit = 2 * time.Second

// generation is one Bleve index on disk. Index holds the one in force and replaces it as a whole.
type generation struct {
	path  string
	bleve bleve.Index
	users sync.WaitGroup // searches and writes in flight

	columns *columns
	filled  atomic.Bool   // isFilled said so once
	close   func() error  // ends all use, once
	closing chan struct{} // closed by close
	die     func()
	dead    chan struct{} // closed by die

	settling atomic.Pointer[context.CancelCauseFunc] // gives settle up
}

func newGeneration(path string, b bleve.Index) *generation {
	g := &generation{path: path, bleve: b, columns: newColumns(), closing: make(chan struct{}), dead: make(chan struct{})}
	g.die = sync.OnceFunc(func() { close(g.dead) })
	listeners.Store(storeOf(path), g)
	g.close = sync.OnceValue(func() error {
		close(g.closing)
		defer listeners.CompareAndDelete(storeOf(path), g)
		return g.end()
	})
	return g
}

// end closes the index, or gives up: a writer that died while it held a lock leaves it for ever.
func (g *generation) end() error {
	done := apart(g.bleve.Close)
	patience := time.NewTimer(stallLimit)
	defer patience.Stop()
	for dead := g.dead; ; {
		select {
		case err := <-done:
			if err != nil {
				return fmt.Errorf("close index: %w", err)
			}
			return nil
		case <-dead:
			dead = nil
			patience.Reset(deadLimit)
		case <-patience.C:
			return fmt.Errorf("close index: no answer: %w", errCorrupt)
		}
	}
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

// manyFiles is how many segments are joined at once while an index is filled in bulk. More would be fewer segments in
// the end, but they are all in memory meanwhile: some 3 MB each.
const manyFiles = 20

// joinable is what Bleve wants to know so as to leave alone what has been joined: twice the size of that.
const joinable = 2 * manyFiles * bulkSize

// settings are Bleve's for an index: how long another process's lock is waited for and, of one that is filled in bulk,
// that each document is merged once, with those of many batches, rather than again and again as the index grows.
func settings(wait time.Duration, bulk bool) map[string]any {
	plan := map[string]int{"MaxSegmentsPerTier": 10, "SegmentsPerMergeTask": 10, "FloorSegmentSize": 2000}
	if bulk {
		plan = map[string]int{"MaxSegmentsPerTier": manyFiles, "SegmentsPerMergeTask": manyFiles, "FloorSegmentSize": bulkSize, "MaxSegmentSize": joinable}
	}
	listen()
	return map[string]any{"bolt_timeout": wait.String(), "scorchMergePlanOptions": plan, "asyncErrorCallbackName": troubleListener, "eventCallbackName": troubleListener}
}

// createGeneration makes an empty index at path, which must not exist.
func createGeneration(path string, bulk bool) (*generation, error) {
	mark, err := fingerprint()
	if err != nil {
		return nil, err
	}
	b, err := bleve.NewUsing(path, newMapping(), scorch.Name, scorch.Name, settings(lockWait, bulk))
	if err != nil {
		return nil, fmt.Errorf("create index: %w", err)
	}
	if err := b.SetInternal(keyFingerprint, []byte(mark)); err != nil {
		return nil, errors.Join(fmt.Errorf("mark index: %w", err), b.Close())
	}
	return newGeneration(path, b), nil
}

// openGeneration opens the index at path and checks it: sealed files, segment checksums, version.
// wait bounds how long another process's lock is waited for.
func openGeneration(path string, wait time.Duration) (g *generation, err error) {
	defer rescue(&err)
	defer faultsAsPanics()()
	if err := checkSeal(path); err != nil {
		return nil, err
	}
	b, err := bleve.OpenUsing(path, settings(wait, false))
	if err != nil && strings.Contains(err.Error(), "timeout") {
		return nil, errLocked
	}
	if err != nil {
		return nil, fmt.Errorf("open index: %w", err)
	}
	g = newGeneration(path, b)
	if err := g.check(); err != nil {
		return nil, errors.Join(err, g.close())
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

// settle joins what small segments are left in an index that was filled in bulk.
func (g *generation) settle(ctx context.Context) error {
	inner, err := g.bleve.Advanced()
	if err != nil {
		return fmt.Errorf("reach index store: %w", err)
	}
	store, ok := inner.(*scorch.Scorch)
	if !ok {
		return errForeign
	}
	small := mergeplan.MergePlanOptions{
		MaxSegmentsPerTier: 1, SegmentsPerMergeTask: manyFiles, TierGrowth: 1, FloorSegmentSize: manyFiles * bulkSize,
		MaxSegmentSize: joinable,
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	g.settling.Store(&stop)
	defer g.settling.Store(nil)
	done := apart(func() error { return store.ForceMerge(ctx, &small) })
	select {
	case err = <-done:
	case <-g.dead: // note: Bleve waits for its merger though it is dead
		err = fmt.Errorf("the merger is dead: %w", errCorrupt)
	}
	if err := errors.Join(err, context.Cause(ctx)); err != nil {
		return fmt.Errorf("join segments: %w", err)
	}
	return nil
}

// reopened is an index that was filled in bulk, ready for use.
func (g *generation) reopened() (*generation, error) {
	if err := g.close(); err != nil {
		return nil, err
	}
	b, err := bleve.OpenUsing(g.path, settings(lockWait, false))
	if err != nil {
		return nil, fmt.Errorf("open index: %w", err)
	}
	return newGeneration(g.path, b), nil
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

// apart does on a goroutine of its own what may wait for ever for a writer that died; damaged files make it an error.
func apart(do func() error) <-chan error {
	done := make(chan error, 1)
	go func() {
		var err error
		defer func() { done <- err }()
		defer rescue(&err)
		defer faultsAsPanics()()
		err = do()
	}()
	return done
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
	done := apart(func() error { return g.bleve.Batch(batch) })
	stalled := time.NewTimer(stallLimit)
	defer stalled.Stop()
	select {
	case err := <-done:
		if err != nil {
			return fmt.Errorf("write batch: %w", err)
		}
		return nil
	case <-g.dead:
		return fmt.Errorf("write batch: the writer is dead: %w", errCorrupt)
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
