package search

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"testing"
	"time"
)

// memory is a Source over maps: a database that tests can write to, trim, set back and break.
type memory struct {
	mu      sync.Mutex
	posts   map[string]Document
	log     []Change
	head    int64
	failing error
	mends   int // calls after which failing is over, if positive
	panics  bool
	reads   int // documents read through Documents
}

func newMemory() *memory { return &memory{posts: map[string]Document{}} }

func (m *memory) locked() (func(), error) {
	m.mu.Lock()
	if m.panics {
		m.mu.Unlock()
		panic("source is broken")
	}
	err := m.failing
	if m.mends > 0 {
		if m.mends--; m.mends == 0 {
			m.failing = nil
		}
	}
	return m.mu.Unlock, err
}

func (m *memory) note(collection, record, action string) {
	m.head++
	m.log = append(m.log, Change{m.head, collection, record, action})
}

func (m *memory) save(d Document) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.posts[d.ID] = d
	m.note("posts", d.ID, "update")
}

func (m *memory) remove(id string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.posts, id)
	m.note("posts", id, "delete")
}

func (m *memory) rename(author, name string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for id, d := range m.posts {
		if d.AuthorID == author {
			d.AuthorName = name
			m.posts[id] = d
		}
	}
	m.note("users", author, "update")
}

func (m *memory) set(change func(*memory)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	change(m)
}

func (m *memory) Head(context.Context) (int64, error) {
	unlock, err := m.locked()
	defer unlock()
	return m.head, err
}

func (m *memory) Oldest(context.Context) (int64, error) {
	unlock, err := m.locked()
	defer unlock()
	if len(m.log) == 0 {
		return 0, err
	}
	return m.log[0].Seq, err
}

func (m *memory) Changes(_ context.Context, after int64, limit int) ([]Change, error) {
	unlock, err := m.locked()
	defer unlock()
	var out []Change
	for _, c := range m.log {
		if c.Seq > after && len(out) < limit {
			out = append(out, c)
		}
	}
	return out, err
}

func (m *memory) Documents(_ context.Context, kind string, ids []string) ([]Document, error) {
	unlock, err := m.locked()
	defer unlock()
	var out []Document
	for _, id := range ids {
		if d, ok := m.posts[id]; ok && kindOf(d.Kind) == kind {
			out = append(out, d)
		}
	}
	m.reads += len(out)
	return out, err
}

