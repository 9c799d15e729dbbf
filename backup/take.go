package backup

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// Order is how a snapshot is to be taken.
type Order struct {
	Why Why
	// Keep is how many snapshots for the same reason stay; 0 keeps all.
	Keep int
	// Memory is a file that knows what was read before, so that files that haven't changed aren't read again. "" for none.
	Memory string
}

// taking is a snapshot on its way.
type taking struct {
	*Vault
	ctx    context.Context
	source Source
	work   string // folder for copies of the databases

	there   map[string]int64 // pieces in the vault
	mine    map[string]bool  // pieces of this snapshot
	known   memory
	entries map[string]entry
	next    memory
	added   int64
}

// Take takes a snapshot beside a serving program and returns it once it is whole: the databases as they are at one
// moment, and the files that they name then. It removes what is beyond Keep. The error is [ErrBusy] while somebody else does.
func (v *Vault) Take(ctx context.Context, source Source, o Order) (Snapshot, error) {
	lock, err := v.lock(ctx)
	if err != nil {
		return Snapshot{}, err
	}
	s, err := v.takeLocked(lock.Context, source, o)
	return s, errors.Join(err, lock.release())
}

func (v *Vault) takeLocked(ctx context.Context, source Source, o Order) (Snapshot, error) {
	if folder, is := v.place.(folderPlace); is {
		if err := folder.tidy(); err != nil {
			return Snapshot{}, err
		}
	}
	there, err := v.pieces()
	if err != nil {
		return Snapshot{}, err
	}
	if err := sweep(source.DataDir, workPrefix, v.Now(), true); err != nil {
		return Snapshot{}, err
	}
	work, err := workFolder(source.DataDir)
	if err != nil {
		return Snapshot{}, err
	}
	defer os.RemoveAll(work) //nolint:errcheck // the copies are of no more use
	t := &taking{Vault: v, ctx: ctx, source: source, work: work, there: there, mine: map[string]bool{}, known: recall(o.Memory), entries: map[string]entry{}, next: memory{}}
	s, err := t.take(o.Why)
	if err != nil {
		return Snapshot{}, err
	}
	if err := t.next.keep(o.Memory); err != nil {
		return s, err
	}
	return s, v.prune(ctx, o)
}

func (t *taking) take(why Why) (Snapshot, error) {
	now := t.Now().UTC()
	s := Snapshot{Format: format, ID: now.Format("20060102T150405.000Z-") + strings.ToLower(rand.Text()[:6]), CreatedAt: now, Why: why}
	missing, err := t.everything()
	if err != nil {
		return s, err
	}
	s.Missing = missing
	if s.Schema, err = newestMigration(t.ctx, filepath.Join(t.work, databases[0])); err != nil {
		return s, err
	}
	all := make([]entry, 0, len(t.entries))
	for _, e := range t.entries {
		all = append(all, e)
		s.Bytes += e.Size
		for _, name := range e.Pieces {
			t.mine[name] = true
		}
	}
	slices.SortFunc(all, func(a, b entry) int { return strings.Compare(a.Path, b.Path) })
	s.Files = len(all)
	if s.Tree, err = t.putTree(all); err != nil {
		return s, err
	}
	for name := range t.mine {
		s.Pieces = append(s.Pieces, name)
	}
	slices.Sort(s.Pieces)
	s.Added = t.added
	if err := ended(t.ctx); err != nil {
		return s, err
	}
	if err := t.putManifest(s); err != nil {
		return s, fmt.Errorf("write the manifest: %w", err)
	}
	return s, nil
}

// rounds is how often the databases are copied anew since a file of theirs went meanwhile.
const rounds = 3

// everything stores the files, then a copy of the databases, then the files that came meanwhile, so that what the copy
// names is there. What was deleted between the copy and the second look makes another round. It returns how many files
// the databases name that can't be had.
func (t *taking) everything() (missing int, err error) {
	if t.source.Files != nil {
		if _, err := t.storeFiles(); err != nil {
			return 0, err
		}
	}
	before := -1
	for range rounds {
		for _, name := range databases {
			t.tell(0, len(databases), name)
			if err := t.copyDatabase(name); err != nil {
				return 0, err
			}
		}
		if t.source.Files == nil {
			break
		}
		there, err := t.storeFiles()
		if err != nil {
			return 0, err
		}
		if missing, err = t.reconcile(there); err != nil {
			return 0, err
		}
		if missing == 0 || missing == before { // those are missing for longer
			break
		}
		before = missing
	}
	for _, name := range databases {
		if err := t.storeDatabase(name); err != nil {
			return 0, err
		}
	}
	return missing, nil
}

func (t *taking) copyDatabase(name string) error {
	to := filepath.Join(t.work, name)
	for _, suffix := range []string{"", "-wal", "-shm", "-journal"} {
		if err := os.Remove(to + suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	from := filepath.Join(t.source.DataDir, name)
	if _, err := os.Stat(from); err != nil {
		return fmt.Errorf("look for %s: %w", name, err)
	}
	return copyDatabase(t.ctx, from, to)
}

func (t *taking) storeDatabase(name string) error {
	f, err := os.Open(filepath.Join(t.work, name))
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // only read
	e, err := t.storeContent(name, f)
	t.entries[name] = e
	return err
}

// storeFiles stores every file that isn't yet as it is, and returns the paths of those that are there.
func (t *taking) storeFiles() (map[string]bool, error) {
	all, err := t.source.Files.list()
	if err != nil {
		return nil, fmt.Errorf("list the files: %w", err)
	}
	there := make(map[string]bool, len(all))
	for i, f := range all {
		if err := ended(t.ctx); err != nil {
			return nil, err
		}
		t.tell(i, len(all), "files")
		switch err := t.storeFile(f); {
		case errors.Is(err, fs.ErrNotExist): // gone since it was listed
		case err != nil:
			return nil, err
		default:
			there[f.path] = true
		}
	}
	return there, nil
}

func (t *taking) storeFile(f file) error {
	if r, knows := t.next[f.path]; knows && r.is(f) {
		return nil
	}
	if r, knows := t.known[f.path]; knows && r.is(f) && t.has(r.Pieces) {
		t.entries[f.path], t.next[f.path] = r.entry, r
		return nil
	}
	r, err := t.source.Files.open(f)
	if err != nil {
		return fmt.Errorf("read %s: %w", f.path, err)
	}
	e, err := t.storeContent(f.path, r)
	if err := errors.Join(err, r.Close()); err != nil {
		return err
	}
	t.entries[f.path] = e
	if e.Size == f.size {
		t.next[f.path] = remembered{e, f.changed.UnixNano()}
	}
	return nil
}

// reconcile drops the files that went before the databases were copied, and counts those that the copy names and that
// are missing.
func (t *taking) reconcile(there map[string]bool) (missing int, err error) {
	files, folders, err := named(t.ctx, filepath.Join(t.work, databases[0]))
	if err != nil {
		return 0, err
	}
	for p := range t.entries {
		if !there[p] && !folders[recordFolder(p)] {
			delete(t.entries, p)
			delete(t.next, p)
		}
	}
	for _, p := range files {
		if _, stored := t.entries[p]; !stored {
			missing++
		}
	}
	return missing, nil
}

// recordFolder is the folder of the record that a stored file, or a thumbnail of one, belongs to.
func recordFolder(p string) string {
	parts := strings.SplitN(p, "/", 4)
	if len(parts) < 4 {
		return ""
	}
	return path.Join(parts[:3]...)
}
