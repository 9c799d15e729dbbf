package hooks

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"madang/backup"
	"madang/collections"
	"madang/config"
	"madang/i18n"
	"madang/jobs"
	"madang/metrics"
	"madang/present"
)

// backupTake is the kind of the jobs that take backups.
const backupTake = "backup.take"

// backups are those that the program takes by itself, where BACKUP_TO is set (package backup).
//
//	cron    a job is queued when it is time (BACKUP_SCHEDULE), one at most
//	job     takes a snapshot beside the requests; what fails is tried again, and where it ends it goes on: pieces that
//	        are stored already aren't stored again
//	with    superusers are told of one that is given up
//	start   what a killed backup left is removed
//	backup  of PocketBase's own kind: leaves out what belongs to ours
func backups(app core.App, d *Deps) {
	app.OnBackupCreate().Bind(named("backups.exclude", func(e *core.BackupEvent) error {
		e.Exclude = append(e.Exclude, backup.UpgradesDir, backup.Restoring, backup.ReplicaDir)
		return e.Next()
	}))
	app.OnServe().Bind(named("backups.sweep", func(e *core.ServeEvent) error {
		if err := backup.Sweep(e.App.DataDir(), d.Now()); err != nil {
			e.App.Logger().Error("clean up after backups", "error", err)
		}
		return e.Next()
	}))
	if d.Config.Backups.To == "" {
		return
	}
	d.Metrics.Add(d.measureBackups(app)...)
	d.Jobs.Register(jobs.Kind{
		Name: backupTake, TimeOut: 12 * time.Hour, Attempts: 4, Pause: 5 * time.Minute,
		Run: func(ctx context.Context, job *jobs.Job) (jobs.Commit, error) {
			_, err := TakeBackup(ctx, app, d.Config.Backups, func(done, of int, step string) { job.Progress(100*done/max(of, 1), step) })
			return nil, err
		},
		GaveUp: func(tx core.App, _ *jobs.Job) error {
			return d.Accounts.NotifySuperusers(tx, collections.MailBackupFailed, i18n.OfLocale(config.Locale()))
		},
	})
}

// queueBackup is the scheduled work.
func (d *Deps) queueBackup(app core.App) error {
	_, err := d.Jobs.Add(app, jobs.Order{Kind: backupTake, Key: backupTake})
	return err
}

// takeBackup answers POST /api/admin/backups.
func (d *Deps) takeBackup(e *core.RequestEvent) error {
	if d.Config.Backups.To == "" {
		return e.Error(http.StatusConflict, "Set BACKUP_TO first: where backups are kept.", nil)
	}
	id, err := d.Jobs.Add(e.App, jobs.Order{Kind: backupTake, Key: backupTake})
	if err != nil {
		return present.Failure(err)
	}
	return e.JSON(http.StatusAccepted, Queued{id})
}

// NewestBackup is of when the newest backup is that was taken to BACKUP_TO; the zero time when there is none.
func (d *Deps) NewestBackup(ctx context.Context) (at time.Time, err error) {
	place, err := backup.At(ctx, d.Config.Backups.To, d.Config.Backups.S3)
	if err != nil {
		return at, err
	}
	defer func() { err = errors.Join(err, place.Close()) }()
	v, err := backup.Look(place)
	if err == nil {
		var s backup.Snapshot
		s, err = v.Snapshot("latest")
		at = s.CreatedAt
	}
	if errors.Is(err, backup.ErrNoVault) || errors.Is(err, backup.ErrNoSnapshot) {
		err = nil
	}
	return at, err
}

// TakeBackup takes a snapshot of an instance as o says. told hears how far it is; nil for nobody. A snapshot with files
// is whole even beside an error: then something else went wrong, such as pruning.
func TakeBackup(ctx context.Context, app core.App, o config.Backups, told func(done, of int, step string)) (s backup.Snapshot, err error) {
	began := time.Now()
	defer func() {
		if !errors.Is(err, backup.ErrBusy) {
			err = errors.Join(err, backup.Enter(app.DataDir(), began, time.Now(), s))
		}
	}()
	place, err := backup.At(ctx, o.To, o.S3)
	if err != nil {
		return s, err
	}
	defer func() { err = errors.Join(err, place.Close()) }()
	key, err := backup.KeyOf(o.KeyFile)
	if err != nil {
		return s, err
	}
	v, err := backup.OpenOrMake(place, key)
	if err != nil {
		return s, err
	}
	v.Told = told
	files, err := backup.Stored(ctx, app)
	if err != nil {
		return s, err
	}
	defer func() { err = errors.Join(err, files.Close()) }()
	return v.Take(ctx, backup.Source{DataDir: app.DataDir(), Files: files}, backup.Order{
		Why: backup.WhyBackup, Keep: o.Keep, Memory: backup.MemoryFile(app.DataDir(), o.To),
	})
}

// measureBackups are the numbers of backups, as their ledger has them.
func (d *Deps) measureBackups(app core.App) []metrics.Source {
	of := func(name, help string, read func(l backup.Ledger) (float64, error)) metrics.Source {
		return metrics.Single(name, help, func(context.Context) (float64, error) {
			l, err := backup.ReadLedger(app.DataDir())
			if err != nil {
				return 0, err
			}
			return read(l)
		})
	}
	ofLast := func(name, help string, read func(l backup.Ledger) float64) metrics.Source {
		return of(name, help, func(l backup.Ledger) (float64, error) {
			if l.SucceededAt.IsZero() {
				return 0, metrics.ErrNone
			}
			return read(l), nil
		})
	}
	return []metrics.Source{
		of("madang_backup_failures", "Backups that failed since the last that is whole.", func(l backup.Ledger) (float64, error) { return float64(l.Failures), nil }),
		of("madang_backup_age_seconds", "Age of the last backup that is whole; of the instance, when there never was one.", func(l backup.Ledger) (float64, error) {
			since, err := l.SucceededAt, error(nil)
			if since.IsZero() {
				since, err = bornAt(app)
			}
			return d.age(since), err
		}),
		ofLast("madang_backup_last_success_timestamp_seconds", "When the last backup was taken that is whole, in Unix time.", func(l backup.Ledger) float64 { return float64(l.SucceededAt.Unix()) }),
		ofLast("madang_backup_duration_seconds", "How long it took.", func(l backup.Ledger) float64 { return l.Took.Seconds() }),
		ofLast("madang_backup_size_bytes", "Size of all that is in it.", func(l backup.Ledger) float64 { return float64(l.Bytes) }),
		ofLast("madang_backup_added_bytes", "Size of what of it wasn't stored before.", func(l backup.Ledger) float64 { return float64(l.Added) }),
	}
}

// bornAt is when the instance was made.
func bornAt(app core.App) (time.Time, error) {
	people, err := app.FindCachedCollectionByNameOrId(collections.Users)
	if err != nil {
		return time.Time{}, err
	}
	return people.Created.Time(), nil
}
