package hooks

import (
	"context"
	"errors"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"madang/backup"
	"madang/collections"
	"madang/config"
	"madang/i18n"
	"madang/jobs"
)

// backupTake is the kind of the jobs that take backups.
const backupTake = "backup.take"

// backups are those that the program takes by itself, where BACKUP_TO is set (package backup).
//
//	cron    a job is queued when it is time (BACKUP_SCHEDULE), one at most
//	job     takes a snapshot beside the requests; what fails is tried again, and where it ends it goes on: pieces that
//	        are stored already aren't stored again
//	with    superusers are told of one that is given up
//	backup  of PocketBase's own kind: leaves out what belongs to ours
func backups(app core.App, d *Deps) {
	app.OnBackupCreate().Bind(named("backups.exclude", func(e *core.BackupEvent) error {
		e.Exclude = append(e.Exclude, backup.UpgradesDir, backup.Restoring)
		return e.Next()
	}))
	if d.Config.Backups.To == "" {
		return
	}
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
