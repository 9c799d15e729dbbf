package backup

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/pocketbase/pocketbase/core"
)

// UpgradesDir is the folder in a data folder with snapshots of the databases from before migrations.
const UpgradesDir = "upgrades"

// keptUpgrades is how many of them stay.
const keptUpgrades = 3

// Upgrader takes a snapshot of the databases before migrations, and puts it back when they fail. Its methods are for one
// process and one data folder.
type Upgrader struct {
	Now func() time.Time
	// Say tells the operator what is being done.
	Say func(what string)

	fresh bool      // the database was made by this process
	taken *Snapshot // before the first migration of this process
}

// Guard runs migrations, those of list among them. If one of these waits in a database with something in it, a snapshot
// is taken first, to which the databases are put back when run fails.
func (u *Upgrader) Guard(ctx context.Context, dir string, list core.MigrationsList, run func() error) error {
	if u.fresh {
		return run()
	}
	there, waiting, err := waits(ctx, dir, list)
	if err != nil {
		return err
	}
	if u.fresh = !there; !waiting {
		return run()
	}
	v, err := openUpgrades(ctx, dir)
	if err != nil {
		return fmt.Errorf("take a snapshot before the upgrade: %w", err)
	}
	v.Now = u.Now
	if u.taken == nil {
		u.Say("The database is of an earlier release; a snapshot is taken before it is upgraded.")
		s, err := v.Take(ctx, Source{DataDir: dir}, Order{Why: WhyUpgrade, Keep: keptUpgrades})
		if err != nil {
			return fmt.Errorf("take a snapshot before the upgrade, which was not begun: %w", err)
		}
		u.taken = &s
	}
	failed := run()
	if failed == nil {
		u.Say("The database is upgraded. With the former release, `madang rollback` goes back to snapshot " + u.taken.ID + ".")
		return nil
	}
	if err := v.putBack(ctx, *u.taken, dir); err != nil {
		return fmt.Errorf("the upgrade failed: %w; and snapshot %s couldn't be put back: %w", failed, u.taken.ID, err)
	}
	return fmt.Errorf("the upgrade failed and was undone; the database is as it was before (snapshot %s), start the former release: %w", u.taken.ID, failed)
}

// Upgraded reports whether this process upgraded a community.
func (u *Upgrader) Upgraded() bool { return u.taken != nil }

func openUpgrades(ctx context.Context, dir string) (*Vault, error) {
	return OpenOrMake(OpenFolder(ctx, filepath.Join(dir, UpgradesDir)), nil)
}

// waits reports whether there is something in the database of a data folder, and a migration of list waits in it.
func waits(ctx context.Context, dir string, list core.MigrationsList) (there, waiting bool, err error) {
	file := filepath.Join(dir, databases[0])
	at, err := os.Stat(file)
	if errors.Is(err, fs.ErrNotExist) || err == nil && at.Size() == 0 {
		return false, false, nil
	}
	if err != nil {
		return false, false, err
	}
	applied, err := appliedMigrations(ctx, file)
	if err != nil {
		return false, false, fmt.Errorf("look for migrations that wait: %w", err)
	}
	for _, m := range list.Items() {
		waiting = waiting || !applied[m.File]
	}
	return len(applied) > 0, waiting && len(applied) > 0, nil
}

// putBack makes the databases of a data folder those of a snapshot.
func (v *Vault) putBack(ctx context.Context, s Snapshot, dir string) error {
	work, err := workFolder(dir)
	if err != nil {
		return err
	}
	defer os.RemoveAll(work) //nolint:errcheck // the copies are of no more use
	if _, err := v.Fetch(ctx, s, work); err != nil {
		return err
	}
	return putDatabases(ctx, work, dir)
}

func putDatabases(ctx context.Context, from, to string) error {
	for _, name := range databases {
		if err := putDatabase(ctx, filepath.Join(from, name), filepath.Join(to, name)); err != nil {
			return err
		}
	}
	return nil
}

// RolledBack is what [Rollback] did.
type RolledBack struct {
	To     Snapshot
	Before Snapshot // of how it was until now
}

// Rollback makes the databases of a data folder what they were before the last upgrade, or in the snapshot id, after
// taking a snapshot of how they are. Stored files stay as they are, every session ends. Nobody may be serving it.
func Rollback(ctx context.Context, dir, id string, now func() time.Time) (RolledBack, error) {
	var r RolledBack
	v, err := Look(OpenFolder(ctx, filepath.Join(dir, UpgradesDir)))
	if err != nil {
		return r, fmt.Errorf("look for snapshots before upgrades: %w", err)
	}
	v.Now = now
	if id == "" {
		r.To, err = v.newest(WhyUpgrade)
	} else {
		r.To, err = v.Snapshot(id)
	}
	if err != nil {
		return r, err
	}
	if err := notInUse(ctx, dir); err != nil {
		return r, err
	}
	work, err := workFolder(dir)
	if err != nil {
		return r, err
	}
	defer os.RemoveAll(work) //nolint:errcheck // the copies are of no more use
	// note: fetched first, since the snapshot that is taken now may end the life of this one
	if _, err := v.Fetch(ctx, r.To, work); err != nil {
		return r, err
	}
	if err := endSessions(ctx, filepath.Join(work, databases[0]), now()); err != nil {
		return r, err
	}
	if r.Before, err = v.Take(ctx, Source{DataDir: dir}, Order{Why: WhyRollback, Keep: keptUpgrades}); err != nil {
		return r, fmt.Errorf("take a snapshot before going back: %w", err)
	}
	return r, putDatabases(ctx, work, dir)
}
