package search

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"
)

// BatchSize is the most documents handled at once, here and in Follower: it bounds memory.
const BatchSize = 500

var (
	// ErrClosed answers any use after Close.
	ErrClosed = errors.New("search index is closed")
	// ErrDamaged answers a search or a write that met damaged files. The follower then rebuilds the index;
	// until it has, callers should answer from the database or say that search is being repaired.
	ErrDamaged = errors.New("search index is damaged")
	// ErrUnfilled answers a search of an index that was never filled: the follower is about to, or at it.
	ErrUnfilled = errors.New("search index is not filled yet")
	// ErrRebuilding answers Rebuild while another one runs.
	ErrRebuilding = errors.New("search index is being rebuilt already")
)

// Index is the search index: a Bleve index on disk that is replaced as a whole by Rebuild.
// All methods may be called at the same time.
type Index struct {
	// Zone is where the days of before: and after: begin, nil for UTC. Set it before the first search.
	Zone *time.Location

	store store
	log   *slog.Logger

	mu     sync.RWMutex // guards live and closed
	live   *generation
	closed bool

	writing  sync.Mutex // one batch, rebuild step or swap at a time; guards building
	building *build

	damaged atomic.Bool
	broken  atomic.Bool // it was, or when it was opened, and the log hasn't said yet that it is whole again
}

// Open opens the index in dir, or makes an empty one: when there is none, when it is damaged (it is then
// removed) or when another version made it. When another process has it open, this one gets a private index
// in the same directory, which Rebuild fills and puts in force (Adopt then brings it to the other process).
// An error means that the directory itself can't be used.
func Open(dir string, log *slog.Logger) (*Index, error) {
	s := store{dir: dir, log: log}
	g, broken, err := s.open()
	if err != nil {
		return nil, err
	}
	ix := &Index{store: s, log: log, live: g}
	ix.broken.Store(broken)
	return ix, nil
}

// Close waits for what is in flight and closes the index. A private one is removed.
func (ix *Index) Close() error {
	ix.writing.Lock()
	defer ix.writing.Unlock()
	ix.mu.Lock()
	if ix.closed {
		ix.mu.Unlock()
		return nil
	}
	ix.closed = true
	ix.mu.Unlock()
	var err error
	if b := ix.building; b != nil {
		ix.building = nil
		err = ix.store.discard(b.next)
	}
	return errors.Join(err, ix.store.retire(ix.live))
}

// Apply makes the changes and moves the cursor, in one batch that a crash can't split: cursor is the
// change-log position up to which the index is complete once ops are in. Give at most BatchSize of them.
func (ix *Index) Apply(ops []Op, cursor int64) error {
	ix.writing.Lock()
	defer ix.writing.Unlock()
	g, release, err := ix.acquire()
	if err != nil {
		return err
	}
	defer release()
	if err := g.write(ops, cursor, true); err != nil {
		return ix.noteDamage(g, err)
	}
	if ix.building != nil {
		ix.building.mirror(ops, cursor)
	}
	return nil
}

// otherwise leaves out those of ops after which a document has the values that it has already, of those that every hit needs.
// While another index is being made all stay, since that may have read others.
func (ix *Index) otherwise(ops []Op) (differ []Op, err error) {
	ix.writing.Lock()
	building := ix.building != nil
	ix.writing.Unlock()
	if building || len(ops) == 0 {
		return ops, nil
	}
	err = ix.with(func(_ *generation, s *snapshot) error {
		for _, op := range ops {
			same, err := s.hasRowOf(op)
			if err != nil {
				return err
			}
			if !same {
				differ = append(differ, op)
			}
		}
		return nil
	})
	return differ, err
}

// Cursor is the change-log position that the index reflects, 0 when it was never filled.
func (ix *Index) Cursor() int64 {
	cursor, _, err := ix.position()
	if err != nil {
		return 0
	}
	return cursor
}

// position is Cursor with its doubts: filled is false for an index that never was, or that is damaged.
func (ix *Index) position() (cursor int64, filled bool, err error) {
	g, release, err := ix.acquire()
	if err != nil {
		return 0, false, err
	}
	defer release()
	if ix.damaged.Load() || g.lost() {
		return 0, false, nil
	}
	return g.cursor()
}

// InForce reports whether this is the index that a server uses, and not a private one because another process has
// that open.
func (ix *Index) InForce() bool {
	g, release, err := ix.acquire()
	if err != nil {
		return false
	}
	defer release()
	return g.name() == ix.store.current()
}

// Count is the number of documents in the index, drafts not among them.
func (ix *Index) Count() (int, error) {
	g, release, err := ix.acquire()
	if err != nil {
		return 0, err
	}
	defer release()
	n, err := g.bleve.DocCount()
	if err != nil {
		return 0, fmt.Errorf("count documents: %w", err)
	}
	return int(n), nil
}

// acquire returns the generation in force and keeps it open until release.
func (ix *Index) acquire() (g *generation, release func(), err error) {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	if ix.closed {
		return nil, nil, ErrClosed
	}
	g = ix.live
	g.users.Add(1)
	return g, g.users.Done, nil
}

// noteDamage looks whether damage is behind an error of g, and if so remembers it for the follower and gives
// the error its public name.
func (ix *Index) noteDamage(g *generation, err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if !errors.Is(err, errCorrupt) && !g.lost() && !errors.Is(checkSegments(g.bleve), errCorrupt) {
		return err
	}
	if !ix.damaged.Swap(true) {
		ix.broken.Store(true)
		ix.log.Error("search index is damaged and is made anew; the database answers until it is", "error", err)
	}
	return fmt.Errorf("%w: %w", ErrDamaged, err)
}
