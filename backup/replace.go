package backup

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"madang/durable"
)

// Restoring is the folder in a data folder where what is restored waits until it takes the place of what is there.
const Restoring = "restoring"

// readyFile in [Restoring] says that it is whole, and that what was there is being moved.
const readyFile = "ready"

// aside is how the folders in a data folder begin that hold what was there before a restore.
const aside = "replaced-"

var (
	// ErrNotEmpty is a data folder with something in it that a restore would replace.
	ErrNotEmpty = errors.New("there is a community there already; --force moves it aside")
	// ErrHalfRestored is a data folder whose restore was cut off while files were moved.
	ErrHalfRestored = errors.New("a restore was cut off here; nothing is lost, run it again with --force")
)

// IsWhole is [ErrHalfRestored] when a data folder has to be restored again before it is served.
func IsWhole(dir string) error {
	_, err := os.Stat(filepath.Join(dir, Restoring, readyFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = ErrHalfRestored
	}
	return err
}

// Restored is what a restore did.
type Restored struct {
	Damaged []error // files that couldn't be had
	Aside   string  // the folder that holds what was there before; "" when nothing was
}

// Restore makes dir the data folder of a snapshot. What is there already it moves aside, into a folder within, if force
// says so; otherwise the error is [ErrNotEmpty]. Nobody may be serving it. Every session has ended: who had signed out since, or had
// been shut out, isn't signed in again.
func (v *Vault) Restore(ctx context.Context, s Snapshot, dir string, force bool) (Restored, error) {
	var r Restored
	there, err := replaceable(dir)
	if err != nil {
		return r, err
	}
	r.Aside, err = replace(ctx, replacing{dir, there, force, v.Now()}, func(staged string) (err error) {
		r.Damaged, err = v.Fetch(ctx, s, staged)
		return err
	})
	return r, err
}

// replacing says what of a data folder makes room for what is restored.
type replacing struct {
	dir   string
	there []string // names in it that are moved aside
	force bool     // though there are some
	now   time.Time
}

// replace has fetch write the new state into a folder within the data folder, ends its sessions, and puts it in place of what is
// there, which goes into the folder aside ("" when nothing was there). Until the last step the old state stays as it was.
func replace(ctx context.Context, what replacing, fetch func(staged string) error) (movedTo string, err error) {
	if len(what.there) > 0 && !what.force {
		return "", ErrNotEmpty
	}
	if err := notInUse(ctx, what.dir); err != nil {
		return "", err
	}
	staged := filepath.Join(what.dir, Restoring)
	if err := os.RemoveAll(staged); err != nil {
		return "", fmt.Errorf("clear what was half restored: %w", err)
	}
	if err := durable.MkdirAll(staged, 0o700); err != nil {
		return "", err
	}
	if err = fetch(staged); err == nil {
		err = endSessions(ctx, filepath.Join(staged, databases[0]), what.now)
	}
	if err != nil {
		return "", errors.Join(err, os.RemoveAll(staged))
	}
	if len(what.there) > 0 {
		movedTo = filepath.Join(what.dir, aside+what.now.UTC().Format("20060102T150405Z"))
	}
	return movedTo, swap(what.dir, what.there, movedTo)
}

// swap moves what is there aside, and what is staged into its place. It can be cut off, but not go unnoticed: [IsWhole].
func swap(dir string, there []string, to string) error {
	staged := filepath.Join(dir, Restoring)
	if err := writeWhole(filepath.Join(staged, readyFile), nil); err != nil {
		return err
	}
	if to != "" {
		if err := durable.MkdirAll(to, 0o700); err != nil {
			return err
		}
	}
	for _, name := range there {
		err := os.Rename(filepath.Join(dir, name), filepath.Join(to, name))
		if err != nil && !errors.Is(err, fs.ErrNotExist) { // note: looking whether somebody has the database open ends its journals
			return fmt.Errorf("move %s aside: %w", name, err)
		}
	}
	fresh, err := os.ReadDir(staged)
	if err != nil {
		return err
	}
	for _, d := range fresh {
		if d.Name() == readyFile {
			continue
		}
		if err := os.Rename(filepath.Join(staged, d.Name()), filepath.Join(dir, d.Name())); err != nil {
			return fmt.Errorf("put %s in its place: %w", d.Name(), err)
		}
	}
	if err := durable.Dir(dir); err != nil {
		return err
	}
	return errors.Join(os.RemoveAll(staged), durable.Dir(dir))
}

// replaceable are the names in a data folder that a restore replaces: all but earlier backups and what earlier restores
// moved aside.
func replaceable(dir string) (names []string, err error) {
	all, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	for _, d := range all {
		name := d.Name()
		switch {
		case name == Restoring, name == UpgradesDir, name == "backups", name == "lost+found", strings.HasPrefix(name, aside):
		default:
			names = append(names, name)
		}
	}
	return names, err
}

// endSessions ends every session in a database.
func endSessions(ctx context.Context, file string, now time.Time) error {
	db, err := openDB(file)
	if err != nil {
		return err
	}
	var n int
	err = db.QueryRowContext(ctx, "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name = 'sessions'").Scan(&n)
	if err == nil && n > 0 {
		_, err = db.ExecContext(ctx, "UPDATE sessions SET revoked_at = ? WHERE revoked_at = ''", now.UTC().Format("2006-01-02 15:04:05.000Z"))
	}
	if err = errors.Join(err, db.Close()); err != nil {
		return fmt.Errorf("end the sessions: %w", err)
	}
	return nil
}
