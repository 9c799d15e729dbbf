package backup

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/benbjohnson/litestream"
	"github.com/superfly/ltx"

	"madang/durable"
)

// ReplicaDir is where in a data folder a replica keeps what isn't at its place yet.
const ReplicaDir = ".data.db-replica"

// Replica copies the database to a place as it is written, about a second later. Files aren't in it.
type Replica struct {
	store *litestream.Store
	db    *litestream.DB
	began time.Time
}

// ReplicaOrder is what is replicated, and how.
type ReplicaOrder struct {
	DataDir string
	Place   Place
	Keep    time.Duration // how long a state of the database can be gone back to
	Log     *slog.Logger
	Now     func() time.Time
}

// StartReplica begins. The database must be there, and this the one replica of it.
func StartReplica(ctx context.Context, o ReplicaOrder) (*Replica, error) {
	meta := filepath.Join(o.DataDir, ReplicaDir)
	if err := os.MkdirAll(meta, 0o700); err != nil {
		return nil, err
	}
	if err := (folderPlace{ctx, meta}).tidy(); err != nil {
		return nil, err
	}
	db := litestream.NewDB(filepath.Join(o.DataDir, databases[0]))
	db.SetMetaPath(meta)
	db.BusyTimeout = 10 * time.Second // as ours: somebody may be writing
	db.Replica = litestream.NewReplicaWithClient(db, replicaPlace{o.Place, meta})
	db.Replica.AutoRecoverEnabled = true // note: what is here is made anew when it is damaged; the database itself is the truth
	s := &Replica{litestream.NewStore([]*litestream.DB{db}, litestream.DefaultCompactionLevels), db, o.Now()}
	s.store.Logger = o.Log
	s.store.SnapshotInterval, s.store.SnapshotRetention = min(o.Keep, 24*time.Hour), o.Keep
	s.store.ShutdownSyncTimeout = 10 * time.Second
	db.SetLogger(o.Log)
	if err := s.store.Open(ctx); err != nil {
		return nil, fmt.Errorf("replicate the database: %w", errors.Join(err, s.store.Close(ctx)))
	}
	return s, nil
}

// Stop ends it once everything that is committed is at its place, or ctx has ended.
func (s *Replica) Stop(ctx context.Context) error {
	return s.store.Close(ctx)
}

// Catch has everything at its place that is committed.
func (s *Replica) Catch(ctx context.Context) error { return s.db.SyncAndWait(ctx) }

// Lag is since when something waits to be copied; the zero time when nothing does.
func (s *Replica) Lag() (since time.Time, err error) {
	here, err := s.db.Pos()
	if err != nil {
		return since, fmt.Errorf("see how far the database is: %w", err)
	}
	if here.TXID == s.db.Replica.Pos().TXID {
		return since, nil
	}
	if since = s.db.LastSuccessfulSyncAt(); since.IsZero() {
		since = s.began
	}
	return since, nil
}

// TruncateJournal empties the database's write-ahead log, which nobody else can while it is replicated.
func (s *Replica) TruncateJournal(ctx context.Context) error {
	return s.db.Checkpoint(ctx, litestream.CheckpointModeTruncate)
}

// RestoreReplica puts the newest state of a replica in the place of the database in dir, whose files
// stay. What was there it moves aside if force says so; otherwise the error is [ErrNotEmpty]. Every session has ended.
func RestoreReplica(ctx context.Context, place Place, dir string, force bool, now time.Time) (Restored, error) {
	var r Restored
	there, err := replaceable(dir)
	if err != nil {
		return r, err
	}
	kept := there[:0]
	for _, name := range there { // the database, its journals, and what follows from it
		if strings.HasPrefix(name, databases[0]) || name == ReplicaDir || name == searchFolder {
			kept = append(kept, name)
		}
	}
	r.Aside, err = replace(ctx, replacing{dir, kept, force, now}, func(staged string) error { return FetchReplica(ctx, place, staged) })
	return r, err
}

// searchFolder is the index, which is made anew from the database.
const searchFolder = "search"

// FetchReplica writes the newest state of a replica into dir, and looks whether it is whole. [ErrNoReplica] when there is none.
func FetchReplica(ctx context.Context, place Place, dir string) error {
	o := litestream.NewRestoreOptions()
	o.OutputPath = filepath.Join(dir, databases[0])
	o.IntegrityCheck = litestream.IntegrityCheckFull
	db := litestream.NewDB(o.OutputPath)
	db.SetLogger(slog.New(slog.DiscardHandler))
	err := litestream.NewReplicaWithClient(db, replicaPlace{place: place}).Restore(ctx, o)
	if errors.Is(err, litestream.ErrNoSnapshots) || errors.Is(err, litestream.ErrTxNotAvailable) || errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: %w", ErrNoReplica, err)
	}
	if err != nil {
		return fmt.Errorf("fetch the replicated database: %w", err)
	}
	return durable.Dir(dir)
}

// ErrNoReplica is a place to which no database was replicated.
var ErrNoReplica = errors.New("no database was replicated there")

func headerTime(h ltx.Header) time.Time { return time.UnixMilli(h.Timestamp).UTC() }