func (m *memory) Hanging(_ context.Context, kind string, on Ref, after string, limit int) ([]string, error) {
	unlock, err := m.locked()
	defer unlock()
	var ids []string
	for id, d := range m.posts {
		if kindOf(d.Kind) == kind && on.Kind == KindUser && d.AuthorID == on.ID && id > after {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids[:min(limit, len(ids))], err
}

func (m *memory) Each(ctx context.Context, yield func(Document) error) error {
	unlock, err := m.locked()
	all := make([]Document, 0, len(m.posts))
	for _, d := range m.posts {
		all = append(all, d)
	}
	unlock()
	if err != nil {
		return err
	}
	for _, d := range all {
		if err := yield(d); err != nil {
			return err
		}
	}
	return nil
}

func follow(t *testing.T) (*memory, *Index, *Follower) {
	source, ix := newMemory(), openTest(t, t.TempDir())
	return source, ix, NewFollower(ix, source, testLog(t))
}

func catchUp(t *testing.T, f *Follower) {
	t.Helper()
	if err := f.Sync(t.Context()); err != nil {
		t.Fatalf("sync: %v", err)
	}
}

func TestFollowerKeepsUp(t *testing.T) {
	source, ix, f := follow(t)
	catchUp(t, f) // an empty database
	if n, _ := ix.Count(); n != 0 {
		t.Errorf("%d documents in an empty index", n)
	}
	source.save(post("1", "첫 글"))
	source.save(post("2", "둘째 글"))
	catchUp(t, f)
	wantIDs(t, "created", found(t, ix, "글"), "1", "2")

	source.save(post("1", "고친 글"))
	source.remove("2")
	source.save(post("3", "셋째 글"))
	source.remove("3")
	source.set(func(m *memory) { m.note("likes", "x", "create") })
	catchUp(t, f)
	wantIDs(t, "changed", found(t, ix, "고친"), "1")
	wantIDs(t, "deleted", found(t, ix, "글"), "1")
	if ix.Cursor() != source.head {
		t.Errorf("cursor %d, head %d", ix.Cursor(), source.head)
	}
	if err := ix.live.cursorIs(source.head); err != nil {
		t.Error(err)
	}
}

func (g *generation) cursorIs(want int64) error {
	if got, known, err := g.cursor(); err != nil || !known || got != want {
		return fmt.Errorf("stored cursor %d (known %v), want %d: %w", got, known, want, err)
	}
	return nil
}

func TestFollowerReadsARecordOncePerBatch(t *testing.T) {
	source, _, f := follow(t)
	catchUp(t, f)
	for i := range 300 {
		source.save(post("same", fmt.Sprint("글 ", i)))
	}
	catchUp(t, f)
	if source.reads != 1 {
		t.Errorf("%d reads for 300 changes of one post", source.reads)
	}
}

func TestFollowerReindexesThePostsOfAPerson(t *testing.T) {
	source, ix, f := follow(t)
	for i := range BatchSize + 20 {
		source.save(post(fmt.Sprintf("p%04d", i), "글"))
	}
	other := post("other", "글")
	other.AuthorID, other.AuthorName = "bob", "Bob"
	source.save(other)
	catchUp(t, f)
	source.rename("ada", "김고은")
	catchUp(t, f)
	r := ask(t, ix, Request{Query: "김고은"})
	if r.Total != BatchSize+20 {
		t.Errorf("%d posts carry the new name", r.Total)
	}
	wantIDs(t, "old name", found(t, ix, "lovelace"))
}

func TestFollowerRebuildsWhenTheLogCantHelp(t *testing.T) {
	for name, spoil := range map[string]func(*memory){
		"log trimmed beyond the index": func(m *memory) {
			delete(m.posts, "1")
			m.note("posts", "1", "delete")
			m.note("posts", "2", "update")
			m.log = m.log[len(m.log)-1:]
		},
		"log emptied": func(m *memory) {
			delete(m.posts, "1")
			m.note("posts", "1", "delete")
			m.log = nil
		},
		"database set back": func(m *memory) {
			delete(m.posts, "1")
			m.log, m.head = m.log[:1], 1
		},
	} {
		source, ix, f := follow(t)
		source.save(post("1", "글"))
		source.save(post("2", "글"))
		catchUp(t, f)
		source.set(spoil)
		catchUp(t, f)
		wantIDs(t, name, found(t, ix, "글"), "2")
		if ix.Cursor() != source.head {
			t.Errorf("%s: cursor %d, head %d", name, ix.Cursor(), source.head)
		}
	}
}

func TestFollowerDoesNotRebuildATrimmedLogItHasRead(t *testing.T) {
	source, ix, f := follow(t)
	source.save(post("1", "글"))
	catchUp(t, f)
	before := ix.live
	source.set(func(m *memory) { m.log = nil })
	if more, err := f.step(t.Context()); more || err != nil {
		t.Errorf("step: %v, %v", more, err)
	}
	if ix.live != before {
		t.Error("rebuilt for nothing")
	}
}

// An error or a panic loses nothing: the same changes are read again.
func TestFollowerSurvivesABrokenSource(t *testing.T) {
	source, ix, f := follow(t)
	catchUp(t, f)
	source.save(post("1", "글"))
	down := errors.New("database is down")
	source.set(func(m *memory) { m.failing = down })
	if err := f.Sync(t.Context()); !errors.Is(err, down) {
		t.Errorf("sync: %v", err)
	}
	if _, err := f.step(t.Context()); !errors.Is(err, down) {
		t.Errorf("step: %v", err)
	}
	if err := f.Rebuild(t.Context(), nil); !errors.Is(err, down) {
		t.Errorf("rebuild: %v", err)
	}
	source.set(func(m *memory) { m.failing, m.panics = nil, true })
	if _, err := f.step(t.Context()); err == nil {
		t.Error("a panic was no error")
	}
	source.set(func(m *memory) { m.panics = false })
	catchUp(t, f)
	wantIDs(t, "after the trouble", found(t, ix, "글"), "1")
}

// Run tries again until the source works, follows, and takes over what another process rebuilt.
func TestRun(t *testing.T) {
	dir := t.TempDir()
	ix, source := openTest(t, dir), newMemory()
	f := NewFollower(ix, source, testLog(t))
	catchUp(t, f)
	source.save(post("1", "글"))
	source.failing, source.mends = errors.New("down"), 2
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { f.Run(ctx) })
	f.Wake()
	f.Wake() // the second has nothing to add and doesn't wait
	waitFor(t, func() bool { return ix.Cursor() == 1 })
	wantIDs(t, "after two failures", found(t, ix, "글"), "1")
	cancel()
	running.Wait()

	command := openTest(t, dir)
	if err := NewFollower(command, source, testLog(t)).Rebuild(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	rebuilt := command.live.name()
	if err := command.Close(); err != nil {
		t.Fatal(err)
	}
	f.idle = time.Millisecond
	ctx, cancel = context.WithCancel(t.Context())
	running.Go(func() { f.Run(ctx) })
	waitFor(t, func() bool {
		g, release, err := ix.acquire()
		if err != nil {
			t.Fatal(err)
		}
		defer release()
		return g.name() == rebuilt
	})
	cancel()
	running.Wait()
}

// waitFor asks until the answer is yes, for at most as long as a slow machine may need.
func waitFor(t *testing.T, yes func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for !yes() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatal("it never came about")
		}
	}
}

