package search

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"time"
)

// kindOfCollection says which collections in the change log the index follows; rows of others only move the cursor.
func kindOfCollection(name string) (kind string, followed bool) {
	kind = map[string]string{"posts": KindPost, "users": KindUser, "tags": KindTag, "comments": KindComment, "media": KindMedia}[name]
	return kind, kind != ""
}

// hanging are the kinds that repeat something of another, so that a change of that one changes them: the name of their
// author, the visibility of their post.
func hanging(kind string) []string {
	switch kind {
	case KindUser:
		return []string{KindPost, KindComment, KindMedia}
	case KindPost:
		return []string{KindComment, KindMedia}
	}
	return nil
}

// Ref names a record that is, or was, a document. A tag's id is its name.
type Ref struct{ Kind, ID string }

// actionWeigh tells that a record got more or less popular, which nothing that hangs on it repeats.
const actionWeigh = "weigh"

// Pace of the follower.
const (
	idleWait   = 5 * time.Second        // between looks at the log when nobody wakes it
	gatherWait = 80 * time.Millisecond  // after a wake, so that writes close together share a batch
	crowdWait  = 300 * time.Millisecond // the same while there is a batch after another, since each costs much whatever is in it
	firstRetry = 200 * time.Millisecond // after an error, doubled up to lastRetry
	lastRetry  = 30 * time.Second
)

// Change is a row of the change log: which record changed, not how.
type Change struct {
	Seq        int64
	Collection string
	Record     string
	Action     string // create, update, delete or weigh
}

// Source is the database as the follower reads it. Every method returns what is committed now.
type Source interface {
	// Head is the highest sequence number the log ever gave out, 0 for none.
	Head(ctx context.Context) (int64, error)
	// Oldest is the lowest sequence number the log still has, 0 when it has no rows.
	Oldest(ctx context.Context) (int64, error)
	// Changes are the rows after a sequence number, in order, at most limit. Rows must become visible in the
	// order of their numbers.
	Changes(ctx context.Context, after int64, limit int) ([]Change, error)
	// Documents reads those of a kind that exist, in any order.
	Documents(ctx context.Context, kind string, ids []string) ([]Document, error)
	// Hanging lists the ids, greater than after, in order, at most limit, of a kind's records that hang on another:
	// somebody's posts, comments or media, a post's comments or media.
	Hanging(ctx context.Context, kind string, on Ref, after string, limit int) ([]string, error)
	// Each yields every document once and stops at the first error that yield returns.
	Each(ctx context.Context, yield func(Document) error) error
}

// Follower keeps an Index like its Source. It reads the log in order and then the records named in it as they
// are now, so repeats and order don't matter, and catching up, following and repairing are one path.
type Follower struct {
	index  *Index
	source Source
	log    *slog.Logger
	wake   chan struct{}
	turn   chan struct{} // held by whoever takes a step
	idle   time.Duration // idleWait; shorter in tests
	wrote  time.Time     // when Run wrote a batch
}

// NewFollower connects an index with the database. It does nothing until Run or Sync.
func NewFollower(ix *Index, source Source, log *slog.Logger) *Follower {
	return &Follower{
		index: ix, source: source, log: log, idle: idleWait,
		wake: make(chan struct{}, 1), turn: make(chan struct{}, 1),
	}
}

// Wake tells Run that the log has grown. It never waits.
func (f *Follower) Wake() {
	select {
	case f.wake <- struct{}{}:
	default: // it is awake already
	}
}

// Run follows the log until ctx ends. Errors, and panics of the source, are logged and tried again after a
// growing pause; nothing is skipped. A second Run on the same follower is harmless.
func (f *Follower) Run(ctx context.Context) {
	look := time.NewTicker(f.idle)
	defer look.Stop()
	retry := firstRetry
	for ctx.Err() == nil {
		before := f.index.Cursor()
		more, err := f.step(ctx)
		if f.index.Cursor() != before {
			f.wrote = time.Now()
		}
		switch {
		case ctx.Err() != nil || errors.Is(err, ErrClosed):
			return
		case err != nil:
			f.log.Error("search index can't follow the database for now", "error", err, "retry_in", retry.String()) // note: PocketBase loses what it can't write as JSON
			sleep(ctx, retry/2+rand.N(retry/2))
			retry = min(2*retry, lastRetry)
			continue
		}
		retry = firstRetry
		if more {
			continue
		}
		if err := f.index.with(func(_ *generation, s *snapshot) error { return s.warm(ctx) }); err != nil && ctx.Err() == nil {
			f.log.Warn("search index can't be read ahead", "error", err)
		}
		f.rest(ctx, look.C)
	}
}

