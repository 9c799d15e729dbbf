package search

import (
	"context"
	"errors"
	"fmt"
)

// bulkSize is how many documents a rebuild hands over at once: twice BatchSize, since a term costs as much in a batch of
// any size.
const bulkSize = 1000

// build is a rebuild under way: the generation that will replace the live one. Changes applied meanwhile go
// to both; fresh remembers their keys, so that an older reading of the same record doesn't overwrite them.
type build struct {
	next   *generation
	fresh  map[string]bool
	cursor int64
	err    error // why a mirrored change could not be written
	over   chan struct{}
}

// Rebuild fills a new index with all documents that each yields and puts it in force in place of the old
// one, which answers searches and takes changes until then. cursor is the change-log head read before each
// starts. A crash, an error or a cancelled ctx leaves the old index in force. progress, if not nil, is told
// the number of documents done after each batch.
func (ix *Index) Rebuild(ctx context.Context, each func(yield func(Document) error) error, cursor int64, progress func(done int)) error {
	b, err := ix.startBuild(cursor)
	if err != nil {
		return err
	}
	finished := false
	defer close(b.over)
	defer func() { // also when each panics
		if !finished {
			ix.abandonBuild(b)
		}
	}()
	if err := ix.fill(ctx, b, each, progress); err != nil {
		return fmt.Errorf("rebuild search index: %w", err)
	}
	if err := ix.finishBuild(b); err != nil {
		return fmt.Errorf("rebuild search index: %w", err)
	}
	finished = true
	return nil
}

func (ix *Index) startBuild(cursor int64) (*build, error) {
	ix.writing.Lock()
	defer ix.writing.Unlock()
	_, release, err := ix.acquire()
	if err != nil {
		return nil, err
	}
	defer release()
	if ix.building != nil {
		return nil, ErrRebuilding
	}
	next, err := ix.store.create(true)
	if err != nil {
		return nil, err
	}
	ix.building = &build{next: next, fresh: map[string]bool{}, cursor: cursor, over: make(chan struct{})}
	return ix.building, nil
}

// awaitRebuild waits until the rebuild under way, if any, is over for better or worse.
func (ix *Index) awaitRebuild(ctx context.Context) error {
	ix.writing.Lock()
	b := ix.building
	ix.writing.Unlock()
	if b == nil {
		return nil
	}
	select {
	case <-b.over:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (ix *Index) fill(ctx context.Context, b *build, each func(func(Document) error) error, progress func(int)) error {
	ops := make([]Op, 0, bulkSize)
	done := 0
	flush := func() error {
		if err := ix.addTo(b, ops); err != nil {
			return err
		}
		done += len(ops)
		ops = ops[:0]
		if progress != nil {
			progress(done)
		}
		return ctx.Err()
	}
	err := each(func(d Document) error {
		if ops = append(ops, IndexOp(d)); len(ops) == bulkSize {
			return flush()
		}
		return ctx.Err()
	})
	if err != nil {
		return fmt.Errorf("read documents: %w", err)
	}
	if err := flush(); err != nil {
		return err
	}
	return b.next.settle(ctx)
}

// addTo writes what each yielded, without the documents that a change has written since.
func (ix *Index) addTo(b *build, ops []Op) error {
	ix.writing.Lock()
	defer ix.writing.Unlock()
	if ix.building != b {
		return ErrClosed
	}
	stale := make([]Op, 0, len(ops))
	for _, op := range ops {
		if !b.fresh[op.key()] {
			stale = append(stale, op)
		}
	}
	return errors.Join(b.err, b.next.write(stale, 0, false))
}

// mirror repeats a live change in the new generation and takes its cursor, even one before the rebuild's: the
// follower may have read the record before each did, and then the log from there on tells it again.
func (b *build) mirror(ops []Op, cursor int64) {
	for _, op := range ops {
		b.fresh[op.key()] = true
	}
	b.cursor = cursor
	b.err = errors.Join(b.err, b.next.write(ops, 0, false))
}

func (ix *Index) finishBuild(b *build) error {
	ix.writing.Lock()
	defer ix.writing.Unlock()
	if ix.building != b {
		return ErrClosed
	}
	if err := errors.Join(b.err, b.next.write(nil, b.cursor, true)); err != nil {
		return err
	}
	next, err := b.next.reopened()
	if err != nil {
		return err
	}
	b.next = next
	if err := ix.store.publish(b.next); err != nil {
		return err
	}
	ix.building = nil
	ix.swap(b.next)
	return nil
}

// swap puts g in force and retires the old generation once nobody uses it. The caller holds writing.
func (ix *Index) swap(g *generation) {
	ix.mu.Lock()
	old := ix.live
	ix.live = g
	ix.mu.Unlock()
	ix.damaged.Store(false)
	if err := ix.store.retire(old); err != nil {
		ix.log.Warn("old search index can't be removed", "index", old.name(), "error", err)
	}
}

func (ix *Index) abandonBuild(b *build) {
	ix.writing.Lock()
	defer ix.writing.Unlock()
	if ix.building != b {
		return // Close has discarded it
	}
	ix.building = nil
	if err := ix.store.discard(b.next); err != nil {
		ix.log.Warn("unfinished search index can't be removed", "index", b.next.name(), "error", err)
	}
}

// Adopt takes over an index that another process has rebuilt and put in force, if there is one and it has
// been closed there. It reports whether it did. The follower calls it from time to time.
func (ix *Index) Adopt() (bool, error) {
	ix.writing.Lock()
	defer ix.writing.Unlock()
	live, release, err := ix.acquire()
	if err != nil {
		return false, err
	}
	name := ix.store.current()
	same := name == "" || name == live.name() || ix.building != nil
	release()
	if same {
		return false, nil
	}
	g, err := openGeneration(ix.store.path(name), briefLockWait)
	if errors.Is(err, errLocked) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("adopt rebuilt index: %w", err)
	}
	ix.swap(g)
	ix.log.Info("search index rebuilt by another process is in force", "index", name)
	return true, nil
}