// Writers, a rebuild and Run at once: in the end the index equals the source.
func TestFollowerUnderLoad(t *testing.T) {
	source, ix, f := follow(t)
	ctx, cancel := context.WithCancel(t.Context())
	var running, writers sync.WaitGroup
	running.Go(func() { f.Run(ctx) })
	for w := range 4 {
		writers.Go(func() {
			for i := range 60 {
				id := fmt.Sprintf("%d-%d", w, i%20)
				if i%7 == 3 {
					source.remove(id)
				} else {
					source.save(post(id, fmt.Sprintf("글 판%d", i)))
				}
				f.Wake()
				if i%15 == 0 {
					if err := f.Sync(t.Context()); err != nil {
						t.Errorf("sync: %v", err)
					}
				}
			}
		})
	}
	for range 3 {
		if err := f.Rebuild(t.Context(), nil); err != nil && !errors.Is(err, ErrRebuilding) {
			t.Errorf("rebuild: %v", err)
		}
	}
	writers.Wait()
	catchUp(t, f)
	cancel()
	running.Wait()
	var want []string
	for id := range source.posts {
		want = append(want, id)
	}
	wantIDs(t, "in the end", found(t, ix, "글"), want...)
	for id, d := range source.posts {
		hits := found(t, ix, `"`+d.Title+`"`)
		if !slices.Contains(hits, id) {
			t.Errorf("%s is not there as %q", id, d.Title)
		}
	}
}

// What every hit is asked for is read ahead.
func TestFollowerReadsAhead(t *testing.T) {
	source, ix, f := follow(t)
	source.save(post("1", "글"))
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { f.Run(ctx) })
	waitFor(t, func() bool {
		ready := false
		err := ix.with(func(_ *generation, s *snapshot) error {
			ready = len(s.parts) == 1 && s.parts[0].columns.blocks[0].Load() != nil
			return nil
		})
		return err == nil && ready
	})
	cancel()
	running.Wait()
}

// A change of weight is of the record alone: what hangs on it isn't read again.
func TestWeighingReadsNothingThatHangs(t *testing.T) {
	ix := openTest(t, t.TempDir())
	m := newMemory()
	m.save(post("p1", "글"))
	comment := post("c1", "")
	comment.Kind, comment.Content = KindComment, "답"
	m.set(func(m *memory) { m.posts["c1"] = comment; m.note("comments", "c1", "create") })
	f := NewFollower(ix, m, testLog(t))
	if err := f.Sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	for action, want := range map[string]int{actionWeigh: 0, "update": 2} { // of Ada, who has no document here
		m.set(func(m *memory) { m.reads = 0; m.note("users", "ada", action) })
		if err := f.Sync(t.Context()); err != nil {
			t.Fatal(err)
		}
		if m.reads != want {
			t.Errorf("%s: %d documents read, want %d", action, m.reads, want)
		}
	}
}

func TestWeightsMoveAtPowersOfFour(t *testing.T) {
	for n, want := range map[int]int{-3: 0, 0: 0, 1: 0, 3: 0, 4: 4, 15: 4, 16: 16, 1023: 256, 1024: 1024, 4095: 1024} {
		if got := step(n); got != want {
			t.Errorf("step of %d is %d", n, got)
		}
	}
	if weightOf(1<<40, 1<<40) != 25 || weightOf(0, 0) != 0 || weightOf(16, 0) != 7 {
		t.Error("weights")
	}
}

// An index whose folder somebody removes under the running program is made anew, whether or not there is something to
// write meanwhile.
func TestFollowerRebuildsARemovedIndex(t *testing.T) {
	for name, meanwhile := range map[string]func(*memory){
		"at rest": func(*memory) {}, "while writing": func(m *memory) { m.save(post("2", "글")) },
	} {
		source, ix, f := follow(t)
		source.save(post("1", "글"))
		catchUp(t, f)
		if err := os.RemoveAll(ix.store.dir); err != nil {
			t.Fatal(err)
		}
		meanwhile(source)
		f.idle = time.Millisecond
		ctx, cancel := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { f.Run(ctx) })
		waitFor(t, func() bool {
			_, err := os.Stat(ix.store.path(ix.store.current()))
			return ix.store.current() != "" && err == nil && ix.Cursor() == source.head
		})
		cancel()
		running.Wait()
		if got := found(t, ix, "글"); len(got) != len(source.posts) {
			t.Errorf("%s: found %v", name, got)
		}
	}
}

// TestAWeightTakenBackWritesNothing: what was liked and isn't any more is left as it is; what weighs otherwise is written.
func TestAWeightTakenBackWritesNothing(t *testing.T) {
	ix := openTest(t, t.TempDir())
	m := newMemory()
	m.save(post("p1", "글"))
	f := NewFollower(ix, m, testLog(t))
	if err := f.Sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	d := m.posts["p1"]
	for want, more := range []int{0, 1024} {
		d.Likes += more
		if got, err := ix.otherwise([]Op{IndexOp(d)}); err != nil || len(got) != want {
			t.Errorf("with %d likes more %d are written, want %d (%v)", more, len(got), want, err)
		}
	}
	m.set(func(m *memory) { m.posts["p1"] = d; m.note("posts", "p1", actionWeigh) })
	tell := func(what Difference) { t.Errorf("%v", what) }
	if _, err := f.Verify(t.Context(), tell); err != nil {
		t.Fatal(err)
	}
}
