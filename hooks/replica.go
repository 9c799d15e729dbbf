package hooks

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"madang/backup"
	"madang/collections"
	"madang/metrics"
)

// replica is the copy of the database that is kept elsewhere while the server runs; nil when none is.
type replica struct {
	mu    sync.Mutex
	is    *backup.Replica
	place backup.Place
}

// lastSync is how long the end of the program waits for what isn't copied yet.
const lastSync = 10 * time.Second

// replicas is what copies the database elsewhere as it is written, where REPLICA_TO is set (package backup).
//
//	start  with the server, after every migration; a place that can't be reached stops nothing: it is tried again
//	       and again, and the doctor, the metrics and the log say that it lags
//	end    once everything is copied, or after a while
func replicas(app core.App, d *Deps) {
	if d.Config.Replica.To == "" {
		return
	}
	app.OnServe().Bind(named("replica.start", func(e *core.ServeEvent) error {
		if err := d.startReplica(e.App); err != nil {
			return err
		}
		return e.Next()
	}))
	app.OnTerminate().Bind(named("replica.stop", func(e *core.TerminateEvent) error {
		if err := d.stopReplica(); err != nil {
			e.App.Logger().Error("end the replica of the database", "error", err)
		}
		return e.Next()
	}))
	d.Metrics.Add(metrics.Single("madang_replica_lag_seconds", "For how long something has waited to be copied to the replica of the database, 0 when nothing does.", func(context.Context) (float64, error) {
		since, err := d.ReplicaLag()
		return d.age(since), err
	}))
}

func (d *Deps) startReplica(app core.App) error {
	place, err := backup.At(context.Background(), d.Config.Replica.To, d.Config.Backups.S3)
	if err != nil {
		return fmt.Errorf("REPLICA_TO: %w", err)
	}
	d.replica.mu.Lock()
	defer d.replica.mu.Unlock()
	is, err := backup.StartReplica(context.Background(), backup.ReplicaOrder{DataDir: app.DataDir(), Place: place, Keep: d.Config.Replica.Keep, Log: slog.New(warnings{app.Logger().Handler()}), Now: d.Now})
	if err != nil {
		return errors.Join(err, place.Close())
	}
	d.replica.is, d.replica.place = is, place
	return nil
}

func (d *Deps) stopReplica() error {
	d.replica.mu.Lock()
	defer d.replica.mu.Unlock()
	if d.replica.is == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), lastSync)
	defer cancel()
	err := errors.Join(d.replica.is.Stop(ctx), d.replica.place.Close())
	d.replica.is = nil
	return err
}

// ReplicaLag is since when something waits to be copied; the zero time when nothing does, or nothing is copied.
func (d *Deps) ReplicaLag() (time.Time, error) {
	d.replica.mu.Lock()
	defer d.replica.mu.Unlock()
	if d.replica.is == nil {
		return time.Time{}, nil
	}
	return d.replica.is.Lag()
}

// truncateJournals empties the databases' write-ahead logs, also of one that is replicated.
func (d *Deps) truncateJournals(app core.App) error {
	d.replica.mu.Lock()
	defer d.replica.mu.Unlock()
	if d.replica.is == nil {
		return collections.TruncateJournals(app.NonconcurrentDB(), app.AuxNonconcurrentDB())
	}
	return errors.Join(d.replica.is.TruncateJournal(context.Background()), collections.TruncateJournals(app.AuxNonconcurrentDB()))
}