// rest waits for a wake, and then a little for company, or for the next look.
func (f *Follower) rest(ctx context.Context, look <-chan time.Time) {
	select {
	case <-ctx.Done():
	case <-f.wake:
		wait := gatherWait
		if time.Since(f.wrote) < 2*crowdWait {
			wait = crowdWait
		}
		sleep(ctx, wait)
	case <-look:
		f.index.glance()
		if _, err := f.index.Adopt(); err != nil {
			f.log.Warn("search index rebuilt by another process can't be taken over", "error", err)
		}
	}
}

func sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// Sync brings the index up to the log's head as of now, itself or by waiting for Run, and returns when it is
// there, at the first error, or when ctx ends.
func (f *Follower) Sync(ctx context.Context) error {
	before := f.index.Cursor()
	head, err := f.source.Head(ctx)
	if err != nil {
		return fmt.Errorf("read head of change log: %w", err)
	}
	if before > head { // the database was set back: step sees that and rebuilds
		if _, err := f.step(ctx); err != nil {
			return err
		}
	}
	for {
		cursor, filled, err := f.index.position()
		if err != nil {
			return err
		}
		if filled && cursor >= head {
			return nil
		}
		if _, err := f.step(ctx); err != nil {
			return err
		}
	}
}

// Rebuild reads the whole database into a new index and puts it in force; see Index.Rebuild.
func (f *Follower) Rebuild(ctx context.Context, progress func(done int)) error {
	head, err := f.source.Head(ctx)
	if err != nil {
		return fmt.Errorf("read head of change log: %w", err)
	}
	each := func(yield func(Document) error) error { return f.source.Each(ctx, yield) }
	return f.index.Rebuild(ctx, each, head, progress)
}

// Verify brings the index up to the log and compares it with the database; see Index.Verify.
func (f *Follower) Verify(ctx context.Context, tell func(Difference)) (checked int, err error) {
	if err := f.Sync(ctx); err != nil {
		return 0, err
	}
	return f.index.Verify(ctx, func(yield func(Document) error) error { return f.source.Each(ctx, yield) }, tell)
}

// step takes one batch of the log, or rebuilds if the log can't help. more says that it is worth going on at once.
func (f *Follower) step(ctx context.Context) (more bool, err error) {
	select {
	case f.turn <- struct{}{}:
		defer func() { <-f.turn }()
	case <-ctx.Done():
		return false, ctx.Err()
	}
	defer func() {
		if r := recover(); r != nil {
			more, err = false, fmt.Errorf("follow change log: panic: %v", r)
		}
	}()
	cursor, reason, err := f.lookAtLog(ctx)
	if err != nil {
		return false, err
	}
	if reason != "" {
		f.log.Info("search index is rebuilt from the database", "reason", reason)
		return true, f.mend(ctx)
	}
	changes, err := f.source.Changes(ctx, cursor, BatchSize)
	if err != nil {
		return false, fmt.Errorf("read change log: %w", err)
	}
	if len(changes) == 0 {
		return false, nil
	}
	return len(changes) == BatchSize, f.apply(ctx, cursor, changes)
}

// mend rebuilds the index, and says so where it was damaged.
func (f *Follower) mend(ctx context.Context) error {
	began, documents := time.Now(), 0
	err := f.Rebuild(ctx, func(done int) { documents = done })
	if errors.Is(err, ErrRebuilding) { // somebody asked for one just now; it will do
		err = f.index.awaitRebuild(ctx)
	}
	if err == nil && f.index.broken.Swap(false) {
		f.log.Warn("search index is whole again", "documents", documents, "took", time.Since(began).Round(time.Millisecond).String())
	}
	return err
}

// lookAtLog returns the index's position in the log, or the reason why it has none that is worth anything.
func (f *Follower) lookAtLog(ctx context.Context) (cursor int64, reason string, err error) {
	cursor, filled, err := f.index.position()
	if err != nil {
		return 0, "", err
	}
	if !filled {
		return 0, "the index is empty or damaged", nil
	}
	head, err := f.source.Head(ctx)
	if err != nil {
		return 0, "", fmt.Errorf("read head of change log: %w", err)
	}
	oldest, err := f.source.Oldest(ctx)
	if err != nil {
		return 0, "", fmt.Errorf("read start of change log: %w", err)
	}
	switch {
	case cursor > head:
		reason = "the database is older than the index"
	case cursor < head && (oldest == 0 || oldest > cursor+1):
		reason = "the change log no longer reaches back to the index"
	}
	return cursor, reason, nil
}
